import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMay } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import type { JobDetailView, JobView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { capital } from "@/core/text.ts";
import { buttonClass } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Notice, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { Tabs } from "@/kit/tabs.tsx";
import { tagClass } from "@/kit/tag.tsx";
import { AbsentNotices } from "@/parts/absent.tsx";
import { JobActions } from "./actions.tsx";
import { Ledger } from "./ledger.tsx";
import { Overview } from "./overview.tsx";
import { Revisions } from "./revisions.tsx";
import { WorkerMatrix } from "./worker-matrix.tsx";

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
  const { job } = detail;
  const { tab = "overview", day, state, revision } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (search: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (old) => ({ ...old, ...search }), replace: true });
  const tabs = [
    { id: "overview", label: "Overview", content: <Overview detail={detail} /> },
    {
      id: "ledger",
      label: "Ledger",
      content: <Ledger job={job.id} day={day} state={state} onChange={change} />,
    },
    ...(isSpread(detail)
      ? [{ id: "workers", label: "By worker", content: <WorkerMatrix job={job.id} /> }]
      : []),
    {
      id: "definition",
      label: "Definition",
      content: (
        <Revisions job={job.id} revision={revision} onChoose={(chosen) => change({ revision: chosen })} />
      ),
    },
  ];
  return (
    <Page
      fill={tab === "ledger"}
      title={job.id}
      aside={
        <>
          <StateBadge state={job.state} className="text-base" />
          <Tags tags={job.tags ?? []} />
        </>
      }
      actions={<JobActions detail={detail} />}
    >
      {job.paused && (
        <Notice>
          <Sentence text={capital(job.paused)} />
        </Notice>
      )}
      <AbsentNotices absent={detail.absent ?? []} action={<Change job={job} />} />
      <Tabs tabs={tabs} value={tab} onChange={(id) => change({ tab: id })} />
    </Page>
  );
}

function Change({ job: { id, project } }: { job: JobView }) {
  const may = useMay()("editor", project);
  if (!may) return null;
  return (
    <Link to="/jobs/$job/edit" params={{ job: id }} className={buttonClass("plain", "-my-1")}>
      Change it
    </Link>
  );
}

/** Each leads to the jobs that have it, too. */
function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul aria-label="Tags" className="flex min-w-0 flex-wrap gap-1">
      {tags.map((tag) => (
        <li key={tag} className="min-w-0">
          <Link to="/jobs" search={{ tag }} className={cx(tagClass, "max-w-full")}>
            <span className="truncate">{tag}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** It runs on several workers at once. */
function isSpread({ definition }: JobDetailView): boolean {
  return ((definition as { on?: number | string }).on ?? 1) !== 1;
}
