/** The runs that belong together with this one: when each waited and ran, or which worker had which. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { queries } from "@/api/queries.ts";
import type { GroupView, RunView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { nowMs, useNow } from "@/core/now.ts";
import { countWords, lookOf, outcomeWords } from "@/core/states.ts";
import { lengthText, plural } from "@/core/text.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { StateBadge, StateIcon } from "@/kit/state.tsx";
import { Duration, Time } from "@/kit/time.tsx";
import { workerOf } from "@/parts/worker-of.ts";
import { type TimelineRow, timelineOf } from "./timeline.ts";

/** More are drawn neither fast nor legibly. */
const SHOWN = 500;

export function Group({ group, run }: { group: string; run: string }) {
  const query = useQuery(queries.group(group));
  return (
    <Loaded query={query} placeholder={<Skeleton lines={8} />}>
      {(found) => (
        <div className="flex min-h-0 flex-col gap-3 overflow-auto">
          <Summary group={found} />
          {found.state === "running" ? (
            <LiveLines group={found} own={run} />
          ) : (
            <Lines group={found} own={run} />
          )}
        </div>
      )}
    </Loaded>
  );
}

function Summary({ group }: { group: GroupView }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-ink-2">
      <StateBadge state={group.state} />
      {plural(group.runs.length, "run")}: {countWords(group.runs).join(" · ")}
      {distinguishing(group.runs) === "worker" && group.runs[0] && (
        <Link
          to="/jobs/$job"
          params={{ job: group.runs[0].job }}
          search={{ tab: "workers" }}
          className="link ml-auto"
        >
          Each time, by worker
        </Link>
      )}
    </p>
  );
}

interface LinesProps {
  group: GroupView;
  /** The run whose page this is. */
  own: string;
}

/** What still runs grows with each second. */
function LiveLines(props: LinesProps) {
  return <Lines {...props} now={useNow()} />;
}

function Lines({ group, own, now = nowMs() }: LinesProps & { now?: number }) {
  const shown = group.runs.slice(0, SHOWN);
  const { rows, length } = timelineOf(shown, now);
  const by = distinguishing(shown);
  return (
    <>
      <ul aria-label="Timeline of the group" className="flex flex-col">
        {rows.map((row) => (
          <Line
            key={row.run.id}
            row={row}
            own={row.run.id === own}
            name={<Name run={row.run} by={by} all={shown} />}
          />
        ))}
      </ul>
      <p className="figures flex justify-between pl-44 text-2xs text-ink-3 max-sm:pl-36">
        <span>0</span>
        <span>{lengthText(length / 1000)}</span>
      </p>
      {group.runs.length > SHOWN && (
        <p className="text-ink-3">and {plural(group.runs.length - SHOWN, "more run")}</p>
      )}
    </>
  );
}

type By = "job" | "slot" | "worker";

/** What the runs are told apart by: jobs of a graph, slots of a backfill, else the workers of one occurrence. */
function distinguishing(runs: readonly RunView[]): By {
  const differ = (of: (run: RunView) => string | null) => new Set(runs.map(of)).size > 1;
  if (differ((run) => run.job)) return "job";
  return differ((run) => run.slot) ? "slot" : "worker";
}

function Name({ run, by, all }: { run: RunView; by: By; all: readonly RunView[] }) {
  if (by === "slot" && run.slot) return <Time at={run.slot} show="clock" />;
  return by === "worker" ? workerOf(run, all) : run.job;
}

const percent = (share: number) => `${share * 100}%`;

function Line({ row, own, name }: { row: TimelineRow; own: boolean; name: ReactNode }) {
  const { run, ready, begun, end } = row;
  const look = lookOf(run.state);
  const words = outcomeWords({ state: run.state, reason: run.reason });
  return (
    <li className={cx("flex items-center gap-2 border-b border-line py-1", own && "bg-accent-soft")}>
      <span className="flex w-42 shrink-0 items-center gap-1.5 pl-1 max-sm:w-34">
        <StateIcon state={run.state} reason={run.reason} />
        <Link
          to="/runs/$run"
          params={{ run: run.id }}
          search={{ tab: "group" }}
          aria-current={own ? "page" : undefined}
          className="truncate hover:underline"
        >
          {name}
        </Link>
      </span>
      <span
        role="img"
        aria-label={words}
        data-tip={run.note ? `${words}\n${run.note}` : words}
        className="relative h-4 min-w-0 flex-1"
      >
        <span
          className="absolute top-1/2 h-px bg-line-strong"
          style={{ left: percent(ready), width: percent((begun ?? end) - ready) }}
        />
        {begun !== null && (
          <span
            className={cx("absolute inset-y-0.5 min-w-0.5 rounded-sm bg-current", look.text)}
            style={{ left: percent(begun), width: percent(end - begun) }}
          />
        )}
      </span>
      <Duration seconds={run.duration} className="w-16 text-right text-xs text-ink-2" />
    </li>
  );
}
