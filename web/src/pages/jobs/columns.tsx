import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import type { JobView, ResultView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { usePhone } from "@/core/media.ts";
import { BROWSER_ZONE, useZone } from "@/core/preferences.ts";
import { percentText } from "@/core/text.ts";
import { Icon } from "@/kit/icon.tsx";
import { Sparkbars } from "@/kit/sparkbars.tsx";
import { StateBadge } from "@/kit/state.tsx";
import type { Column } from "@/kit/table.tsx";
import { More, tagClass } from "@/kit/tag.tsx";
import { Duration, Time } from "@/kit/time.tsx";
import { ownerName, shortWords } from "@/parts/job-words.ts";
import { RowLink } from "@/shell/row-link.tsx";

const TAGS_SHOWN = 2;

interface ColumnsWanted {
  withProject: boolean;
  /** Narrows to a tag; null: no job has any. */
  onTag: ((tag: string) => void) | null;
}

export function jobColumns({ withProject, onTag }: ColumnsWanted): Column<JobView>[] {
  const columns: (Column<JobView> | false | null)[] = [
    {
      id: "name",
      title: "Job",
      width: "minmax(136px, 2fr)",
      cell: (job) => <Name job={job} ofOne={!withProject} />,
      sort: (job) => job.id,
    },
    {
      id: "state",
      title: "State",
      width: "minmax(108px, 112px)",
      cell: (job) => <State job={job} />,
      sort: (job) => job.state,
    },
    withProject && {
      id: "project",
      title: "Project",
      width: "minmax(80px, 1fr)",
      cell: (job) => job.project,
      sort: (job) => job.project,
      wide: true,
    },
    onTag && {
      id: "tags",
      title: "Tags",
      width: "minmax(150px, 1.6fr)",
      cell: (job) => <TagsOf job={job} onTag={onTag} />,
      wide: true,
    },
    {
      id: "schedule",
      title: "Schedule",
      width: "minmax(140px, 2.4fr)",
      cell: (job) => <Schedule job={job} />,
      wide: true,
    },
    {
      id: "next",
      title: "Next",
      width: "86px",
      cell: (job) => <Time at={job.next} />,
      sort: (job) => job.next,
    },
    {
      id: "last",
      title: "Last",
      width: "112px",
      cell: lastCell,
      sort: (job) => job.last?.finished ?? null,
      wide: true,
    },
    {
      id: "took",
      title: "Took",
      width: "84px",
      align: "right",
      cell: (job) => <Duration seconds={job.last?.duration} />,
      sort: (job) => job.last?.duration ?? null,
      wide: true,
    },
    {
      id: "results",
      title: "Last results",
      width: "156px",
      cell: (job) => <Results job={job.id} />,
      wide: true,
    },
    {
      id: "owner",
      title: "Owner",
      width: "minmax(136px, 1fr)",
      cell: ownerCell,
      sort: (job) => job.owner,
      wide: true,
    },
  ];
  return columns.filter((column) => column !== false && column !== null);
}

/** All are of one project: on a phone it needs not be said in each line. */
function Name({ job, ofOne }: { job: JobView; ofOne: boolean }) {
  const phone = usePhone();
  return (
    <RowLink to="jobs" id={job.id} className="font-medium hover:underline">
      {phone && ofOne ? job.name : job.id}
    </RowLink>
  );
}

/** A phone has no room for the last result: it stands in the place of idleness. */
function State({ job }: { job: JobView }) {
  const phone = usePhone();
  if (phone && job.state === "idle" && job.last) return lastCell(job);
  return (
    <span data-tip={job.paused ?? undefined}>
      <StateBadge state={job.state} />
    </span>
  );
}

/** There is room for two; hovering gives all. */
function TagsOf({ job: { tags = [] }, onTag }: { job: JobView; onTag: (tag: string) => void }) {
  const shown = tags.slice(0, TAGS_SHOWN);
  return (
    <span data-tip={tags.join(", ") || undefined} className="flex min-w-0 items-center gap-1">
      {shown.map((tag, at) => (
        <button
          key={tag}
          type="button"
          onClick={() => onTag(tag)}
          className={cx(tagClass, at === 0 && "max-w-full shrink-0")}
        >
          <span className="truncate">{tag}</span>
        </button>
      ))}
      {tags.length > shown.length && <More count={tags.length - shown.length} />}
    </span>
  );
}

function Schedule({ job }: { job: JobView }) {
  const mine = useZone() ?? BROWSER_ZONE;
  const [first, ...more] = job.schedules.map((words) => shortWords(words, mine));
  if (first === undefined) return <span className="text-ink-3">{withoutSchedule(job)}</span>;
  return (
    <span data-tip={job.schedules.join("\n")} className="text-ink-2">
      {first}
      {more.length > 0 && <span className="text-ink-3"> +{more.length}</span>}
    </span>
  );
}

function withoutSchedule({ after = [] }: JobView): string {
  return after.length ? `after ${after.join(" and ")}` : "only when asked";
}

function lastCell(job: JobView) {
  if (!job.last) return <span className="text-ink-3">never ran</span>;
  return (
    <RowLink to="runs" id={job.last.id} className="inline-flex gap-1.5 hover:underline">
      <StateBadge state={job.last.state} />
    </RowLink>
  );
}

function rateOf(results: ResultView[] | undefined): number | null {
  const ran = (results ?? []).filter((each) => each.state === "succeeded" || each.state === "failed");
  return ran.length ? ran.filter((each) => each.state === "succeeded").length / ran.length : null;
}

/** The last results as bars, and how many of them were good. */
function Results({ job }: { job: string }) {
  const { data: results } = useQuery(queries.results(job));
  const rate = rateOf(results);
  return (
    <span className="figures flex items-center gap-3">
      <Sparkbars bars={results ?? []} />
      <span className={cx("flex-1 text-right", rate === null ? "text-ink-3" : rate < 1 && "text-failed")}>
        {rate === null ? "–" : percentText(rate)}
      </span>
    </span>
  );
}

function ownerCell(job: JobView) {
  return (
    <span
      data-tip={job.owner || undefined}
      className="inline-flex max-w-full items-center gap-1.5 align-middle text-ink-2"
    >
      <Icon name={job.owner ? "board" : "user"} className="text-ink-3" />
      <span className="truncate">{ownerName(job.owner)}</span>
    </span>
  );
}
