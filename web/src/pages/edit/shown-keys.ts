import type { Said } from "@/api/types.ts";
import { RUNNERS, wordsOf } from "./said.ts";

/** The keys that the form has fields for. */
const SHOWN: readonly string[] = [
  ...RUNNERS,
  ...wordsOf("stdin payload args kwargs path mode env secrets cwd user protected"),
  ...wordsOf("cron every months at after_completion schedules zone from until spread jitter"),
  ...wordsOf("gap fold catch_up start_deadline exclude after needs"),
  ...wordsOf("enabled timeout grace retries overlap delivery max_running pool priority labels"),
  ...wordsOf("disable_after_failures description tags"),
];

/** The keys that are set and that no field shows. */
export function alsoSet(said: Said): string[] {
  return Object.keys(said).filter((key) => !SHOWN.includes(key));
}
