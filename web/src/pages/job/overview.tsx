import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "@/api/queries.ts";
import type { JobDetailView, RunView, ScheduleView } from "@/api/types.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Markdown } from "@/kit/markdown.tsx";
import { EmptyState, Panel, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";
import { JobGraph } from "@/parts/graph/job-graph.tsx";
import { isElsewhere } from "@/parts/job-words.ts";
import { Moments } from "@/parts/moments.tsx";
import { RUN_COLUMNS } from "@/parts/run-columns.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { History } from "./history.tsx";
import { Kept } from "./kept.tsx";

/** The job is known already: when it was due opens its run. */
const COLUMNS: Column<RunView>[] = [
  {
    id: "due",
    title: "Due",
    width: "minmax(110px, 1fr)",
    cell: (run) => (
      <Link to="/runs/$run" params={{ run: run.id }} preload={false} className="font-medium hover:underline">
        <Time at={run.slot ?? run.created} show="clock" />
      </Link>
    ),
  },
  ...RUN_COLUMNS.filter(({ id }) => id !== "job" && id !== "due").map((column) => ({
    ...column,
    wide: column.id !== "state" && column.id !== "took",
  })),
];

export function Overview({ detail }: { detail: JobDetailView }) {
  const { job, runs, description } = detail;
  return (
    <div className="grid gap-x-6 gap-y-5 lg:grid-cols-[minmax(0,2fr)_minmax(260px,1fr)]">
      <div className="flex min-w-0 flex-col gap-5">
        {description && <Markdown text={description} label="Description" />}
        <History job={job.id} />
        <JobGraph job={job.id} />
        <Section title="Newest runs">
          <Table
            label="Newest runs"
            columns={COLUMNS}
            rows={runs}
            rowKey={(run) => run.id}
            empty={
              isElsewhere(detail.definition) ? (
                <EmptyState title="Nobody has told of a run yet">
                  Each due moment becomes a run when word of it comes, or is missed.
                </EmptyState>
              ) : (
                <EmptyState title="It never ran" command={`tickwork run ${job.id}`}>
                  Each due moment becomes a run, or a gap with its reason. One can also be asked for:
                </EmptyState>
              )
            }
          />
        </Section>
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <Elsewhere detail={detail} />
        <Schedules schedules={detail.schedules} after={job.after ?? []} />
        {detail.schedules.length > 0 && <Upcoming job={job.id} paused={job.paused !== null} />}
        {detail.kept && <Kept kept={detail.kept} />}
      </div>
    </div>
  );
}

function Schedules({ schedules, after }: { schedules: ScheduleView[]; after: readonly string[] }) {
  return (
    <Section title="Schedules">
      <Panel>
        {schedules.length === 0 && (
          <p className="px-3 py-2 text-ink-2">
            None: it runs {after.length ? `after ${after.join(" and ")}, or when asked` : "only when asked"}.
          </p>
        )}
        <ul className="divide-y divide-line">
          {schedules.map((schedule) => (
            <Schedule key={schedule.id} schedule={schedule} />
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

function Schedule({ schedule }: { schedule: ScheduleView }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-3 py-1.5">
      <span className="font-medium">{schedule.words}</span>
      <span className="text-ink-2">{schedule.zone}</span>
      <span className="ml-auto">
        {schedule.over ?? (
          <>
            next <Time at={schedule.next} zone={schedule.zone} show="clock" />
          </>
        )}
      </span>
      {schedule.dst && (
        <span className="basis-full text-xs text-ink-2 first-letter:uppercase">{schedule.dst}</span>
      )}
    </li>
  );
}

function Upcoming({ job, paused }: { job: string; paused: boolean }) {
  const query = useQuery(queries.upcoming(job));
  return (
    <Section title="Next">
      <Panel className="px-2 py-2">
        {paused && <p className="px-1 pb-1 text-ink-2">Skipped as long as it is paused:</p>}
        <Loaded query={query} placeholder={<Skeleton lines={10} />}>
          {(next) => <Moments of={next} />}
        </Loaded>
      </Panel>
    </Section>
  );
}
