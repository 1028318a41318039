/** The arithmetic of the history chart: how high each run's bar is, and where the lines across are. */

import type { RunView } from "@/api/types.ts";
import { didNotRun } from "@/core/states.ts";

export interface HistoryBar {
  run: RunView;
  /** Share of the chart's height; of what did not run a stub. */
  height: number;
  /** It did not run: drawn hollow. */
  hollow: boolean;
}

export interface HistoryChart {
  bars: HistoryBar[];
  /** Seconds at the top. */
  top: number;
  /** Median seconds of what succeeded; null where nothing did. */
  usual: number | null;
}

const STUB = 0.08;
const LEAST = 0.02;

export function historyOf(runs: readonly RunView[]): HistoryChart {
  const lengths = runs.flatMap((run) => (run.duration === null ? [] : [run.duration]));
  const top = niceTop(Math.max(0, ...lengths));
  const bars = runs.map((run) => {
    const hollow = run.duration === null || didNotRun(run.state);
    return { run, hollow, height: run.duration === null ? STUB : Math.max(LEAST, run.duration / top) };
  });
  return { bars, top, usual: medianOf(runs) };
}

const STEPS = [1, 1.5, 2, 3, 4, 6, 8];

/** The next length up that reads well: 20 s, 30 s, a minute, one and a half. */
export function niceTop(seconds: number): number {
  if (seconds <= 0) return 1;
  const unit = seconds > 3600 ? 3600 : seconds > 60 ? 60 : 1;
  const value = seconds / unit;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const step = [...STEPS, 10].find((each) => each * magnitude >= value) ?? 10;
  return step * magnitude * unit;
}

function medianOf(runs: readonly RunView[]): number | null {
  const lengths = runs
    .flatMap((run) => (run.state === "succeeded" && run.duration !== null ? [run.duration] : []))
    .sort((a, b) => a - b);
  const middle = lengths.length >> 1;
  if (lengths.length === 0) return null;
  const upper = lengths[middle] ?? 0;
  return lengths.length % 2 ? upper : ((lengths[middle - 1] ?? 0) + upper) / 2;
}
