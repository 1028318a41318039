import { useEffect, useState } from "react";
import { type LiveEvent, live } from "@/api/live.ts";
import { LogBuffer } from "./buffer.ts";
import { fetchPieces } from "./fetching.ts";

export interface LogState {
  buffer: LogBuffer;
  /** Grows with each change of the buffer. */
  version: number;
  loading: boolean;
  error: Error | null;
}

/** The log of an attempt: what is stored; of the newest also what comes. That it ends changes nothing here. */
export function useLog(run: string, attempt: number, newest: boolean): LogState {
  const [state, setState] = useState<LogState>(empty);
  useEffect(() => {
    const buffer = new LogBuffer();
    setState({ ...empty(), buffer });
    const show = (change: Partial<LogState>) =>
      setState((old) => ({ ...old, version: old.version + 1, ...change }));
    return reading({ run, attempt, newest, buffer, show });
  }, [run, attempt, newest]);
  return state;
}

function empty(): LogState {
  return { buffer: new LogBuffer(), version: 0, loading: true, error: null };
}

interface Reading {
  run: string;
  attempt: number;
  newest: boolean;
  buffer: LogBuffer;
  show: (change: Partial<LogState>) => void;
}

/** Fill the buffer until what is returned is called. */
function reading({ run, attempt, newest, buffer, show }: Reading): () => void {
  const ending = new AbortController();
  let frame = 0;
  // Many batches a second are drawn once a frame.
  const showSoon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => show({}));
  };
  let unsubscribe: (() => void) | undefined;
  const catchUp = async () => {
    try {
      await fetchPieces({ run, attempt, after: buffer.last, signal: ending.signal }, (pieces) => {
        if (buffer.append(pieces)) showSoon();
      });
      if (ending.signal.aborted) return;
      // What comes between this answer and the subscription is asked for by `after`.
      if (newest)
        unsubscribe ??= live.subscribe({ topic: "run", id: run, log: true, attempt, after: buffer.last });
      show({ loading: false, error: null });
    } catch (error) {
      if (!ending.signal.aborted) show({ loading: false, error: error as Error });
    }
  };
  const heard = (event: LiveEvent) => {
    if (event.event === "resync" || (event.event === "skipped" && event.run === run)) void catchUp();
    if (event.event !== "log" || event.run !== run || event.attempt !== attempt) return;
    if (buffer.append(event.lines)) showSoon();
  };
  const unlisten = live.listen(heard);
  void catchUp();
  return () => {
    ending.abort();
    unlisten();
    unsubscribe?.();
    cancelAnimationFrame(frame);
  };
}
