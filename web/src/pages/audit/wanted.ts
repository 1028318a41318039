/** What the audit's filters in the address mean. */

/** Of a field for local date and time: the moment in ISO-8601, or nothing where it is none. */
export function momentOf(local: string | undefined): string | undefined {
  if (!local) return undefined;
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Kinds of objects that are looked for. */
export const KINDS = [
  "job",
  "run",
  "task",
  "board",
  "switch",
  "project",
  "pool",
  "calendar",
  "secret",
  "user",
  "group",
  "key",
  "channel",
  "override",
] as const;
