import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client.ts";
import { useMay } from "@/api/hooks.ts";
import type { Done, JobView } from "@/api/types.ts";
import { plural } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { confirm } from "@/kit/dialog.tsx";
import { toast } from "@/kit/toasts.tsx";
import { ResumeDialog } from "@/pages/resume/dialog.tsx";

interface BulkProps {
  jobs: readonly JobView[];
  chosen: ReadonlySet<string>;
  onDone: () => void;
}

const VERBS = {
  run: { label: "Run", icon: "play", done: "queued" },
  pause: { label: "Pause", icon: "pause", done: "paused" },
  resume: { label: "Resume", icon: "play", done: "resumed" },
} as const;
type Verb = keyof typeof VERBS;
const AT_ONCE = 100;

/** What can be done to the chosen jobs together. */
export function Bulk({ jobs, chosen, onDone }: BulkProps) {
  const may = useMay();
  const client = useQueryClient();
  const [busy, setBusy] = useState<{ verb: Verb; done: number } | null>(null);
  const [resuming, setResuming] = useState<string | null>(null);
  if (chosen.size === 0) return null;
  const mine = jobs.filter((job) => chosen.has(job.id) && may("operator", job.project));
  const changed = () => void client.invalidateQueries({ queryKey: ["jobs"] });
  const act = async (verb: Verb) => {
    const [only] = mine;
    if (verb === "resume" && only && mine.length === 1) return setResuming(only.id);
    if (!(await confirm(question(verb, mine.length)))) return;
    setBusy({ verb, done: 0 });
    try {
      const answers = await inTurn(verb, mine, (done) => setBusy({ verb, done }));
      const failed = answers.filter((answer) => !answer.done);
      for (const { id, problem } of failed) {
        toast.error(`${id} was not ${VERBS[verb].done}`, new Error(problem ?? ""));
      }
      const done = mine.filter((job) => !failed.some(({ id }) => id === job.id));
      const undo = { label: "Undo", act: () => void inTurn("resume", done, () => {}).then(changed) };
      if (done.length > 0)
        toast.done(`${plural(done.length, "job")} ${VERBS[verb].done}`, verb === "pause" ? undo : undefined);
    } catch (error) {
      toast.error(`Not all of ${plural(mine.length, "job")} were ${VERBS[verb].done}`, error);
    }
    setBusy(null);
    changed();
    onDone();
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-ink-2">
        {busy ? `${busy.done} of ${mine.length} done` : `${plural(chosen.size, "job")} chosen`}
      </span>
      {(Object.keys(VERBS) as Verb[]).map((verb) => (
        <Button
          key={verb}
          icon={VERBS[verb].icon}
          busy={busy?.verb === verb}
          disabled={mine.length === 0 || (busy !== null && busy.verb !== verb)}
          onClick={() => void act(verb)}
        >
          {VERBS[verb].label}
        </Button>
      ))}
      <Button kind="quiet" onClick={onDone}>
        Choose none
      </Button>
      {resuming && (
        <ResumeDialog
          job={resuming}
          onClose={() => {
            setResuming(null);
            onDone();
          }}
        />
      )}
    </div>
  );
}

function question(verb: Verb, count: number) {
  const jobs = plural(count, "job");
  const consequences = {
    run: [`${jobs} are queued now, beside their schedules.`],
    pause: ["Moments that come due are skipped and noted as paused.", "What runs already goes on."],
    resume: ["Moments from now on are due again; each job's catch-up policy says what is made up for."],
  };
  return {
    title: `${VERBS[verb].label} ${jobs}?`,
    consequences: consequences[verb],
    action: `${VERBS[verb].label} ${jobs}`,
  };
}

/** A hundred in one request; what fails keeps no other from being done. */
async function inTurn(
  action: Verb,
  jobs: readonly JobView[],
  progress: (done: number) => void,
): Promise<Done[]> {
  const answers: Done[] = [];
  for (let from = 0; from < jobs.length; from += AT_ONCE) {
    const ids = jobs.slice(from, from + AT_ONCE).map((job) => job.id);
    answers.push(...(await data(api.POST("/api/v1/jobs/bulk", { body: { action, jobs: ids } }))));
    progress(answers.length);
  }
  return answers;
}
