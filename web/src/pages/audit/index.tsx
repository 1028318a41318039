import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useList } from "@/api/hooks.ts";
import type { AuditWanted } from "@/api/instance.ts";
import { queries } from "@/api/queries.ts";
import type { AuditView } from "@/api/types.ts";
import { useStable } from "@/core/stable.ts";
import { Button } from "@/kit/button.tsx";
import { Failure } from "@/kit/failure.tsx";
import { EmptyState, Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";
import { Entry } from "./entry.tsx";
import { Filters } from "./filters.tsx";
import { ObjectLink } from "./object-link.tsx";
import { momentOf } from "./wanted.ts";
import { Who } from "./who.tsx";

const route = getRouteApi("/audit");

/** Who did what, newest first. */
export default function Audit() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { entry, kind, id, by, verb } = search;
  const wanted: AuditWanted = {
    kind,
    id,
    by,
    verb,
    since: momentOf(search.since),
    until: momentOf(search.until),
  };
  const { items: entries, isPending, isRefetching, again, more, failure } = useList(queries.audit(wanted));
  const show = useStable(
    (seq: number | undefined) =>
      void navigate({ search: (old) => ({ ...old, entry: seq?.toString() }), replace: true }),
  );
  const columns = useMemo(() => columnsOf(show), [show]);
  if (failure) return <Failure {...failure} />;
  const narrowed = Object.values(wanted).some(Boolean);
  return (
    <Page
      fill
      title="Audit"
      actions={
        <Button icon="again" busy={isRefetching} onClick={again}>
          Refresh
        </Button>
      }
    >
      <Filters
        wanted={search}
        narrow={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
      />
      <Table
        fill
        label="Audit, newest first"
        columns={columns}
        rows={entries}
        rowKey={(each) => String(each.seq)}
        onEnd={more}
        empty={isPending ? <Skeleton lines={10} className="h-7" /> : <Nothing narrowed={narrowed} />}
      />
      {entry && <Entry seq={Number(entry)} onClose={() => show(undefined)} />}
    </Page>
  );
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <EmptyState icon="filter" title="No entry fits">
      The filters above leave none. Names are compared whole.
    </EmptyState>
  ) : (
    <EmptyState icon="audit" title="Nothing was done yet">
      Each change of a definition, a person, a key or a switch, and each run that somebody asked for or
      killed, is an entry here: who, when, what was before and after.
    </EmptyState>
  );
}

function columnsOf(show: (seq: number) => void): Column<AuditView>[] {
  return [
    {
      id: "at",
      title: "When",
      width: "minmax(92px, 144px)",
      cell: (each) => <Time at={each.at} show="clock" />,
    },
    { id: "who", title: "Who", width: "minmax(96px, 1.2fr)", cell: (each) => <Who entry={each} /> },
    {
      id: "verb",
      title: "Did",
      width: "minmax(64px, 96px)",
      cell: (each) => (
        <button
          type="button"
          className="link max-w-full truncate font-medium"
          aria-label={`Entry ${each.seq}: ${each.verb} ${each.kind} ${each.id}`}
          onClick={() => show(each.seq)}
        >
          {each.verb}
        </button>
      ),
    },
    { id: "kind", title: "What", width: "80px", cell: (each) => each.kind, wide: true },
    {
      id: "id",
      title: "Object",
      width: "minmax(100px, 2fr)",
      cell: (each) => <ObjectLink kind={each.kind} id={each.id} />,
    },
    {
      id: "revision",
      title: "Revision",
      width: "76px",
      align: "right",
      cell: (each) => each.revision ?? <span className="text-ink-3">–</span>,
      wide: true,
    },
    {
      id: "note",
      title: "Note",
      width: "minmax(100px, 2fr)",
      cell: (each) => <span data-tip={each.note ?? undefined}>{each.note}</span>,
      wide: true,
    },
  ];
}
