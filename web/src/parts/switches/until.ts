/** Until when something is off: so long from now, or until a moment. */

export const LENGTHS = [
  { value: "", label: "By hand" },
  { value: "900", label: "In 15 minutes" },
  { value: "3600", label: "In an hour" },
  { value: "14400", label: "In 4 hours" },
  { value: "86400", label: "In a day" },
  { value: "at", label: "At a moment …" },
] as const;

/** The moment in ISO-8601, or null for none. `at` is what a field for local date and time gives. */
export function untilOf(length: string, at: string, now: number): string | null {
  if (length === "at") return at ? new Date(at).toISOString() : null;
  return length ? new Date(now + Number(length) * 1000).toISOString() : null;
}
