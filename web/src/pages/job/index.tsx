import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { runJob } from "@/api/actions.ts";
import { useMay } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import type { JobDetailView, ScheduleView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Notice, Page, Panel, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Sparkbars } from "@/kit/sparkbars.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { Table } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";
import { JobGraph } from "@/pages/graph/job-graph.tsx";
import { ResumeDialog } from "@/pages/resume/dialog.tsx";
import { RUN_COLUMNS } from "@/pages/runs/index.tsx";
import { type Action, useActions } from "@/shell/actions.ts";

const route = getRouteApi("/jobs/$job");

export default function JobPage() {
  const { job } = route.useParams();
  const query = useQuery(queries.job(job));
  return (
    <Loaded
      page
      query={query}
      placeholder={
        <Page title={job}>
          <Skeleton lines={8} />
        </Page>
      }
    >
      {(detail) => <JobLoaded detail={detail} />}
    </Loaded>
  );
}

function JobLoaded({ detail }: { detail: JobDetailView }) {
  const { job, runs } = detail;
  return (
    <Page
      title={job.id}
      aside={<StateBadge state={job.state} className="text-base" />}
      actions={<JobActions detail={detail} />}
    >
      {job.paused && <Notice>{job.paused}</Notice>}
      {detail.description && (
        <p className="max-w-prose whitespace-pre-line text-ink-2">{detail.description}</p>
      )}
      <Section title="Schedules" actions={<Sparkbars bars={[...runs].reverse()} />}>
        <Panel>
          {detail.schedules.length === 0 && (
            <p className="px-3 py-2 text-ink-2">None: it runs only when asked.</p>
          )}
          <ul className="divide-y divide-line">
            {detail.schedules.map((schedule) => (
              <Schedule key={schedule.id} schedule={schedule} />
            ))}
          </ul>
        </Panel>
      </Section>
      <JobGraph job={job.id} />
      <Section title="Newest runs">
        <Table
          label="Newest runs"
          columns={RUN_COLUMNS}
          rows={runs}
          rowKey={(run) => run.id}
          empty={
            <EmptyState title="It never ran">
              Each due moment becomes a run, or a gap with its reason.
            </EmptyState>
          }
        />
      </Section>
    </Page>
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
      {schedule.dst && <span className="basis-full text-xs text-ink-2">{schedule.dst}</span>}
    </li>
  );
}

function JobActions({ detail: { job } }: { detail: JobDetailView }) {
  const may = useMay();
  const operates = may("operator", job.project);
  const edits = may("editor", job.project);
  const navigate = useNavigate();
  const [resuming, setResuming] = useState(false);
  const paused = job.state === "paused";
  const offered = useMemo((): Action[] => {
    const run = async () => {
      const begun = await runJob(job.id);
      if (begun) void navigate({ to: "/runs/$run", params: { run: begun.id } });
    };
    const edit = () => void navigate({ to: "/jobs/$job/edit", params: { job: job.id } });
    const group = "This job";
    const all: (Action | false)[] = [
      edits && { label: "Edit", group, icon: "edit", keys: "e", act: edit },
      operates && paused && { label: "Resume", group, icon: "play", keys: "u", act: () => setResuming(true) },
      operates && { label: "Run now", group, icon: "play", keys: "r", act: () => void run() },
    ];
    return all.filter((action) => action !== false);
  }, [operates, edits, paused, job.id, navigate]);
  useActions(offered);
  return (
    <>
      {offered.map((action, at) => (
        <Button
          key={action.label}
          icon={action.icon}
          kind={at === offered.length - 1 && operates ? "primary" : "plain"}
          keys={action.keys}
          onClick={action.act}
        >
          {action.label}
        </Button>
      ))}
      {resuming && <ResumeDialog job={job.id} onClose={() => setResuming(false)} />}
    </>
  );
}
