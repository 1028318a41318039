import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import type { AuditDetail } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Dialog } from "@/kit/dialog.tsx";
import { JsonView } from "@/kit/json-view.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Facts, Notice } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Time } from "@/kit/time.tsx";
import { FieldDiff } from "./field-diff.tsx";
import { ObjectLink } from "./object-link.tsx";
import { Who } from "./who.tsx";

/** One entry, with what it changed. */
export function Entry({ seq, onClose }: { seq: number; onClose: () => void }) {
  const query = useQuery(queries.auditEntry(seq));
  return (
    <Dialog
      wide
      title={`Entry ${seq}`}
      onClose={onClose}
      footer={
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <Loaded query={query} placeholder={<Skeleton lines={10} />}>
        {(detail) => <EntryLoaded detail={detail} />}
      </Loaded>
    </Dialog>
  );
}

function EntryLoaded({ detail }: { detail: AuditDetail }) {
  const { entry, project, changed, before, after } = detail;
  return (
    <div className="flex flex-col gap-4">
      <Facts
        facts={[
          ["When", <Time key="at" at={entry.at} show="exact" />],
          ["Who", <Who key="who" entry={entry} />],
          ["From", entry.where || "not known"],
          ["Did", `${entry.verb} ${entry.kind}`],
          ["Object", <ObjectLink key="object" kind={entry.kind} id={entry.id} />],
          ...(project ? ([["Project", project]] as const) : []),
          ...(entry.revision === null ? [] : ([["Revision", entry.revision]] as const)),
          ...(entry.note ? ([["Note", entry.note]] as const) : []),
        ]}
      />
      {changed.length > 0 ? (
        <FieldDiff names={changed} before={before} after={after} />
      ) : (
        <Notice>{before || after ? "No field is different." : "It left no definition behind."}</Notice>
      )}
      {(after ?? before) && (
        <details>
          <summary className="pb-2 text-ink-2">
            {after ? "The whole definition after it" : "The whole definition before it"}
          </summary>
          <JsonView label="Definition" value={after ?? before} />
        </details>
      )}
    </div>
  );
}
