import { getRouteApi } from "@tanstack/react-router";
import { useList } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import { lookOf, RUN_STATES } from "@/core/states.ts";
import { Failure } from "@/kit/failure.tsx";
import { SearchBox, Select } from "@/kit/field.tsx";
import { EmptyState, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Table } from "@/kit/table.tsx";
import { RUN_COLUMNS } from "@/parts/run-columns.tsx";
import { useProject } from "@/shell/project.tsx";

const route = getRouteApi("/runs");

/** All runs, newest first. */
export default function Runs() {
  const { state, job } = route.useSearch();
  const navigate = route.useNavigate();
  const project = useProject();
  const known = RUN_STATES.find((each) => each === state);
  const {
    items: runs,
    isPending,
    more,
    failure,
  } = useList(queries.runs({ project, job, state: known ? [known] : undefined }));
  if (failure) return <Failure {...failure} />;
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
        onEnd={more}
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
