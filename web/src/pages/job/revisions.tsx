/** What the job was, and what each change changed. */

import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import type { RevisionView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { yamlOf } from "@/core/yaml.ts";
import { CodeView, CopyButton } from "@/kit/json-view.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Notice } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { TextDiff } from "@/kit/text-diff.tsx";
import { Time } from "@/kit/time.tsx";
import { ownerName } from "@/parts/job-words.ts";

interface RevisionsProps {
  job: string;
  /** The chosen one; absent: the newest. */
  revision: string | undefined;
  onChoose: (revision: string) => void;
}

export function Revisions({ job, revision, onChoose }: RevisionsProps) {
  const query = useQuery(queries.revisions(job));
  return (
    <Loaded query={query} placeholder={<Skeleton lines={10} />}>
      {(revisions) => {
        const found = revisions.findIndex((each) => String(each.revision) === revision);
        const at = found < 0 ? revisions.length - 1 : found;
        const chosen = revisions[at];
        return (
          <div className="grid gap-4 sm:grid-cols-[220px_minmax(0,1fr)]">
            <ul className="ring-inside flex flex-col overflow-auto sm:max-h-[70dvh]">
              {revisions.toReversed().map((each) => (
                <li key={each.revision}>
                  <Choice revision={each} chosen={each === chosen} onChoose={onChoose} />
                </li>
              ))}
            </ul>
            {chosen && <Change before={revisions[at - 1]} after={chosen} />}
          </div>
        );
      }}
    </Loaded>
  );
}

interface ChoiceProps {
  revision: RevisionView;
  chosen: boolean;
  onChoose: (revision: string) => void;
}

function Choice({ revision, chosen, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={() => onChoose(String(revision.revision))}
      className={cx("w-full rounded-md px-2 py-1.5 text-left", chosen ? "bg-accent-soft" : "hover:bg-hover")}
    >
      <span className="flex gap-2">
        <span className="font-medium">Revision {revision.revision}</span>
        {revision.definition === null && <span className="text-failed">deleted</span>}
        <Time at={revision.changed} className="ml-auto text-ink-3" />
      </span>
      <span className="block truncate text-xs text-ink-2">
        {revision.by}
        {revision.owner && ` · ${ownerName(revision.owner)}`}
      </span>
    </button>
  );
}

function Change({ before, after }: { before: RevisionView | undefined; after: RevisionView }) {
  const text = textOf(after);
  if (before && text === textOf(before))
    return <Notice>Nothing in the definition differs: it changed hands, or was saved as it was.</Notice>;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex h-6 items-center gap-2 text-ink-2">
        {before ? `What revision ${after.revision} changed` : "The first revision"}
        {before && text && <CopyButton text={() => text} className="ml-auto" />}
      </div>
      {before ? (
        <TextDiff label="What changes in the definition" before={textOf(before)} after={text} />
      ) : (
        <CodeView text={text} label="Definition" />
      )}
    </div>
  );
}

function textOf(revision: RevisionView): string {
  return revision.definition === null ? "" : yamlOf(revision.definition);
}
