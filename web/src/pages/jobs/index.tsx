import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useList, useMay } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import { countText, plural } from "@/core/text.ts";
import { Failure } from "@/kit/failure.tsx";
import { EmptyState, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Table } from "@/kit/table.tsx";
import { withTag } from "@/parts/tags.ts";
import { ActionButtons } from "@/shell/action-buttons.tsx";
import type { Action } from "@/shell/actions.ts";
import { useProject } from "@/shell/project.tsx";
import { Bulk } from "./bulk.tsx";
import { jobColumns } from "./columns.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { filtered } from "./filters.ts";

const route = getRouteApi("/jobs");

/** All jobs: filtered and sorted here, so that ten thousand answer to each key. */
export default function Jobs() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const project = useProject();
  const { items: jobs, isPending, whole, more, failure } = useList(queries.jobs(project));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => more?.(), [more]);
  const rows = useMemo(() => filtered(jobs, search), [jobs, search]);
  const tagged = useMemo(() => jobs.some((job) => job.tags?.length), [jobs]);
  const narrow = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const columns = useMemo(
    () =>
      jobColumns({
        withProject: project === "",
        onTag: tagged
          ? (tag) =>
              void navigate({ search: (old) => ({ ...old, tag: withTag(old.tag, tag) }), replace: true })
          : null,
      }),
    [project, tagged, navigate],
  );
  if (failure) return <Failure {...failure} />;
  return (
    <Page
      fill
      title="Jobs"
      actions={<NewJob />}
      aside={<span className="text-ink-2">{countWords(rows.length, jobs.length, whole)}</span>}
    >
      <div className="flex flex-wrap items-center gap-2">
        <FilterBar search={search} narrow={narrow} all={jobs} shown={rows} />
        <Bulk jobs={jobs} chosen={chosen} onDone={() => setChosen(new Set())} />
      </div>
      <Table
        fill
        label="Jobs"
        columns={columns}
        rows={rows}
        rowKey={(job) => job.id}
        sort={search.sort}
        onSort={(sort) => narrow({ sort })}
        selected={chosen}
        onSelect={setChosen}
        empty={isPending ? <Waiting /> : <Nothing any={jobs.length > 0} />}
      />
    </Page>
  );
}

function NewJob() {
  const may = useMay()("editor", undefined);
  const navigate = useNavigate();
  const offered = useMemo(
    (): Action[] =>
      may
        ? [
            {
              label: "New job",
              group: "Jobs",
              icon: "plus",
              keys: "n",
              act: () => void navigate({ to: "/jobs/new" }),
            },
          ]
        : [],
    [may, navigate],
  );
  return <ActionButtons offered={offered} />;
}

function countWords(shown: number, all: number, whole: boolean): string {
  const known = whole ? plural(all, "job") : `${countText(all)} …`;
  return shown === all ? known : `${countText(shown)} of ${known}`;
}

function Waiting() {
  return (
    <div className="p-3">
      <Skeleton lines={10} />
    </div>
  );
}

function Nothing({ any }: { any: boolean }) {
  if (any)
    return (
      <EmptyState icon="filter" title="No job fits">
        The filters above leave none.
      </EmptyState>
    );
  return (
    <EmptyState
      icon="jobs"
      title="No jobs yet"
      command={`tickwork add hello --every 5s -- echo "hello from tickwork"`}
    >
      A job is something to run, with its schedules. Boards (files of jobs), crontabs and Python code bring
      them; so does one command:
    </EmptyState>
  );
}
