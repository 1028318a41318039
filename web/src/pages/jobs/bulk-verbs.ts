/** What can be done to many jobs: the words of it, and how it is done. */

import { doTogether, setEnabled } from "@/api/jobs.ts";
import type { Done, JobView } from "@/api/types.ts";
import { plural } from "@/core/text.ts";
import type { Question } from "@/kit/dialog.tsx";

export const VERBS = {
  run: { label: "Run", icon: "play", done: "queued" },
  pause: { label: "Pause", icon: "pause", done: "paused" },
  resume: { label: "Resume", icon: "play", done: "resumed" },
  enable: { label: "Enable", icon: "check", done: "enabled" },
  disable: { label: "Disable", icon: "disabled", done: "disabled" },
} as const;
export type Verb = keyof typeof VERBS;
const AT_ONCE = 100;

const CONSEQUENCES: Record<Verb, readonly string[]> = {
  run: ["They are queued now, beside their schedules."],
  pause: ["Moments that come due are skipped and noted as paused.", "What runs already goes on."],
  resume: ["Moments from now on are due again; each job's catch-up policy says what is made up for."],
  enable: ["Their definitions change: their schedules make runs from now on."],
  disable: ["Their definitions change: their schedules make nothing any more, until they are enabled."],
};

/** What takes it back. */
export const OPPOSITE: Partial<Record<Verb, Verb>> = {
  pause: "resume",
  enable: "disable",
  disable: "enable",
};

/** Enabling is a change of the definition; the rest is done with the job as it is. */
export function isEdit(verb: Verb): verb is "enable" | "disable" {
  return verb === "enable" || verb === "disable";
}

export function questionOf(verb: Verb, count: number): Question {
  const what = `${VERBS[verb].label} ${plural(count, "job")}`;
  return { title: `${what}?`, consequences: [...CONSEQUENCES[verb]], action: what };
}

/** A hundred in one request; what fails keeps no other from being done. */
export async function inTurn(
  verb: Verb,
  jobs: readonly JobView[],
  progress: (done: number) => void = () => {},
): Promise<Done[]> {
  const answers: Done[] = [];
  const size = isEdit(verb) ? 1 : AT_ONCE;
  for (let from = 0; from < jobs.length; from += size) {
    const ids = jobs.slice(from, from + size).map((job) => job.id);
    answers.push(
      ...(isEdit(verb) ? [await edited(ids[0] ?? "", verb === "enable")] : await doTogether(verb, ids)),
    );
    progress(answers.length);
  }
  return answers;
}

async function edited(job: string, enabled: boolean): Promise<Done> {
  try {
    await setEnabled(job, enabled);
    return { id: job, done: true, run: null, problem: null };
  } catch (error) {
    return {
      id: job,
      done: false,
      run: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}
