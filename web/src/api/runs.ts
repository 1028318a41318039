/** What is done to runs, and how jobs are run. */

import type { QueryClient } from "@tanstack/react-query";
import { attempt, attemptAsked } from "./actions.ts";
import { api, data } from "./client.ts";
import type { RunView } from "./types.ts";

export async function killRun(client: QueryClient, run: RunView): Promise<void> {
  const begun = run.state === "running" || run.state === "claimed";
  await attemptAsked({
    question: {
      title: begun ? `Kill this run of ${run.job}?` : `Cancel this run of ${run.job}?`,
      consequences: [
        ...(begun
          ? [
              "Its processes get TERM, and after the job's grace KILL: the whole tree, whatever it forked.",
              "It ends as cancelled; its result is lost, its log stays.",
            ]
          : ["It has not begun: it is cancelled at once."]),
        "What needs this run fails or is skipped, as those jobs say.",
      ],
      action: begun ? "Kill the run" : "Cancel the run",
      danger: true,
    },
    act: () => data(api.POST("/api/v1/runs/{run}/cancel", { params: { path: { run: run.id } }, body: {} })),
    done: `${run.job}: ${begun ? "kill" : "cancel"} is under way`,
    failed: `${run.job} could not be ${begun ? "killed" : "cancelled"}`,
    after: () => void client.invalidateQueries({ queryKey: ["run", run.id] }),
  });
}

interface RunWanted {
  params: Record<string, unknown>;
  /** The job is protected, and it is meant. */
  armed: boolean;
  /** First what it needs, as far as that is outdated. */
  with_deps: boolean;
  /** Afterwards what stands on it. */
  with_dependants: boolean;
}

/** Run it as it is. */
export async function runJob(job: string): Promise<RunView | undefined> {
  const made = await attempt(
    data(api.POST("/api/v1/jobs/{job}/run", { params: { path: { job } } })),
    `${job} is queued`,
    `${job} could not be started`,
  );
  return made?.run;
}

/** Run it as a form says; the run's id. Throws what was wrong, for the form to show. */
export async function submitRun(job: string, wanted: RunWanted): Promise<string> {
  const made = await data(api.POST("/api/v1/jobs/{job}/run", { params: { path: { job } }, body: wanted }));
  return made.run.id;
}

/** Run the run's group again: what did not succeed and what stood on that, or all of it. */
export function rerunGroup(run: RunView, fromFailed: boolean): Promise<RunView | undefined> {
  return attempt(
    data(
      api.POST("/api/v1/runs/{run}/rerun", {
        params: { path: { run: run.id } },
        body: { from_failed: fromFailed },
      }),
    ),
    fromFailed ? "What did not succeed is queued again" : "The whole group is queued again",
    "The group could not be run again",
  );
}

export function retryRun(job: string, run: string): Promise<RunView | undefined> {
  return attempt(
    data(api.POST("/api/v1/runs/{run}/retry", { params: { path: { run } } })),
    `${job} is queued again`,
    `${job} could not be started again`,
  );
}
