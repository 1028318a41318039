/** Before it is saved: what changes in the definition and in what comes, side by side. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { createJob, redefineJob } from "@/api/definitions.ts";
import { queries } from "@/api/queries.ts";
import type { JobDetailView, JobPreview } from "@/api/types.ts";
import { ApiError } from "@/core/problem.ts";
import { plural } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { Dialog } from "@/kit/dialog.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Notice } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { TextDiff } from "@/kit/text-diff.tsx";
import { Time } from "@/kit/time.tsx";
import { AbsentNotices } from "@/parts/absent.tsx";
import { Moments } from "@/parts/moments.tsx";
import { ClockChanges } from "./coming.tsx";
import { messageOf } from "./form.ts";

/** What is about to be saved. */
export interface Change {
  /** Its id; null: it is made. */
  job: string | null;
  name: string;
  project: string;
  /** The revision that was seen; 0: none. */
  revision: number;
  /** The board that the job belongs to; "" for a person's. */
  board: string;
  preview: JobPreview;
}

interface ReviewProps {
  change: Change;
  onClose: () => void;
  onSaved: (detail: JobDetailView) => void;
  /** Somebody changed it meanwhile, and what they wrote is to be looked at. */
  onReload: () => void;
}

export function Review({ change, onClose, onSaved, onReload }: ReviewProps) {
  const { preview, job } = change;
  const saving = useMutation({
    mutationFn: () =>
      job === null
        ? createJob(change.name, change.project, preview.definition)
        : redefineJob(job, change.revision, preview.definition),
    onSuccess: onSaved,
  });
  const problem = saving.error;
  const conflict = problem instanceof ApiError && problem.status === 409 && job !== null;
  const stale = job !== null && preview.revision !== change.revision;
  const same = preview.before !== null && preview.fields.length === 0;
  return (
    <Dialog
      wide
      title={job === null ? `Create ${change.name}?` : `Save ${job}?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Go on editing</Button>
          {!conflict && !stale && (
            <Button
              kind="primary"
              busy={saving.isPending}
              disabled={same}
              autoFocus
              onClick={() => saving.mutate()}
            >
              {job === null ? "Create the job" : "Save"}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {conflict || stale ? (
          <Meanwhile job={job} seen={change.revision} onReload={onReload} />
        ) : (
          problem && <Notice kind="failed">{messageOf(problem.message)}</Notice>
        )}
        {same && <Notice>Nothing differs from what is stored.</Notice>}
        <AbsentNotices absent={preview.absent} />
        {change.board && !conflict && !stale && preview.fields.length > 0 && <OverTheBoard change={change} />}
        {!same && <WhatChanges change={change} />}
      </div>
    </Dialog>
  );
}

/** In the definition, and in what comes. */
function WhatChanges({ change }: { change: Change }) {
  const { preview } = change;
  return (
    <>
      <DefinitionDiff change={change} />
      <div className="grid gap-4 sm:grid-cols-2">
        {preview.before !== null && (
          <section aria-label="What comes next until now">
            <p className="eyebrow pb-1">Next, until now</p>
            <Moments of={preview.next_before} beside={preview.schedule.next} mark="old" />
          </section>
        )}
        <section aria-label="What comes next after saving">
          <p className="eyebrow pb-1">Next, after saving</p>
          <Moments
            of={preview.schedule.next}
            {...(preview.before === null ? {} : { beside: preview.next_before, mark: "new" as const })}
          />
        </section>
      </div>
      <ClockChanges notes={preview.schedule.dst} />
    </>
  );
}

function OverTheBoard({ change }: { change: Change }) {
  return (
    <Notice>
      This job is made by the board <code className="font-mono text-xs">{change.board}</code>. From now on
      what is said here of{" "}
      {change.preview.fields.map((field, at) => (
        <span key={field}>
          {at > 0 && ", "}
          <b>{field}</b>
        </span>
      ))}{" "}
      stands over the board, until it is given back to it.
    </Notice>
  );
}

const CHANGES = "What changes in the definition";

function DefinitionDiff({ change }: { change: Change }) {
  const { preview, name, project } = change;
  // The server writes both sides, so that only what differs differs.
  const before = useQuery({
    ...queries.preview({ name, project, definition: preview.before ?? {} }),
    enabled: preview.before !== null,
  });
  if (preview.before === null) return <TextDiff label={CHANGES} before="" after={preview.yaml} />;
  return (
    <Loaded query={before} placeholder={<Skeleton className="h-40" />}>
      {(old) => <TextDiff label={CHANGES} before={old.yaml} after={preview.yaml} />}
    </Loaded>
  );
}

/** Who changed it since, and what to do. */
function Meanwhile({ job, seen, onReload }: { job: string; seen: number; onReload: () => void }) {
  const query = useQuery(queries.revisions(job));
  const newer = (query.data ?? []).filter((each) => each.revision > seen);
  const last = newer.at(-1);
  return (
    <Notice
      kind="missed"
      action={
        <Button icon="again" onClick={onReload}>
          Load what is stored
        </Button>
      }
    >
      {last ? (
        <>
          <b>{last.by}</b> changed it <Time at={last.changed} />, after you had opened it
          {newer.length > 1 && ` (${plural(newer.length, "change")})`}.
        </>
      ) : (
        "Somebody changed it after you had opened it."
      )}{" "}
      Nothing of yours is saved. What you wrote can be kept: copy it from the tab YAML before you load theirs.
    </Notice>
  );
}
