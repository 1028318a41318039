import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changed } from "@/api/actions.ts";
import { useMay } from "@/api/hooks.ts";
import type { JobView } from "@/api/types.ts";
import { plural } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { confirm } from "@/kit/dialog.tsx";
import { toast } from "@/kit/toasts.tsx";
import { ResumeDialog } from "@/parts/resume-dialog.tsx";
import { inTurn, isEdit, OPPOSITE, questionOf, VERBS, type Verb } from "./bulk-verbs.ts";

interface BulkProps {
  jobs: readonly JobView[];
  chosen: ReadonlySet<string>;
  onDone: () => void;
}

/** What can be done to the chosen jobs together. */
export function Bulk({ jobs, chosen, onDone }: BulkProps) {
  const may = useMay();
  const { busy, carryOut } = useCarryOut();
  const [resuming, setResuming] = useState<string | null>(null);
  if (chosen.size === 0) return null;
  const picked = jobs.filter((job) => chosen.has(job.id));
  /** Those of them to which it can be done. */
  const meant = (verb: Verb) =>
    picked.filter(
      (job) =>
        may(isEdit(verb) ? "editor" : "operator", job.project) &&
        !(isEdit(verb) && job.enabled === (verb === "enable")),
    );
  const act = async (verb: Verb, mine: readonly JobView[]) => {
    const [only] = mine;
    if (verb === "resume" && only && mine.length === 1) return setResuming(only.id);
    if (!(await confirm(questionOf(verb, mine.length)))) return;
    await carryOut(verb, mine);
    onDone();
  };
  const offered = (Object.keys(VERBS) as Verb[])
    .map((verb) => ({ verb, mine: meant(verb) }))
    .filter(({ verb, mine }) => !isEdit(verb) || mine.length > 0);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-ink-2">
        {busy ? `${busy.done} of ${busy.of} done` : `${plural(chosen.size, "job")} chosen`}
      </span>
      {offered.map(({ verb, mine }) => (
        <Button
          key={verb}
          icon={VERBS[verb].icon}
          busy={busy?.verb === verb}
          disabled={mine.length === 0 || (busy !== null && busy.verb !== verb)}
          onClick={() => void act(verb, mine)}
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

/** Does it to many, tells how far it is, and says of each that it failed for. */
function useCarryOut() {
  const client = useQueryClient();
  const [busy, setBusy] = useState<{ verb: Verb; done: number; of: number } | null>(null);
  const carryOut = async (verb: Verb, mine: readonly JobView[]) => {
    const { done } = VERBS[verb];
    setBusy({ verb, done: 0, of: mine.length });
    try {
      const answers = await inTurn(verb, mine, (count) => setBusy({ verb, done: count, of: mine.length }));
      for (const { id, problem } of answers.filter((answer) => !answer.done))
        toast.error(`${id} was not ${done}`, new Error(problem ?? ""));
      const did = new Set(answers.filter((answer) => answer.done).map((answer) => answer.id));
      const good = mine.filter((job) => did.has(job.id));
      const back = OPPOSITE[verb];
      const undo = back && { label: "Undo", act: () => void carryOut(back, good) };
      if (good.length > 0) toast.done(`${plural(good.length, "job")} ${done}`, undo);
    } catch (error) {
      toast.error(`Not all of ${plural(mine.length, "job")} were ${done}`, error);
    }
    setBusy(null);
    changed(client, "jobs");
  };
  return { busy, carryOut };
}
