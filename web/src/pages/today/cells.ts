/** The arithmetic of the strip: which cell is where, how high its bars are, what it says. */

import type { StripCell, StripMark, StripView } from "@/api/types.ts";
import { lookOf } from "@/core/states.ts";
import { clockText, dayText, plural } from "@/core/text.ts";

/** Stands above the line: it ran or is to run. From the line upwards. */
const ABOVE = ["succeeded", "running", "claimed", "queued", "waiting", "failed"];
/** Hangs below it: it was due and did not run. From the line downwards. */
const BELOW = ["missed", "skipped", "cancelled", "pending"];

export interface Block {
  state: string;
  /** Shares of the half's height. */
  from: number;
  size: number;
}

export interface DrawnCell {
  above: Block[];
  below: Block[];
  /** Height of the plan, as a share; drawn as an outline where nothing happened yet. */
  planned: number;
  future: boolean;
}

export function drawn(strip: StripView): DrawnCell[] {
  const now = Date.parse(strip.now);
  const cells = withGaps(strip);
  const most = mostIn(cells);
  return cells.map((cell) => ({
    above: stacked(cell, ABOVE, most),
    below: stacked(cell, BELOW, most),
    planned: height(cell.planned, most),
    future: Date.parse(cell.at) > now - strip.step * 1000 && total(cell) === 0,
  }));
}

/** What the highest bar stands for. */
export function mostOf(strip: StripView): number {
  return Math.round(mostIn(withGaps(strip)));
}

function mostIn(cells: readonly StripCell[]): number {
  return Math.max(1, ...cells.map((cell) => Math.max(cell.planned, total(cell))));
}

/** Due moments that became no runs count where they were due: evenly from the first of a gap to its last. */
export function withGaps(strip: StripView): StripCell[] {
  const cells = strip.cells.map((cell) => ({ ...cell, actual: { ...cell.actual } }));
  for (const mark of strip.marks) {
    if (mark.gap === null) continue;
    const met = cells.slice(Math.max(0, cellOf(strip, mark.first)), cellOf(strip, mark.at) + 1);
    for (const { actual } of met) actual[mark.state] = (actual[mark.state] ?? 0) + mark.count / met.length;
  }
  return cells;
}

function cellOf(strip: StripView, at: string): number {
  return Math.floor((Date.parse(at) - Date.parse(strip.start)) / (strip.step * 1000));
}

/** The square root lets one failure be seen beside a thousand successes. */
function height(count: number, most: number): number {
  return Math.sqrt(count / most);
}

function stacked(cell: StripCell, states: string[], most: number): Block[] {
  const sum = states.reduce((all, state) => all + (cell.actual[state] ?? 0), 0);
  const whole = height(sum, most);
  let from = 0;
  return states.flatMap((state) => {
    const count = cell.actual[state] ?? 0;
    if (!count) return [];
    const size = (whole * count) / sum;
    const block = { state, from, size };
    from += size;
    return [block];
  });
}

function total(cell: StripCell): number {
  return Object.values(cell.actual).reduce((sum, count) => sum + count, 0);
}

/** What is broken first: what was skipped or cancelled is as somebody said. */
export function marksOf(strip: StripView, at: number): StripMark[] {
  const met = strip.marks.filter((mark) => cellOf(strip, mark.first) <= at && at <= cellOf(strip, mark.at));
  return met.sort((a, b) => Number(isBroken(b)) - Number(isBroken(a)));
}

function isBroken({ state }: StripMark): boolean {
  return state === "failed" || state === "missed";
}

/** `14:20–14:30 · 42 planned · 40 succeeded · 1 failed` */
export function cellWords(strip: StripView, at: number, zone?: string): string {
  const cell = strip.cells[at];
  if (!cell) return "";
  const from = Date.parse(cell.at);
  const span = `${clockText(from, zone)}–${clockText(from + strip.step * 1000, zone)}`;
  const actual = withGaps(strip)[at]?.actual ?? {};
  const parts = Object.entries(actual).map(([state, count]) => `${Math.round(count)} ${lookOf(state).word}`);
  return [`${dayText(from, zone)} ${span}`, plural(cell.planned, "planned", "planned"), ...parts].join(" · ");
}

interface Sums {
  /** Due until now, and what became of it. */
  planned: number;
  actual: [state: string, count: number][];
  /** Due from now on. */
  ahead: number;
}

/** The whole strip in numbers. */
export function sumsOf(strip: StripView): Sums {
  const now = Date.parse(strip.now);
  const past = withGaps(strip).filter((cell) => Date.parse(cell.at) <= now);
  const planned = past.reduce((sum, cell) => sum + cell.planned, 0);
  const all = strip.cells.reduce((sum, cell) => sum + cell.planned, 0);
  const of = (state: string) => Math.round(past.reduce((sum, cell) => sum + (cell.actual[state] ?? 0), 0));
  const actual = ["succeeded", "failed", "missed", "skipped"].map((state): [string, number] => [
    state,
    of(state),
  ]);
  return { planned, actual: actual.filter(([, count]) => count > 0), ahead: all - planned };
}

/** Where now is, as a share of the strip's width. */
export function nowShare(strip: StripView, now: number): number {
  const start = Date.parse(strip.start);
  return (now - start) / (strip.cells.length * strip.step * 1000);
}

/** The full hours to write below, as shares: every `each` hours of the shown clock. */
export function hourTicks(strip: StripView, each: number, zone?: string): { share: number; label: string }[] {
  const start = Date.parse(strip.start);
  const length = strip.cells.length * strip.step * 1000;
  const hour = 3_600_000;
  const ticks = [];
  for (let at = Math.ceil(start / hour) * hour; at < start + length; at += hour) {
    const label = clockText(at, zone);
    if (label.endsWith(":00") && Number(label.slice(0, 2)) % each === 0) {
      ticks.push({ share: (at - start) / length, label: label === "00:00" ? dayText(at, zone) : label });
    }
  }
  return ticks;
}
