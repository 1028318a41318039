/** Days on the clock of this browser, as fields for dates write them: `2026-11-26`. */

export function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** From its first moment until the next day's; a day with a change of the clocks has 23 or 25 hours. */
export function spanOf(day: string): { start: string; end: string } {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  const at = (n: number) => new Date(year, month - 1, n).toISOString();
  return { start: at(date), end: at(date + 1) };
}

/** So many days later. */
export function beside(day: string, days: number): string {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return dayOf(new Date(year, month - 1, date + days).getTime());
}
