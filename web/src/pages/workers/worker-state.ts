import type { WorkerView } from "@/api/types.ts";

/** Silent before draining: what is not heard needs a look first. */
export function workerState(worker: WorkerView): string {
  if (worker.silent !== null && worker.silent !== undefined) return "silent";
  return worker.paused ? "draining" : "ready";
}
