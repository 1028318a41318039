/** The arithmetic of the matrix of a spread job: a row for each worker, a column for each occurrence. */

import type { RunView } from "@/api/types.ts";

export interface Matrix {
  workers: string[];
  columns: { group: string; at: string; cells: (RunView | null)[] }[];
}

const NOBODY = "no worker yet";
/** The run that makes the others, or that the group is called after, holds the others together, and has no worker. */
const WHOLE = "all together";

/** `runs`: of one job, newest first. The newest `most` occurrences, oldest first. */
export function matrixOf(runs: readonly RunView[], most = 30): Matrix {
  const groups = new Map<string, RunView[]>();
  for (const run of runs) {
    const group = run.group ?? run.id;
    groups.set(group, [...(groups.get(group) ?? []), run]);
  }
  const shown = [...groups].slice(0, most).reverse();
  const workers = [...new Set(shown.flatMap(([, members]) => members.map((run) => workerOf(run, members))))];
  workers.sort(byName);
  const columns = shown.map(([group, members]) => ({
    group,
    at: members[0]?.slot ?? members[0]?.created ?? "",
    cells: workers.map((worker) => members.find((run) => workerOf(run, members) === worker) ?? null),
  }));
  return { workers, columns };
}

/** `members`: of its group, itself among them. */
export function workerOf(run: RunView, members: readonly RunView[]): string {
  const holds = run.origin !== "map" && members.some((other) => other.origin === "map");
  return run.worker ?? (holds || run.group === run.id ? WHOLE : NOBODY);
}

function byName(a: string, b: string): number {
  return Number(b === WHOLE) - Number(a === WHOLE) || a.localeCompare(b);
}
