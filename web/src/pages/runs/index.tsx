import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { queries } from "@/api/queries.ts";
import type { RunView } from "@/api/types.ts";
import { lookOf, RUN_STATES } from "@/core/states.ts";
import { SearchBox, Select } from "@/kit/field.tsx";
import { EmptyState, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Duration, Elapsed, Time } from "@/kit/time.tsx";
import { Failure } from "@/shell/failure.tsx";
import { useProject } from "@/shell/project.tsx";

const route = getRouteApi("/runs");

export const RUN_COLUMNS: Column<RunView>[] = [
  {
    id: "state",
    title: "State",
    width: "minmax(110px, 1fr)",
    cell: (run) => <StateBadge state={run.state} reason={run.reason} />,
  },
  {
    id: "job",
    title: "Job",
    width: "minmax(140px, 2fr)",
    cell: (run) => (
      <Link to="/runs/$run" params={{ run: run.id }} preload={false} className="font-medium hover:underline">
        {run.job}
      </Link>
    ),
  },
  {
    id: "due",
    title: "Due",
    width: "144px",
    cell: (run) => <Time at={run.slot ?? run.created} show="clock" />,
    wide: true,
  },
  { id: "started", title: "Started", width: "96px", cell: (run) => <Time at={run.started} /> },
  {
    id: "took",
    title: "Took",
    width: "84px",
    align: "right",
    cell: tookCell,
    wide: true,
  },
  { id: "origin", title: "Origin", width: "90px", cell: (run) => run.origin, wide: true },
  { id: "worker", title: "Worker", width: "minmax(80px, 1fr)", cell: (run) => run.worker ?? "–", wide: true },
];

function tookCell(run: RunView) {
  const running = run.state === "running" && run.started !== null;
  return running ? <Elapsed since={run.started ?? ""} /> : <Duration seconds={run.duration} />;
}

/** All runs, newest first. */
export default function Runs() {
  const { state, job } = route.useSearch();
  const navigate = route.useNavigate();
  const project = useProject();
  const known = RUN_STATES.find((each) => each === state);
  const query = useInfiniteQuery(queries.runs({ project, job, state: known ? [known] : undefined }));
  const { data: runs = [], error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (error && runs.length === 0) return <Failure error={error} reset={() => void query.refetch()} />;
  return (
    <Page fill title="Runs">
      <div className="flex flex-wrap gap-2">
        <SearchBox
          label="Job's id"
          value={job ?? ""}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, job: value || undefined }), replace: true })
          }
          className="w-64 max-sm:w-full"
        />
        <Select
          aria-label="State"
          value={state ?? ""}
          options={[
            { value: "", label: "All states" },
            ...RUN_STATES.map((each) => ({ value: each, label: lookOf(each).word })),
          ]}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, state: value || undefined }), replace: true })
          }
        />
      </div>
      <Table
        fill
        label="Runs, newest first"
        columns={RUN_COLUMNS}
        rows={runs}
        rowKey={(run) => run.id}
        onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
        empty={
          isPending ? (
            <Skeleton lines={8} />
          ) : (
            <EmptyState icon="runs" title="No such runs" command="tickwork run JOB">
              Each due moment of a job becomes a run or a gap with its reason. One can also be asked for:
            </EmptyState>
          )
        }
      />
    </Page>
  );
}
