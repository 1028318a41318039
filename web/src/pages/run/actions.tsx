/** What can be done with a run: kill it, run it or its group again. */

import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useMay } from "@/api/hooks.ts";
import { killRun, rerunGroup } from "@/api/runs.ts";
import type { RunView } from "@/api/types.ts";
import { TERMINAL } from "@/core/states.ts";
import { buttonClass } from "@/kit/button.tsx";
import { runAgain } from "@/parts/run-again.ts";
import { ActionButtons } from "@/shell/action-buttons.tsx";
import type { Action } from "@/shell/actions.ts";
import { useGroup } from "./use-group.ts";

export function RunActions({ run }: { run: RunView }) {
  const over = TERMINAL.includes(run.state);
  const offered = useOffered(run, over);
  return (
    <>
      <Link to="/runs" search={{ job: run.job }} className="link self-center">
        All runs of the job
      </Link>
      {run.elsewhere && (
        <Link to="/jobs/$job" params={{ job: run.job }} className={buttonClass()}>
          Where it runs
        </Link>
      )}
      <ActionButtons offered={offered} />
    </>
  );
}

/** The main one last: of a group that failed, what did not succeed. */
function useOffered(run: RunView, over: boolean): Action[] {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay()("operator", run.project);
  const group = useGroup(run)?.state;
  return useMemo(() => {
    if (!may) return [];
    const of = "This run";
    // Nobody here stops what runs elsewhere, or begins it; what is not told of yet need not be waited for.
    if (run.elsewhere && (over || run.started !== null)) return [];
    if (!over)
      return [
        {
          label: "Kill",
          group: of,
          icon: "stop",
          danger: true,
          keys: "x",
          act: () => void killRun(client, run),
        },
      ];
    const go = async (doing: Promise<RunView | undefined>, tab?: string) => {
      const next = await doing;
      if (next) void navigate({ to: "/runs/$run", params: { run: next.id }, search: tab ? { tab } : {} });
    };
    const again: Action = {
      label: "Run again",
      group: of,
      icon: "again",
      keys: "r",
      act: () => void go(runAgain(client, run.job, run.id)),
    };
    if (group === undefined || group === "running") return [again];
    const whole: Action = {
      label: "Run the group again",
      group: of,
      icon: "again",
      act: () => void go(rerunGroup(run, false), "group"),
    };
    const rest: Action = {
      label: "Run again from what failed",
      group: of,
      icon: "again",
      keys: "f",
      act: () => void go(rerunGroup(run, true), "group"),
    };
    return group === "failed" ? [again, whole, rest] : [whole, again];
  }, [may, over, run, group, client, navigate]);
}
