/** Days and hours on a clock, as fields for dates write them: `2026-11-26`. A zone that is undefined is the browser's. */

import { dayText } from "./text.ts";

const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

/** Day and hour at a moment in ms. */
export function localHour(ms: number, zone: string | undefined): { day: string; hour: number } {
  let format = formats.get(zone);
  if (!format) {
    const options = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit" } as const;
    format = new Intl.DateTimeFormat("en-GB", {
      ...options,
      hourCycle: "h23",
      ...(zone ? { timeZone: zone } : {}),
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return { day: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour) };
}

/** The day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** When a day begins on a zone's clock, in ms. */
export function startOf(day: string, zone: string | undefined): number {
  // Offsets lie within 15 hours of UTC: the first moment that has this date is among these quarters of an hour.
  const from = Date.parse(`${day}T00:00Z`) - 15 * HOUR_MS;
  for (let ms = from; ms < from + 30 * HOUR_MS; ms += HOUR_MS / 4)
    if (localHour(ms, zone).day === day) return ms;
  return Date.parse(`${day}T00:00Z`);
}

/** The text, where it is a day: what stands in an address may be anything. */
export function asDay(text: string | undefined): string | undefined {
  return text && /^\d{4}-\d\d-\d\d$/.test(text) && Number.isFinite(Date.parse(text)) ? text : undefined;
}

export function dayOf(ms: number, zone: string | undefined): string {
  return localHour(ms, zone).day;
}

/** From its first moment until the next day's, in ISO-8601; a day with a change of the clocks has 23 or 25 hours. */
export function spanOf(day: string, zone: string | undefined): { start: string; end: string } {
  const iso = (ms: number) => new Date(ms).toISOString();
  return { start: iso(startOf(day, zone)), end: iso(startOf(dayAfter(day, 1), zone)) };
}

/** `Thu 26 Nov` */
export function dayName(day: string): string {
  return dayText(Date.parse(`${day}T00:00Z`), "UTC");
}
