import { Link } from "@tanstack/react-router";
import { retryRun } from "@/api/actions.ts";
import { useMay } from "@/api/hooks.ts";
import type { NeedView } from "@/api/types.ts";
import type { IconName } from "@/core/states.ts";
import { Button, buttonClass } from "@/kit/button.tsx";
import { Icon } from "@/kit/icon.tsx";
import { Panel, Section } from "@/kit/page.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { Time } from "@/kit/time.tsx";

const LOOKS: Record<string, [icon: IconName, tone: string]> = {
  failed: ["failed", "text-failed"],
  missed: ["missed", "text-missed"],
  late: ["clock", "text-missed"],
  pool: ["workers", "text-failed"],
};

/** What a person should look at: each with its sentence and the button that goes on from there. */
export function Needs({ needs }: { needs: NeedView[] }) {
  return (
    <Section title="Needs me" count={needs.length || undefined}>
      <Panel>
        <div id="needs" />
        {needs.length === 0 && (
          <p className="flex items-center gap-2 px-3 py-3 text-ink-2">
            <Icon name="succeeded" className="text-succeeded" />
            Nothing: all that was due went as planned.
          </p>
        )}
        <ul className="divide-y divide-line">
          {needs.map((need) => (
            <Need key={`${need.kind} ${need.job} ${need.run} ${need.pool}`} need={need} />
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

function Need({ need }: { need: NeedView }) {
  const [icon, tone] = LOOKS[need.kind] ?? ["info", "text-ink-2"];
  return (
    <li className="flex items-start gap-2.5 py-2 pl-3 pr-2">
      <Icon name={icon} className={`mt-0.5 ${tone}`} />
      <div className="min-w-0 flex-1">
        <p className="line-clamp-4 break-words">
          <Sentence text={need.sentence} />
        </p>
        <div className="mt-0.5 flex flex-wrap items-center gap-x-1.5">
          <p className="mr-auto text-xs text-ink-3">
            {need.count > 1 && `${need.count} times, last `}
            <Time at={need.at} />
          </p>
          <Fix need={need} />
        </div>
      </div>
    </li>
  );
}

function Fix({ need }: { need: NeedView }) {
  const may = useMay();
  if (need.kind === "failed" && need.run) {
    const run = need.run;
    return (
      <>
        <Link to="/runs/$run" params={{ run }} className={buttonClass("quiet")}>
          Log
        </Link>
        {may("operator", need.project) && (
          <Button icon="again" onClick={() => void retryRun(need.job ?? "", run)}>
            Run again
          </Button>
        )}
      </>
    );
  }
  if (need.run) {
    return (
      <Link to="/runs/$run" params={{ run: need.run }} className={buttonClass()}>
        Open
      </Link>
    );
  }
  if (need.job) {
    return (
      <Link to="/jobs/$job" params={{ job: need.job }} className={buttonClass()}>
        {need.kind === "missed" ? "See the ledger" : "Open the job"}
      </Link>
    );
  }
  return null;
}
