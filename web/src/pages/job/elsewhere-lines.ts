/** What the definition of a job says of running elsewhere, and the lines that make it tell of itself. */

export interface ElsewhereTask {
  where: string;
  /** Microseconds. */
  within?: number;
}

/** Where the definition says nothing: ten minutes. */
export const WITHIN = 600_000_000;

export function elsewhereTask(definition: unknown): ElsewhereTask | null {
  const { task } = definition as { task?: { runner?: string } & Partial<ElsewhereTask> };
  if (task?.runner !== "elsewhere") return null;
  return { where: task.where ?? "", ...(task.within === undefined ? {} : { within: task.within }) };
}

/** Of a crontab: the command as before, and how it ended. */
export function lineOf(url: string): string {
  return `COMMAND; curl -fsS -m 10 --retry 3 "${url}/$?"`;
}
