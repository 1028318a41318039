/** Which worker a run of a spread job is of. */

import type { RunView } from "@/api/types.ts";

const NOBODY = "no worker yet";
/** The run that makes the others, or that the group is called after, holds the others together, and has no worker. */
export const WHOLE = "all together";

/** `members`: of its group, itself among them. */
export function workerOf(run: RunView, members: readonly RunView[]): string {
  return run.worker ?? (holds(run, members) ? WHOLE : NOBODY);
}

function holds(run: RunView, members: readonly RunView[]): boolean {
  if (run.group === run.id) return true;
  return run.origin !== "map" && members.some((other) => other.origin === "map");
}
