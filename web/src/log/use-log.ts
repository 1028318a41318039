import { useEffect, useState } from "react";
import { LogBuffer } from "./buffer.ts";
import { Reading } from "./reading.ts";

interface LogState {
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
    let frame = 0;
    setState({ ...empty(), buffer });
    const show = (change: Partial<LogState>) =>
      setState((old) => ({ ...old, version: old.version + 1, ...change }));
    const reading = new Reading({ run, attempt, newest }, buffer, (done) => {
      // Many batches a second are drawn once a frame.
      cancelAnimationFrame(frame);
      if (done === undefined) frame = requestAnimationFrame(() => show({}));
      else show({ loading: false, error: done });
    });
    return () => {
      reading.stop();
      cancelAnimationFrame(frame);
    };
  }, [run, attempt, newest]);
  return state;
}

function empty(): LogState {
  return { buffer: new LogBuffer(), version: 0, loading: true, error: null };
}
