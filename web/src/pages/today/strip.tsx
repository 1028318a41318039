/** Planned versus actual, from a day ago to a day ahead. Above the line stands what ran, below hangs what did not. */

import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useState } from "react";
import type { StripMark, StripView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { useNarrow, usePhone } from "@/core/media.ts";
import { useRoughNow } from "@/core/now.ts";
import { useZone } from "@/core/preferences.ts";
import { lookOf } from "@/core/states.ts";
import { Panel } from "@/kit/page.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { StateIcon } from "@/kit/state.tsx";
import { cellWords, type DrawnCell, drawn, hourTicks, marksOf, nowShare } from "./cells.ts";
import { parted } from "./grouping.ts";
import { LedgerLink } from "./ledger-link.tsx";
import { Legend } from "./legend.tsx";
import { Readout, Summary, sentenceOf } from "./readout.tsx";

const ABOVE_PX = 64;
const BELOW_PX = 28;
const HEIGHT_PX = ABOVE_PX + BELOW_PX;
const SHOWN_MARKS = 6;

export function Strip({ strip }: { strip: StripView }) {
  const shownZone = useZone();
  const cells = useMemo(() => drawn(strip), [strip]);
  const now = nowShare(strip, useRoughNow(10));
  const current = Math.min(cells.length - 1, Math.max(0, Math.floor(now * cells.length)));
  const [hovered, setHovered] = useState<number | null>(null);
  const [pinned, setPinned] = useState<number | null>(null);
  const chosen = hovered ?? pinned;
  const words = cellWords(strip, chosen ?? current, shownZone);
  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(
      cells.length - 1,
      Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * cells.length)),
    );
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step) setPinned(Math.min(cells.length - 1, Math.max(0, (pinned ?? current) + step)));
    if (event.key === "Escape") setPinned(null);
  };
  return (
    <Panel className="px-3 pb-2 pt-2.5">
      {chosen === null ? (
        <Summary strip={strip} now={now} />
      ) : (
        <Readout words={words} marks={marksOf(strip, chosen)} />
      )}
      <div
        role="slider"
        aria-label="Planned and actual, a day back and a day ahead"
        aria-valuemin={0}
        aria-valuemax={cells.length - 1}
        aria-valuenow={chosen ?? current}
        aria-valuetext={words}
        tabIndex={0}
        onPointerMove={(event) => setHovered(at(event))}
        onPointerLeave={() => setHovered(null)}
        onPointerDown={(event) => setPinned(at(event))}
        onKeyDown={press}
        className="relative cursor-crosshair touch-pan-y"
      >
        <Bars cells={cells} />
        <Cursor at={chosen} count={cells.length} />
        <div
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 w-px bg-accent"
          style={{ left: `${now * 100}%` }}
        />
      </div>
      <Hours strip={strip} zone={shownZone} now={now} />
      <Legend strip={strip} />
      {pinned !== null && <Marks marks={marksOf(strip, pinned)} />}
    </Panel>
  );
}

const Bars = memo(function Bars({ cells }: { cells: DrawnCell[] }) {
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${cells.length} ${HEIGHT_PX}`}
      preserveAspectRatio="none"
      height={HEIGHT_PX}
      className="block w-full"
    >
      <line
        x1={0}
        x2={cells.length}
        y1={ABOVE_PX}
        y2={ABOVE_PX}
        className="stroke-line-strong"
        vectorEffect="non-scaling-stroke"
      />
      {cells.map((cell, x) => (
        <CellBars key={x} cell={cell} x={x} />
      ))}
    </svg>
  );
});

const GAP = 0.14;

function CellBars({ cell, x }: { cell: DrawnCell; x: number }) {
  const planned = ABOVE_PX * (1 - cell.planned);
  return (
    <>
      {cell.planned > 0 && cell.future && (
        <rect x={x + GAP} width={1 - 2 * GAP} y={planned} height={ABOVE_PX - planned} className="fill-line" />
      )}
      {cell.above.map((block) => (
        <rect
          key={block.state}
          x={x + GAP}
          width={1 - 2 * GAP}
          y={ABOVE_PX * (1 - block.from - block.size)}
          height={Math.max(1, ABOVE_PX * block.size)}
          className={cx(lookOf(block.state).fill, block.state === "succeeded" && "opacity-60")}
        />
      ))}
      {cell.planned > 0 && (
        <line
          x1={x}
          x2={x + 1}
          y1={planned}
          y2={planned}
          vectorEffect="non-scaling-stroke"
          className="stroke-ink-3"
        />
      )}
      {cell.below.map((block) => (
        <rect
          key={block.state}
          x={x + GAP}
          width={1 - 2 * GAP}
          y={ABOVE_PX + 1 + BELOW_PX * block.from}
          height={Math.max(4, BELOW_PX * block.size)}
          className={lookOf(block.state).fill}
        />
      ))}
    </>
  );
}

function Cursor({ at, count }: { at: number | null; count: number }) {
  if (at === null) return null;
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute inset-y-0 bg-accent/15 ring-1 ring-accent/50"
      style={{ left: `${(at / count) * 100}%`, width: `${100 / count}%` }}
    />
  );
}

function Hours({ strip, zone: shown, now }: { strip: StripView; zone: string | undefined; now: number }) {
  const phone = usePhone();
  const narrow = useNarrow();
  const [each, apart] = phone ? [12, 0.12] : narrow ? [6, 0.06] : [3, 0.03];
  const ticks = hourTicks(strip, each, shown).filter(
    ({ share }) => share > 0.03 && share < 0.97 && Math.abs(share - now) > apart,
  );
  return (
    <div aria-hidden="true" className="relative h-4 text-2xs text-ink-3">
      {ticks.map((tick) => (
        <span
          key={tick.share}
          className="absolute -translate-x-1/2 whitespace-nowrap"
          style={{ left: `${tick.share * 100}%` }}
        >
          {tick.label}
        </span>
      ))}
      <span className="absolute -translate-x-1/2 font-semibold text-accent" style={{ left: `${now * 100}%` }}>
        now
      </span>
    </div>
  );
}

/** What went otherwise in the stretch that was clicked, each a link to the run or the job. */
function Marks({ marks }: { marks: StripMark[] }) {
  if (marks.length === 0)
    return <p className="pt-2 text-ink-2">Everything in this stretch goes as planned.</p>;
  return (
    <ul className="mt-2 flex flex-col gap-1 border-t border-line pt-2">
      {marks.slice(0, SHOWN_MARKS).map((mark, at) => (
        <li key={at} className="flex items-baseline gap-2">
          <StateIcon state={mark.state} reason={mark.reason} className="translate-y-0.5" />
          <span className="line-clamp-3 min-w-0 break-words text-ink-2">
            <MarkLink mark={mark} />
            <Sentence text={parted(sentenceOf(mark), mark.job).rest} />
          </span>
        </li>
      ))}
      {marks.length > SHOWN_MARKS && <li className="text-ink-3">and {marks.length - SHOWN_MARKS} more</li>}
    </ul>
  );
}

function MarkLink({ mark }: { mark: StripMark }) {
  return mark.run ? (
    <Link to="/runs/$run" params={{ run: mark.run }} className="link font-medium">
      {mark.job}
    </Link>
  ) : (
    <LedgerLink job={mark.job} at={mark.at} state={mark.state} className="link font-medium">
      {mark.job}
    </LedgerLink>
  );
}
