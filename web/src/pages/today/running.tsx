import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/hooks.ts";
import { killRun } from "@/api/runs.ts";
import type { RunningView } from "@/api/types.ts";
import { useNow } from "@/core/now.ts";
import { lengthText, percentText } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { Panel, Section } from "@/kit/page.tsx";
import { ProgressBar } from "@/kit/progress.tsx";
import { StateIcon } from "@/kit/state.tsx";
import { Elapsed } from "@/kit/time.tsx";

const SHOWN = 10;
/** So much longer than usual, and so long at all, is said. */
const LATE_FACTOR = 1.5;
const LATE_LEAST_S = 5;

export function Running({ running }: { running: RunningView[] }) {
  return (
    <Section
      title="Running now"
      count={running.length || undefined}
      actions={
        running.length >= SHOWN && (
          <Link to="/runs" search={{ state: "running" }} className="link">
            All
          </Link>
        )
      }
    >
      <Panel>
        {running.length === 0 && <p className="px-3 py-3 text-ink-2">Nothing runs at the moment.</p>}
        <ul className="divide-y divide-line">
          {running.slice(0, SHOWN).map((each) => (
            <RunningLine key={each.run.id} running={each} />
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

function RunningLine({ running }: { running: RunningView }) {
  const { run, usual } = running;
  const client = useQueryClient();
  const may = useMay();
  return (
    <li className="group flex items-center gap-2.5 py-1.5 pl-3 pr-1.5">
      <StateIcon state={run.state} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <Link to="/runs/$run" params={{ run: run.id }} className="truncate font-medium hover:underline">
            {run.job}
          </Link>
          <span className="ml-auto whitespace-nowrap text-xs text-ink-2">
            {run.started && <Elapsed since={run.started} className="text-ink" />}
            {usual !== null && ` of usually ${lengthText(usual)}`}
          </span>
        </div>
        <HowFar running={running} />
      </div>
      {!run.elsewhere && may("operator", run.project) && (
        <Button kind="quiet" icon="stop" bare onClick={() => void killRun(client, run)}>
          {`Kill the run of ${run.job}`}
        </Button>
      )}
    </li>
  );
}

/** The job's own progress if it reports any, else its time beside the usual one; longer than usual is said in words. */
function HowFar({ running: { run, usual, share } }: { running: RunningView }) {
  const now = useNow();
  const elapsed = run.started ? (now - Date.parse(run.started)) / 1000 : 0;
  const late = usual !== null && elapsed > usual * LATE_FACTOR && elapsed > LATE_LEAST_S;
  return (
    <>
      {share !== null ? (
        <ProgressBar share={share} label={`Progress of ${run.job}`} className="my-1" />
      ) : (
        usual !== null && (
          <ProgressBar
            share={Math.min(1, elapsed / Math.max(usual, 0.001))}
            label={`Time of ${run.job} beside the usual`}
            tone={late ? "bg-missed" : "bg-running/60"}
            className="my-1"
          />
        )
      )}
      <p className="truncate text-xs text-ink-2">
        {share !== null && `${percentText(share)} · `}
        on {run.worker}
        {late && <span className="text-missed"> · longer than usual</span>}
      </p>
    </>
  );
}
