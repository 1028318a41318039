import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RunDetailView } from "@/api/types.ts";
import { CopyButton } from "@/kit/json-view.tsx";
import { Facts, Section } from "@/kit/page.tsx";
import { Duration, Elapsed, Time } from "@/kit/time.tsx";

export function RunFacts({ detail }: { detail: RunDetailView }) {
  const { run, containment } = detail;
  const pins = pinsOf(detail);
  const facts: [string, ReactNode][] = [
    [
      "Job",
      <Link key="job" to="/jobs/$job" params={{ job: run.job }} className="link">
        {run.job}
      </Link>,
    ],
    ["Project", run.project],
    ["Origin", run.origin],
    ...(run.slot ? [["Due", <Time key="due" at={run.slot} show="clock" />] as [string, ReactNode]] : []),
    ["Created", <Time key="created" at={run.created} show="clock" />],
    ["Started", <Time key="started" at={run.started} show="clock" />],
    ["Ended", <Time key="ended" at={run.finished} show="clock" />],
    [
      "Took",
      run.state === "running" && run.started ? (
        <Elapsed since={run.started} />
      ) : (
        <Duration seconds={run.duration} />
      ),
    ],
    ...(run.exit_code === null ? [] : [["Exit code", String(run.exit_code)] as [string, ReactNode]]),
    ["Worker", run.worker ?? "–"],
    ...(containment ? [["Contained by", containment] as [string, ReactNode]] : []),
    ["Revision", String(run.revision)],
    ...(pins.length ? [["Stands on", <Pins key="pins" pins={pins} />] as [string, ReactNode]] : []),
    ...(run.about ? [["About", <RunLink key="about" run={run.about} />] as [string, ReactNode]] : []),
    ["Id", <Id key="id" id={run.id} />],
  ];
  return (
    <Section title="Facts">
      <Facts facts={facts} />
    </Section>
  );
}

/** The runs of other jobs that it was given, or that set it off. */
function pinsOf({ pins }: RunDetailView): [job: string, run: string][] {
  const { needs = {}, after = {} } = (pins ?? {}) as Partial<
    Record<"needs" | "after", Record<string, string>>
  >;
  return Object.entries({ ...after, ...needs });
}

function Pins({ pins }: { pins: readonly [job: string, run: string][] }) {
  return (
    <ul>
      {pins.map(([job, run]) => (
        <li key={job}>
          <Link to="/runs/$run" params={{ run }} className="link">
            {job}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function RunLink({ run }: { run: string }) {
  return (
    <Link to="/runs/$run" params={{ run }} className="link font-mono text-xs">
      {run}
    </Link>
  );
}

function Id({ id }: { id: string }) {
  return (
    <span className="flex items-center gap-1">
      <code className="truncate font-mono text-xs">{id}</code>
      <CopyButton text={() => id} className="-my-2" />
    </span>
  );
}
