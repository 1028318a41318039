/** The arithmetic of the matrix of a spread job: a row for each worker, a column for each occurrence. */

import type { RunView } from "@/api/types.ts";
import { WHOLE, workerOf } from "@/parts/worker-of.ts";

export interface Matrix {
  workers: string[];
  columns: { group: string; at: string; cells: (RunView | null)[] }[];
}

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

function byName(a: string, b: string): number {
  return Number(b === WHOLE) - Number(a === WHOLE) || a.localeCompare(b);
}
