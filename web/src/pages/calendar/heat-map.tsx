/** Seven days of 24 hours: the darker, the more is due. Arrow keys go through it. */

import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import { cx } from "@/core/classes.ts";
import { dayName } from "@/core/days.ts";
import { usePhone } from "@/core/media.ts";
import { countText } from "@/core/text.ts";
import {
  DAYS,
  HOURS,
  type HourCell,
  hourSpan,
  hourText,
  keyOf,
  levelBounds,
  levelOf,
  type Range,
  rangeOf,
} from "./load.ts";

/** Complete class names, so that the style sheet's builder finds them. */
const LEVELS = ["bg-sunken", "bg-heat-1", "bg-heat-2", "bg-heat-3", "bg-heat-4", "bg-heat-5"];

interface HeatMapProps {
  week: HourCell[][];
  /** `2026-11-27` or `2026-11-27T04` */
  chosen: string;
  onChoose: (at: string) => void;
  /** The hour that it is. */
  now: { day: string; hour: number };
}

export function HeatMap({ week, chosen, onChoose, now }: HeatMapProps) {
  const box = useRef<HTMLDivElement>(null);
  const phone = usePhone();
  const [at, setAt] = useState({ day: 0, hour: now.hour });
  const range = rangeOf(week);
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const [days, hours] = phone ? [step[1], step[0]] : step;
    const next = {
      day: Math.min(DAYS - 1, Math.max(0, at.day + days)),
      hour: Math.min(HOURS - 1, Math.max(0, at.hour + hours)),
    };
    setAt(next);
    box.current?.querySelector<HTMLElement>(`[data-place="${next.day} ${next.hour}"]`)?.focus();
  };
  // Days go down; on a phone, which is narrow, hours do.
  const place = (day: number, hour: number) =>
    phone ? { gridRow: hour + 2, gridColumn: day + 2 } : { gridRow: day + 2, gridColumn: hour + 2 };
  return (
    <div className="flex flex-col gap-2">
      <div
        ref={box}
        role="group"
        aria-label="Load by day and hour"
        onKeyDown={press}
        className={cx(
          "grid gap-px",
          phone ? "grid-cols-[40px_repeat(7,minmax(0,1fr))]" : "grid-cols-[84px_repeat(24,minmax(0,1fr))]",
        )}
      >
        {Array.from({ length: HOURS }, (_, hour) => (
          <HourHead key={hour} hour={hour} phone={phone} style={place(-1, hour)} />
        ))}
        {week.map(([first], day) => (
          <DayHead
            key={first?.day}
            day={first?.day ?? ""}
            phone={phone}
            today={first?.day === now.day}
            chosen={chosen === first?.day}
            style={place(day, -1)}
            onChoose={onChoose}
          />
        ))}
        {week.flatMap((cells, day) =>
          cells.map((cell) => (
            <Cell
              key={keyOf(cell)}
              cell={cell}
              level={levelOf(cell.count, range)}
              chosen={chosen === keyOf(cell)}
              now={keyOf(cell) === keyOf(now)}
              over={keyOf(cell) < keyOf(now)}
              tabbable={at.day === day && at.hour === cell.hour}
              place={`${day} ${cell.hour}`}
              style={place(day, cell.hour)}
              onChoose={() => {
                setAt({ day, hour: cell.hour });
                onChoose(keyOf(cell));
              }}
            />
          )),
        )}
      </div>
      <Scale range={range} />
    </div>
  );
}

/** How far a key goes: days and hours, where days go down. */
const STEPS: Record<string, readonly [days: number, hours: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

type Place = Required<Pick<CSSProperties, "gridRow" | "gridColumn">>;

function HourHead({ hour, phone, style }: { hour: number; phone: boolean; style: Place }) {
  return (
    <span
      aria-hidden="true"
      style={style}
      className={cx("figures text-2xs text-ink-3", phone ? "self-center" : "overflow-visible")}
    >
      {hour % 3 === 0 || phone ? hourText(hour).slice(0, phone ? 5 : 2) : ""}
    </span>
  );
}

interface DayHeadProps {
  day: string;
  phone: boolean;
  today: boolean;
  chosen: boolean;
  style: Place;
  onChoose: (day: string) => void;
}

function DayHead({ day, phone, today, chosen, style, onChoose }: DayHeadProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={() => onChoose(day)}
      style={style}
      className={cx(
        "truncate rounded-sm px-1 text-left text-xs text-ink-2 hover:bg-hover hover:text-ink aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-ink max-sm:px-0 max-sm:text-center",
        today && "font-semibold text-ink",
      )}
    >
      {phone ? dayName(day).slice(0, 3) : dayName(day)}
    </button>
  );
}

interface CellProps {
  cell: HourCell;
  level: number;
  chosen: boolean;
  now: boolean;
  over: boolean;
  tabbable: boolean;
  place: string;
  style: Place;
  onChoose: () => void;
}

function Cell({ cell, level, chosen, now, over, tabbable, place, style, onChoose }: CellProps) {
  const words = over ? "over" : cell.at === null ? "the clock jumps over it" : `${countText(cell.count)} due`;
  const tip = `${dayName(cell.day)}, ${hourSpan(cell.hour)}: ${words}`;
  return (
    <button
      type="button"
      aria-label={tip}
      aria-pressed={chosen}
      data-tip={tip}
      data-place={place}
      tabIndex={tabbable ? 0 : -1}
      disabled={cell.at === null}
      onClick={onChoose}
      style={style}
      className={cx(
        "figures h-8 overflow-hidden rounded-sm border text-2xs max-sm:h-5",
        cell.at === null ? "bg-transparent" : LEVELS[level],
        chosen ? "border-ink" : now ? "border-accent" : "border-transparent hover:border-line-strong",
      )}
    >
      {cell.at !== null && cell.count > 0 && shortCount(cell.count)}
    </button>
  );
}

/** What fits into a cell: `940`, `1.2k`, `35k`. */
function shortCount(count: number): string {
  if (count < 1000) return String(count);
  return count < 9950 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
}

/** What the shades mean, in numbers. */
function Scale({ range }: { range: Range }) {
  const bounds = levelBounds(range);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2">
      <span>Due in an hour:</span>
      <Step level={0} text="0" />
      {bounds.map(({ level, least }, n) => {
        const end = (bounds[n + 1]?.least ?? range.most + 1) - 1;
        const text = end > least ? `${countText(least)}–${countText(end)}` : countText(least);
        return <Step key={level} level={level} text={text} />;
      })}
    </div>
  );
}

function Step({ level, text }: { level: number; text: string }) {
  return (
    <span className="figures inline-flex items-center gap-1.5">
      <span aria-hidden="true" className={cx("size-3 rounded-sm border border-line", LEVELS[level])} />
      {text}
    </span>
  );
}
