/** What can be done with a job, as buttons, keys and lines of the palette. */

import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useMay } from "@/api/hooks.ts";
import { runJob } from "@/api/runs.ts";
import type { JobDetailView } from "@/api/types.ts";
import { isElsewhere } from "@/parts/job-words.ts";
import { ResumeDialog } from "@/parts/resume-dialog.tsx";
import { TurnOff } from "@/parts/switches/turn-off.tsx";
import { ActionButtons } from "@/shell/action-buttons.tsx";
import type { Action } from "@/shell/actions.ts";
import { mustAsk } from "./params.ts";
import { RunDialog } from "./run-dialog.tsx";

type Asking = "run" | "pause" | "resume" | null;

export function JobActions({ detail }: { detail: JobDetailView }) {
  const { job } = detail;
  const [asking, setAsking] = useState<Asking>(null);
  const navigate = useNavigate();
  const offered = useOffered(detail, setAsking);
  const close = () => setAsking(null);
  return (
    <>
      <ActionButtons offered={offered} />
      {asking === "resume" && <ResumeDialog job={job.id} onClose={close} />}
      {asking === "pause" && (
        <TurnOff what={{ scope: "job", target: job.id }} title={`Pause ${job.id}`} onClose={close} />
      )}
      {asking === "run" && (
        <RunDialog
          detail={detail}
          onClose={close}
          onBegun={(run) => void navigate({ to: "/runs/$run", params: { run } })}
        />
      )}
    </>
  );
}

/** The main one last. */
function useOffered({ job, definition }: JobDetailView, ask: (what: Asking) => void): Action[] {
  const may = useMay();
  const navigate = useNavigate();
  const operates = may("operator", job.project);
  const edits = may("editor", job.project);
  const paused = job.state === "paused";
  const asks = mustAsk(definition);
  const starts = operates && !isElsewhere(definition);
  return useMemo(() => {
    const run = async () => {
      const begun = await runJob(job.id);
      if (begun) void navigate({ to: "/runs/$run", params: { run: begun.id } });
    };
    const edit = () => void navigate({ to: "/jobs/$job/edit", params: { job: job.id } });
    const group = "This job";
    const resume: Action = { label: "Resume", group, icon: "play", keys: "u", act: () => ask("resume") };
    const pause: Action = { label: "Pause", group, icon: "pause", keys: "p", act: () => ask("pause") };
    const offered: (Action | false)[] = [
      edits && { label: "Edit", group, icon: "edit", keys: "e", act: edit },
      operates && (paused ? resume : pause),
      starts && !asks && { label: "Run with …", group, keys: "shift+r", act: () => ask("run") },
      starts && {
        label: "Run now",
        group,
        icon: "play",
        keys: "r",
        act: () => (asks ? ask("run") : void run()),
      },
    ];
    return offered.filter((action) => action !== false);
  }, [operates, starts, edits, paused, asks, job.id, navigate, ask]);
}
