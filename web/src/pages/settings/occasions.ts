/** What somebody may want to hear of, in words. */

import type { Occasion } from "@/api/types.ts";

export const OCCASIONS: Record<Occasion, string> = {
  failed: "a run failed",
  recovered: "a job works again",
  late: "a run is late",
  too_long: "a run takes too long",
  missed: "a due moment was missed",
  never_fires: "a schedule is never due again",
  disabled: "failures switched a job off",
  output: "a run printed something",
  pool: "a pool has no worker",
  store: "the store was away",
  freeze: "the server stood still",
};

export function occasionWords(occasion: Occasion): string {
  return OCCASIONS[occasion] ?? occasion;
}
