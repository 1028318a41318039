/** The arithmetic of a group's timeline: when each run waited and ran, as shares of the whole. */

import type { RunView } from "@/api/types.ts";

export interface TimelineRow {
  run: RunView;
  /** Shares of the width: ready and waiting from here, ... */
  ready: number;
  /** ... running from here (null: it never began), ... */
  begun: number | null;
  /** ... until here. */
  end: number;
}

export interface Timeline {
  rows: TimelineRow[];
  /** In ms. */
  start: number;
  length: number;
}

const LEAST_MS = 1;

/** In the order in which they began; those that have not, last. */
export function timelineOf(runs: readonly RunView[], now: number): Timeline {
  const moments = runs.map((run) => momentsOf(run, now));
  const start = Math.min(...moments.map(({ ready }) => ready));
  const length = Math.max(LEAST_MS, Math.max(...moments.map(({ end }) => end)) - start);
  const share = (at: number) => (at - start) / length;
  const rows = runs.map((run, at) => {
    const { ready, begun, end } = moments[at] as ReturnType<typeof momentsOf>;
    return { run, ready: share(ready), begun: begun === null ? null : share(begun), end: share(end) };
  });
  rows.sort((a, b) => (a.begun ?? 2) - (b.begun ?? 2) || a.ready - b.ready);
  return { rows, start, length };
}

/** A run that was never ready begins where it was made; the clocks of server and workers may differ. */
function momentsOf(run: RunView, now: number) {
  const created = Date.parse(run.created);
  const begun = run.started === null ? null : Date.parse(run.started);
  const end = run.finished === null ? now : Date.parse(run.finished);
  const ready = Math.min(Math.max(created, Date.parse(run.ready_at) || created), begun ?? end);
  return { ready, begun, end: Math.max(end, begun ?? ready) };
}
