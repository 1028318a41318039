/** What the definition of a job says of running elsewhere, and the lines that make it tell of itself. */

import { isElsewhere } from "@/parts/job-words.ts";

export interface ElsewhereTask {
  where: string;
  /** Microseconds. */
  within?: number;
}

/** Where the definition says nothing: ten minutes. */
export const WITHIN = 600_000_000;

export function elsewhereTask(definition: unknown): ElsewhereTask | null {
  if (!isElsewhere(definition)) return null;
  const { where, within } = (definition as { task: Partial<ElsewhereTask> }).task;
  return { where: where ?? "", ...(within === undefined ? {} : { within }) };
}

/** Of a crontab: the command as before, and how it ended. */
export function lineOf(url: string): string {
  return `COMMAND; curl -fsS -m 10 --retry 3 "${url}/$?"`;
}
