/** The load of a week by day and hour, on the clock that is shown. */

import type { Forecast } from "@/api/types.ts";
import { dayAfter, localHour } from "@/core/days.ts";

export const DAYS = 7;
export const HOURS = 24;

export interface HourCell {
  /** `2026-11-27` */
  day: string;
  hour: number;
  /** Its beginning, ISO-8601; null: it is over, or the clock jumps over it. */
  at: string | null;
  count: number;
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

/** What lies between the emptiest and the fullest hour in which something is due. */
export interface Range {
  least: number;
  most: number;
}

export function rangeOf(week: readonly HourCell[][]): Range {
  const counts = week.flat().flatMap((cell) => (cell.count > 0 ? [cell.count] : []));
  return { least: Math.min(...counts, Number.MAX_SAFE_INTEGER), most: Math.max(...counts, 0) };
}

const LEVELS = 5;

/** 0 (nothing) … 5 (the most). From the least on, so that a peak is seen beside what goes on all day; by the root, so
 * that one peak does not make all the rest look empty. */
export function levelOf(count: number, { least, most }: Range): number {
  if (count === 0) return 0;
  if (most <= least) return 3;
  return Math.max(1, Math.ceil(Math.sqrt((count - least) / (most - least)) * LEVELS));
}

/** The smallest count of each level that is in use. */
export function levelBounds(range: Range): { level: number; least: number }[] {
  const { least, most } = range;
  if (most < least) return [];
  const starts = [1, 2, 3, 4, 5].map((level) =>
    level === 1 ? least : Math.floor(least + ((level - 1) / LEVELS) ** 2 * (most - least)) + 1,
  );
  const used = [...new Set([least, ...starts].filter((start) => start <= most))].sort((a, b) => a - b);
  return used
    .map((start) => ({ level: levelOf(start, range), least: start }))
    .filter(({ level }, n, all) => all[n - 1]?.level !== level);
}

export interface Quiet {
  hour: number;
  /** How much is due in this hour on an average day. */
  mean: number;
}

/** The hours of the day in which least is due, quietest first; the hours beside them count half. */
export function quietest(week: readonly HourCell[][], count = 3): Quiet[] {
  const means = Array.from({ length: HOURS }, (_, hour) => meanOf(week, hour));
  const mean = (hour: number) => means[(hour + HOURS) % HOURS] ?? 0;
  const score = (hour: number) => mean(hour) + (mean(hour - 1) + mean(hour + 1)) / 2;
  const best = means.map((_, hour) => hour).sort((a, b) => score(a) - score(b) || a - b);
  const picked: number[] = [];
  for (const hour of best) {
    const apart = picked.every(
      (other) => Math.min(Math.abs(hour - other), HOURS - Math.abs(hour - other)) > 1,
    );
    if (apart && picked.length < count) picked.push(hour);
  }
  return picked.map((hour) => ({ hour, mean: mean(hour) }));
}

/** Hours that are over, or that the clock jumps over, do not count. */
function meanOf(week: readonly HourCell[][], hour: number): number {
  const cells = week.flatMap((day) => (day[hour]?.at ? [day[hour].count] : []));
  return cells.length ? cells.reduce((sum, count) => sum + count, 0) / cells.length : 0;
}

export function hourText(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

/** `04:00–05:00` */
export function hourSpan(hour: number): string {
  return `${hourText(hour)}–${hourText((hour + 1) % HOURS)}`;
}

/** How an hour is written in addresses, in their order: `2026-11-27T04`. */
export function keyOf({ day, hour }: { day: string; hour: number }): string {
  return `${day}T${String(hour).padStart(2, "0")}`;
}
