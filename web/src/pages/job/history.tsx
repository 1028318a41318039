/** The last runs of a job: how long each took and how it ended. Pointing at one tells of it, a click opens it. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import { HISTORY, queries } from "@/api/queries.ts";
import type { RunView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { lookOf, outcomeWords } from "@/core/states.ts";
import { lengthText } from "@/core/text.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Panel, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { Duration, Time } from "@/kit/time.tsx";
import { type HistoryBar, type HistoryChart, historyOf } from "./history-bars.ts";

const HEIGHT_PX = 112;
const GAP = 0.16;
/** So many columns at least: few runs do not become broad blocks. */
const ROOM = 40;
/** Under so few bars there is no room for two moments side by side. */
const FEW = 20;

export function History({ job }: { job: string }) {
  const query = useQuery(queries.history(job));
  return (
    <Section title="History">
      <Loaded query={query} placeholder={<Skeleton className="h-[186px]" />}>
        {(runs) => (runs.length ? <Chart runs={runs} /> : <None />)}
      </Loaded>
    </Section>
  );
}

function None() {
  return (
    <Panel className="px-3 py-3 text-ink-2">
      No run has ended yet: how long each of the last {HISTORY} took, and how it ended, will stand here.
    </Panel>
  );
}

function Chart({ runs }: { runs: RunView[] }) {
  const chart = useMemo(() => historyOf(runs), [runs]);
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<number | null>(null);
  const { bars, top, usual } = chart;
  const room = Math.max(ROOM, bars.length);
  const first = room - bars.length;
  const shown = bars[chosen ?? bars.length - 1];
  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * room) - first;
    return bars[column] ? column : null;
  };
  const open = (bar: HistoryBar | undefined) =>
    bar && void navigate({ to: "/runs/$run", params: { run: bar.run.id } });
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step) setChosen(Math.min(bars.length - 1, Math.max(0, (chosen ?? bars.length) + step)));
    if (event.key === "Enter") open(shown);
  };
  return (
    <Panel className="px-3 pb-2 pt-2">
      {shown && <Readout run={shown.run} newest={chosen === null} />}
      <div className="flex gap-2">
        <div
          role="slider"
          aria-label={`The last ${bars.length} runs`}
          aria-valuemin={1}
          aria-valuemax={bars.length}
          aria-valuenow={(chosen ?? bars.length - 1) + 1}
          aria-valuetext={shown && outcomeWords(shown.run)}
          tabIndex={0}
          onPointerMove={(event) => setChosen(at(event))}
          onPointerLeave={() => setChosen(null)}
          onClick={() => chosen !== null && open(bars[chosen])}
          onKeyDown={press}
          onBlur={() => setChosen(null)}
          className="relative min-w-0 flex-1 cursor-pointer touch-pan-y"
        >
          <Bars chart={chart} room={room} chosen={chosen} />
          <Ends bars={bars} share={first / room} />
        </div>
        <Scale top={top} usual={usual} />
      </div>
      <p className="pt-1 text-2xs text-ink-3">
        {bars.length === 1 ? "The only run" : `The last ${bars.length} runs`}: height is how long each took, a
        cap a failure, hollow what did not run. A click opens one.
      </p>
    </Panel>
  );
}

/** When the first and the last of them were due, where they stand; under few bars both stand at the right. */
function Ends({ bars, share }: { bars: readonly HistoryBar[]; share: number }) {
  const few = bars.length <= FEW;
  const [first, last] = [bars[0], bars.at(-1)].map((bar) => bar && (bar.run.slot ?? bar.run.created));
  return (
    <p
      className={cx("flex pt-1 text-2xs text-ink-3", few ? "justify-end gap-1" : "justify-between gap-4")}
      style={{ paddingLeft: few ? 0 : `${share * 100}%` }}
    >
      {bars.length > 1 && <Time at={first} show="clock" />}
      {few && bars.length > 1 && "–"}
      <Time at={last} show="clock" />
    </p>
  );
}

/** One line of a fixed height about the chosen run, else about the newest. */
function Readout({ run, newest }: { run: RunView; newest: boolean }) {
  return (
    <p className="flex h-6 items-center gap-3 overflow-hidden whitespace-nowrap text-xs">
      <span className="text-ink-3">
        {newest ? "Newest" : <Time at={run.slot ?? run.created} show="clock" />}
      </span>
      <StateBadge state={run.state} reason={run.reason} />
      <Duration seconds={run.duration} />
      {newest && <Time at={run.finished} className="text-ink-3" />}
    </p>
  );
}

interface BarsProps {
  chart: HistoryChart;
  room: number;
  chosen: number | null;
}

function Bars({ chart: { bars, top, usual }, room, chosen }: BarsProps) {
  const line = usual === null ? null : HEIGHT_PX * (1 - usual / top);
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${room} ${HEIGHT_PX}`}
      preserveAspectRatio="none"
      height={HEIGHT_PX}
      className="block w-full border-b border-line-strong"
    >
      {bars.map((bar, at) => (
        <BarShape key={bar.run.id} bar={bar} x={room - bars.length + at} chosen={at === chosen} />
      ))}
      {line !== null && (
        <line
          x1={0}
          x2={room}
          y1={line}
          y2={line}
          strokeDasharray="4 3"
          vectorEffect="non-scaling-stroke"
          className="stroke-ink-3"
        />
      )}
    </svg>
  );
}

/** What ran is full, what did not is hollow, and a failure has a cap at the top: colour alone says nothing. */
function BarShape({ bar, x, chosen }: { bar: HistoryBar; x: number; chosen: boolean }) {
  const look = lookOf(bar.run.state);
  const height = HEIGHT_PX * bar.height;
  const place = { x: x + GAP, width: 1 - 2 * GAP };
  return (
    <g className={look.text}>
      {chosen && <rect x={x} width={1} y={0} height={HEIGHT_PX} className="fill-accent/15" />}
      <rect
        {...place}
        y={HEIGHT_PX - height}
        height={height}
        className={bar.hollow ? "fill-none" : look.fill}
        opacity={bar.run.state === "succeeded" ? 0.75 : 1}
        {...(bar.hollow ? { stroke: "currentColor", vectorEffect: "non-scaling-stroke" } : {})}
      />
      {bar.run.state === "failed" && <rect {...place} y={0} height={3} className={look.fill} />}
    </g>
  );
}

/** What the top of the chart and the line across it mean. */
function Scale({ top, usual }: { top: number; usual: number | null }) {
  const share = usual === null ? 1 : usual / top;
  return (
    <div
      className="figures relative w-18 whitespace-nowrap text-2xs text-ink-3"
      style={{ height: HEIGHT_PX }}
    >
      <span className="absolute top-0">{lengthText(top)}</span>
      {usual !== null && share < 0.85 && (
        <span
          data-tip="Median of those that succeeded"
          className="absolute translate-y-1/2"
          style={{ bottom: `${share * 100}%` }}
        >
          usually {lengthText(usual)}
        </span>
      )}
    </div>
  );
}
