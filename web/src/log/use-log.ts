import { useEffect, useRef, useState } from "react";
import { api, data } from "@/api/client.ts";
import { useTopic } from "@/api/hooks.ts";
import { live } from "@/api/live.ts";
import type { LogLine } from "@/api/types.ts";
import { LogBuffer } from "./buffer.ts";

const PAGE = 1000;

export interface LogState {
  buffer: LogBuffer;
  /** Grows with each change of the buffer. */
  version: number;
  loading: boolean;
  error: Error | null;
}

/** The log of an attempt: what is stored, then what comes. */
export function useLog(run: string, attempt: number, running: boolean): LogState {
  const [state, setState] = useState<LogState>(empty);
  const frame = useRef(0);
  useTopic(running ? { topic: "run", id: run, log: true } : null);
  useEffect(() => {
    const buffer = new LogBuffer();
    const ending = new AbortController();
    const early: LogLine[] = [];
    let loading = true;
    const show = (change: Partial<LogState> = {}) => {
      if (!ending.signal.aborted)
        setState((old) => ({ ...old, buffer, version: old.version + 1, ...change }));
    };
    // Many batches a second are drawn once a frame.
    const showSoon = () => {
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(() => show());
    };
    const fetchRest = async () => {
      try {
        await fetchLines(run, attempt, ending.signal, (lines) => buffer.append(lines) && showSoon());
        buffer.append(early);
        show({ loading: false, error: null });
      } catch (error) {
        if (!ending.signal.aborted) show({ loading: false, error: error as Error });
      }
      loading = false;
    };
    const unlisten = live.listen((event) => {
      if (event.event === "resync") void fetchRest();
      if (event.event !== "log" || event.run !== run || event.attempt !== attempt) return;
      if (loading) early.push(...event.lines);
      else if (buffer.append(event.lines)) showSoon();
    });
    setState({ ...empty(), buffer });
    void fetchRest();
    return () => {
      unlisten();
      ending.abort();
      cancelAnimationFrame(frame.current);
    };
  }, [run, attempt]);
  return state;
}

function empty(): LogState {
  return { buffer: new LogBuffer(), version: 0, loading: true, error: null };
}

async function fetchLines(
  run: string,
  attempt: number,
  signal: AbortSignal,
  got: (lines: LogLine[]) => void,
): Promise<void> {
  let cursor: string | null | undefined;
  do {
    const query = { attempt, limit: PAGE, ...(cursor ? { cursor } : {}) };
    const page = await data(api.GET("/api/v1/runs/{run}/log", { params: { path: { run }, query }, signal }));
    got(page.items);
    cursor = page.next;
  } while (cursor && !signal.aborted);
}
