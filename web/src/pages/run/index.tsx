import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { useTopic } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import type { GroupView, RunDetailView, RunView } from "@/api/types.ts";
import { TERMINAL } from "@/core/states.ts";
import { JsonView } from "@/kit/json-view.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Notice, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { Split } from "@/kit/split.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { type Tab, Tabs } from "@/kit/tabs.tsx";
import { RunActions } from "./actions.tsx";
import { AttemptSelect, Attempts } from "./attempts.tsx";
import { Exception } from "./exception.tsx";
import { RunFacts } from "./facts.tsx";
import { Group } from "./group.tsx";
import { ProgressTree } from "./progress-tree.tsx";
import { useGroup } from "./use-group.ts";

const LogViewer = lazy(() => import("@/log/log-viewer.tsx"));
const route = getRouteApi("/runs/$run");

export default function RunPage() {
  const { run } = route.useParams();
  const query = useQuery(queries.run(run));
  useTopic(useMemo(() => ({ topic: "run", id: run }), [run]));
  return (
    <Loaded
      page
      query={query}
      placeholder={
        <Page title="Run">
          <Skeleton lines={8} />
        </Page>
      }
    >
      {(detail) => <RunLoaded detail={detail} />}
    </Loaded>
  );
}

function RunLoaded({ detail }: { detail: RunDetailView }) {
  const { run } = detail;
  return (
    <Page
      fill
      title={run.job}
      aside={<StateBadge state={run.state} reason={run.reason} className="text-base" />}
      actions={<RunActions run={run} />}
    >
      <Why detail={detail} />
      <Split
        label="Log and facts"
        first={<Content detail={detail} />}
        second={<Facts detail={detail} />}
        share={0.7}
      />
    </Page>
  );
}

/** The one sentence that says why it stands where it stands. */
function Why({ detail: { run } }: { detail: RunDetailView }) {
  const query = useQuery(queries.why(run.id));
  const kind = run.state === "failed" ? "failed" : run.state === "missed" ? "missed" : "info";
  const waiting = (
    <Notice kind={kind}>
      <Skeleton className="h-5" />
    </Notice>
  );
  return (
    <Loaded query={query} placeholder={waiting}>
      {(why) => (
        <Notice kind={kind}>
          <p className="line-clamp-6">
            <Sentence text={why.sentence} />
          </p>
        </Notice>
      )}
    </Loaded>
  );
}

function Content({ detail }: { detail: RunDetailView }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const group = useGroup(detail.run);
  const tabs = tabsOf(detail, group);
  const usual = group && detail.run.attempt === 0 ? "group" : "log";
  const tab = tabs.some((each) => each.id === search.tab) ? (search.tab ?? usual) : usual;
  return (
    <Tabs
      tabs={tabs}
      value={tab}
      onChange={(id) => void navigate({ search: (old) => ({ ...old, tab: id }), replace: true })}
    />
  );
}

/** What there is of it. */
function tabsOf(detail: RunDetailView, group: GroupView | undefined): Tab[] {
  const { run, error, frames, result, params, attempts } = detail;
  const tabs: (Tab | false)[] = [
    { id: "log", label: "Log", content: <Log run={run} /> },
    (error !== null || frames.length > 0) && {
      id: "error",
      label: frames.length ? "Exception" : "Error",
      content: <Exception error={error} frames={frames} />,
    },
    { id: "result", label: "Result", content: <Value value={result} label="Result" state={run.state} /> },
    {
      id: "params",
      label: "Parameters",
      content: <Value value={params} label="Parameters" state={run.state} />,
    },
    {
      id: "attempts",
      label: "Attempts",
      count: attempts.length || undefined,
      content: <Attempts attempts={attempts} run={run.id} />,
    },
    (run.group !== null || group !== undefined) && {
      id: "group",
      label: "Group",
      content: <Group group={run.group ?? run.id} run={run.id} />,
    },
  ];
  return tabs.filter((tab) => tab !== false);
}

function NoLog({ over }: { over: boolean }) {
  if (over) return <EmptyState title="It never began itself">So it wrote nothing.</EmptyState>;
  return <EmptyState title="It has not begun">Its log stands here from its start on.</EmptyState>;
}

/** Of one of its attempts. */
function Log({ run }: { run: RunView }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  if (run.attempt === 0) return <NoLog over={TERMINAL.includes(run.state)} />;
  const attempt = Number(search.attempt ?? run.attempt);
  const newest = attempt === run.attempt;
  return (
    <>
      {run.attempt > 1 && (
        <AttemptSelect
          attempt={attempt}
          count={run.attempt}
          onChange={(n) =>
            void navigate({ search: (old) => ({ ...old, attempt: String(n) }), replace: true })
          }
        />
      )}
      <Suspense fallback={<Skeleton lines={12} className="h-3" />}>
        <LogViewer
          run={run.id}
          attempt={attempt}
          newest={newest}
          running={run.state === "running" && newest}
        />
      </Suspense>
    </>
  );
}

function Value({ value, label, state }: { value: unknown; label: string; state: string }) {
  if (value !== null && value !== undefined) return <JsonView value={value} label={label} />;
  if (label === "Parameters") {
    return (
      <EmptyState title="It was given none" command="tickwork run JOB --param name=value">
        Parameters are given in the form on the job's page, or on the command line:
      </EmptyState>
    );
  }
  return (
    <EmptyState title={TERMINAL.includes(state) ? "It gave no result" : "No result yet"}>
      What a Python function returns, or a request is answered with, stands here as JSON.
    </EmptyState>
  );
}

function Facts({ detail }: { detail: RunDetailView }) {
  return (
    <div className="flex flex-col gap-4 pb-4">
      {detail.progress && <ProgressTree progress={detail.progress} />}
      <RunFacts detail={detail} />
    </div>
  );
}
