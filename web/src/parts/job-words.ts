/** What is said of jobs, as short as it can be understood. */

/** A board is a file: its name says enough. */
export function ownerName(owner: string): string {
  return owner.replace(/^app:/, "").split("/").at(-1) || "a person";
}

/** A schedule's words without the zone that the reader's clock is in anyhow. */
export function shortWords(words: string, zone: string): string {
  return words.replace(` (${zone})`, "");
}

/** Whether nobody here starts it: it stands in a crontab elsewhere, and tells of its runs. */
export function isElsewhere(definition: unknown): boolean {
  return (definition as { task?: { runner?: string } } | undefined)?.task?.runner === "elsewhere";
}

/** What whoever runs a protected job by hand is asked about. */
export const PROTECTED = "This job is protected: what it does is not undone by running it again.";

/** It is run by hand only when it is meant. */
export function isProtected(definition: unknown): boolean {
  return (definition as { protected?: boolean } | null)?.protected === true;
}
