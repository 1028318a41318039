/** The load of a week by day and hour, on the clock that is shown. */

import type { Forecast } from "@/api/types.ts";

export const DAYS = 7;
export const HOURS = 24;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface HourCell {
  /** `2026-11-27` */
  day: string;
  hour: number;
  /** Its beginning, ISO-8601; null: the clock jumps over this hour. */
  at: string | null;
  count: number;
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

/** Day and hour on a zone's clock; undefined is the browser's. */
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

/** A row of 24 hours for each day. An hour that comes twice counts both. */
export function weekOf(forecast: Forecast, first: string, zone: string | undefined): HourCell[][] {
  const days = Array.from({ length: DAYS }, (_, n) => dayAfter(first, n));
  const week = days.map((day) =>
    Array.from({ length: HOURS }, (_, hour): HourCell => ({ day, hour, at: null, count: 0 })),
  );
  for (const { hour: at, count } of forecast.hours) {
    const { day, hour } = localHour(Date.parse(at), zone);
    const cell = week[days.indexOf(day)]?.[hour];
    if (!cell) continue;
    cell.at ??= at;
    cell.count += count;
  }
  return week;
}

/** 0 (nothing) … 5 (the most), by the root: what is ten times as much is seen, and what is little too. */
export function levelOf(count: number, most: number): number {
  if (count === 0 || most === 0) return 0;
  return Math.max(1, Math.ceil(Math.sqrt(count / most) * 5));
}

/** The smallest count of each level from 1 on; levels that no count has are left out. */
export function levelBounds(most: number): { level: number; least: number }[] {
  const bounds = [1, 2, 3, 4, 5].map((level) => ({
    level,
    least: level === 1 ? 1 : Math.floor(((level - 1) / 5) ** 2 * most) + 1,
  }));
  return bounds.filter(
    ({ least, level }, n) => least <= most && least < (bounds[n + 1]?.least ?? Infinity) && level > 0,
  );
}

export interface Quiet {
  hour: number;
  /** How much is due in this hour of all seven days. */
  total: number;
}

/** The hours of the day in which the week has least to do, quietest first; the hours beside them count half. */
export function quietest(week: readonly HourCell[][], count = 3): Quiet[] {
  const totals = Array.from({ length: HOURS }, (_, hour) =>
    week.reduce((sum, day) => sum + (day[hour]?.count ?? 0), 0),
  );
  const total = (hour: number) => totals[(hour + HOURS) % HOURS] ?? 0;
  const score = (hour: number) => total(hour) + (total(hour - 1) + total(hour + 1)) / 2;
  const best = totals.map((_, hour) => hour).sort((a, b) => score(a) - score(b) || a - b);
  const picked: number[] = [];
  for (const hour of best) {
    const apart = picked.every(
      (other) => Math.min(Math.abs(hour - other), HOURS - Math.abs(hour - other)) > 1,
    );
    if (apart && picked.length < count) picked.push(hour);
  }
  return picked.map((hour) => ({ hour, total: total(hour) }));
}

export function hourText(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
