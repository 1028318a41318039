import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import type { StripView, TodayView } from "@/api/types.ts";
import { useNarrow } from "@/core/media.ts";
import { plural } from "@/core/text.ts";
import { buttonClass } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { useProject } from "@/shell/project.tsx";
import { groupedNeeds } from "./grouping.ts";
import { Needs } from "./needs.tsx";
import { Running } from "./running.tsx";
import { Strip } from "./strip.tsx";
import { UpNext } from "./up-next.tsx";

/** What is running, what comes next, and what needs the person who looks. */
export default function Today() {
  const project = useProject();
  const narrow = useNarrow();
  const today = useQuery(queries.today(project));
  const strip = useQuery(queries.strip(project));
  if (strip.data && today.data && isNew(strip.data, today.data)) return <FirstSteps />;
  const groups = groupedNeeds(today.data?.needs ?? []);
  const needs = <Needs groups={groups} />;
  return (
    <Page title="Today" aside={today.data && <Summary today={today.data} needs={groups.length} />}>
      <Loaded query={strip} placeholder={<Skeleton className="h-[168px]" />}>
        {(data) => <Strip strip={data} />}
      </Loaded>
      <Loaded query={today} placeholder={<Skeleton lines={3} className="h-24" />}>
        {({ running, next }) => (
          <div className="grid gap-x-6 gap-y-5 md:max-lg:grid-cols-2 md:max-lg:grid-rows-[auto_1fr] lg:grid-cols-[5fr_4fr_6fr]">
            {narrow && needs}
            <Running running={running} />
            <UpNext next={next} />
            {!narrow && needs}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Summary({ today: { running, queued }, needs }: { today: TodayView; needs: number }) {
  return (
    <p className="figures text-ink-2">
      {running.length} running · {queued} queued
      {needs > 0 && (
        <>
          {" · "}
          <a href="#needs" className="font-medium text-failed underline-offset-2 hover:underline">
            {plural(needs, "needs you", "need you")}
          </a>
        </>
      )}
    </p>
  );
}

/** Nothing is planned and nothing ever was. */
function isNew(strip: StripView, today: TodayView): boolean {
  const empty = strip.cells.every((cell) => cell.planned === 0 && Object.keys(cell.actual).length === 0);
  return empty && today.running.length + today.next.length + today.needs.length === 0;
}

function FirstSteps() {
  const may = useMay()("editor", undefined);
  return (
    <Page title="Today">
      <EmptyState
        icon="today"
        title="Nothing is scheduled yet"
        command={`tickwork add hello --every 5s -- echo "hello from tickwork"`}
        action={
          may && (
            <Link to="/jobs/new" className={buttonClass("primary")}>
              New job
            </Link>
          )
        }
      >
        This page shows every moment that a job was due in the last 24 hours and what became of it, and what
        comes due in the next. A first job:
      </EmptyState>
    </Page>
  );
}
