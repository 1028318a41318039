import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useMay, useSuperuser } from "@/api/hooks.ts";
import type { NeedView } from "@/api/types.ts";
import type { IconName } from "@/core/states.ts";
import { plural } from "@/core/text.ts";
import { Button, buttonClass } from "@/kit/button.tsx";
import { Icon } from "@/kit/icon.tsx";
import { Panel, Section } from "@/kit/page.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { Time } from "@/kit/time.tsx";
import { runAgain } from "@/parts/run-again.ts";
import { jobsOf, type NeedGroup, parted } from "./grouping.ts";
import { LedgerLink } from "./ledger-link.tsx";

const MakeUp = lazy(() => import("./make-up.tsx"));

const LOOKS: Record<string, [icon: IconName, tone: string]> = {
  failed: ["failed", "text-failed"],
  missed: ["missed", "text-missed"],
  late: ["clock", "text-missed"],
  pool: ["workers", "text-failed"],
};
const NAMED = 4;

/** What a person should look at: each with its sentence and the button that goes on from there. */
export function Needs({ groups }: { groups: NeedGroup[] }) {
  return (
    <Section title="Needs me" count={groups.length || undefined} className="md:max-lg:row-span-2">
      <Panel>
        <div id="needs" />
        {groups.length === 0 && (
          <p className="flex items-center gap-2 px-3 py-3 text-ink-2">
            <Icon name="succeeded" className="text-succeeded" />
            Nothing: all that was due went as planned.
          </p>
        )}
        <ul className="divide-y divide-line">
          {groups.map((group) => (
            <NeedLine key={group.key} group={group} />
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

function NeedLine({ group }: { group: NeedGroup }) {
  const [need] = group.needs;
  const [icon, tone] = LOOKS[need.kind] ?? ["info", "text-ink-2"];
  const count = group.needs.reduce((sum, each) => sum + each.count, 0);
  return (
    <li className="flex items-start gap-2.5 py-2 pl-3 pr-2">
      <Icon name={icon} className={`mt-0.5 ${tone}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        {group.needs.length > 1 ? <Together group={group} count={count} /> : <Alone need={need} />}
        <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1">
          <p className="mr-auto text-xs text-ink-3">
            {group.needs.length > 1 ? "Last " : count > 1 && `${plural(count, "time")}, last `}
            <Time at={need.at} />
          </p>
          {need.kind === "missed" ? <FixMissed group={group} /> : <Fix need={need} />}
        </div>
      </div>
    </li>
  );
}

function Alone({ need: { sentence, job } }: { need: NeedView }) {
  const { name, rest } = parted(sentence, job);
  return (
    <p className="line-clamp-4 break-words">
      {name && <JobLink job={name} />}
      <Sentence text={rest} />
    </p>
  );
}

/** Several jobs for one cause. */
function Together({ group, count }: { group: NeedGroup; count: number }) {
  const jobs = jobsOf(group);
  return (
    <>
      <p className="break-words">
        <span className="font-medium">
          {plural(jobs.length, "job")} missed {plural(count, "due moment")}
        </span>
        : <Sentence text={group.cause} />
      </p>
      <p className="break-words text-xs text-ink-2">
        {jobs.slice(0, NAMED).map(({ job, count: missed, at }, n) => (
          <span key={job}>
            {n > 0 && " · "}
            <LedgerLink job={job} at={at} state="missed" className="link">
              {job}
            </LedgerLink>{" "}
            {missed}
          </span>
        ))}
        {jobs.length > NAMED && ` and ${plural(jobs.length - NAMED, "job")} more`}
      </p>
    </>
  );
}

function JobLink({ job }: { job: string }) {
  return (
    <Link to="/jobs/$job" params={{ job }} className="font-medium hover:underline">
      {job}
    </Link>
  );
}

function FixMissed({ group }: { group: NeedGroup }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const jobs = jobsOf(group);
  const mine = jobs
    .filter(({ project, elsewhere }) => !elsewhere && may("operator", project))
    .map(({ job }) => job);
  const [only, ...others] = jobs;
  return (
    <>
      {only && others.length === 0 && (
        <LedgerLink job={only.job} at={only.at} state="missed" className={buttonClass("quiet")}>
          Ledger
        </LedgerLink>
      )}
      {only?.elsewhere && others.length === 0 && <OpenJob job={only.job}>How it tells of itself</OpenJob>}
      {mine.length > 0 && (
        <Button icon="again" onClick={() => setAsking(true)}>
          Make up for it …
        </Button>
      )}
      {asking && (
        <Suspense>
          <MakeUp jobs={mine} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}

function Fix({ need }: { need: NeedView }) {
  const may = useMay();
  const client = useQueryClient();
  const mayAdd = useSuperuser() && need.kind === "pool";
  if (need.kind === "failed" && need.run) {
    const run = need.run;
    return (
      <>
        <Link to="/runs/$run" params={{ run }} className={buttonClass("quiet")}>
          Log
        </Link>
        {need.elsewhere && <OpenJob job={need.job ?? ""}>Where it runs</OpenJob>}
        {!need.elsewhere && may("operator", need.project) && (
          <Button icon="again" onClick={() => void runAgain(client, need.job ?? "", run)}>
            Run again
          </Button>
        )}
      </>
    );
  }
  if (need.kind === "pool" || need.kind === "late") {
    return (
      <>
        {need.run && (
          <Link to="/runs/$run" params={{ run: need.run }} className={buttonClass("quiet")}>
            The run
          </Link>
        )}
        <Link to="/workers" className={buttonClass(mayAdd ? "quiet" : "plain")}>
          Workers & pools
        </Link>
        {mayAdd && (
          <Link to="/workers" search={{ add: need.pool ?? "" }} className={buttonClass()}>
            Add a worker
          </Link>
        )}
      </>
    );
  }
  if (!need.job) return null;
  if (need.kind === "never_fires" && may("editor", need.project)) {
    return (
      <Link to="/jobs/$job/edit" params={{ job: need.job }} className={buttonClass()}>
        Change its schedule
      </Link>
    );
  }
  return <OpenJob job={need.job}>Open the job</OpenJob>;
}

function OpenJob({ job, children }: { job: string; children: ReactNode }) {
  return (
    <Link to="/jobs/$job" params={{ job }} className={buttonClass()}>
      {children}
    </Link>
  );
}
