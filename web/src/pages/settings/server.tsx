import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import type { ReadyView, ServiceView } from "@/api/types.ts";
import { countText, roughLength } from "@/core/text.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Facts, Notice, Panel, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";

const COLUMNS: Column<ServiceView>[] = [
  { id: "name", title: "Part", width: "minmax(96px, 2fr)", cell: (part) => part.name },
  {
    id: "state",
    title: "State",
    width: "88px",
    cell: (part) => <StateBadge state={part.well ? "ready" : "stuck"} />,
  },
  {
    id: "quiet",
    title: "Last worked",
    width: "minmax(92px, 1fr)",
    align: "right",
    cell: (part) =>
      part.quiet === null ? <span className="text-ink-3">not yet</span> : quietText(part.quiet),
  },
  {
    id: "ticks",
    title: "Rounds",
    width: "72px",
    align: "right",
    cell: (part) => countText(part.ticks),
    wide: true,
  },
  {
    id: "failures",
    title: "Failing",
    width: "64px",
    align: "right",
    cell: (part) => (part.failures ? <span className="text-failed">{part.failures} ×</span> : "no"),
    wide: true,
  },
];

/** Parts that work look in many times a second: how often exactly tells nobody anything. */
function quietText(seconds: number): string {
  return seconds < 2 ? "now" : `${roughLength(seconds)} ago`;
}

/** Which server this is, and whether each part of it works: looked at again every two seconds. */
export function Server() {
  const { data: about } = useQuery(queries.about());
  const ready = useQuery(queries.ready());
  return (
    <Section title="Server">
      <Panel className="p-3">
        <Facts
          facts={[
            ["Version", about?.version ?? "…"],
            ["Store", about?.store ?? "…"],
          ]}
        />
      </Panel>
      <Loaded query={ready} placeholder={<Skeleton className="h-[472px]" />}>
        {(found) => <Health ready={found} lost={ready.isError} />}
      </Loaded>
    </Section>
  );
}

function Health({ ready, lost }: { ready: ReadyView; lost: boolean }) {
  return (
    <>
      {lost && (
        <Notice kind="failed">The server does not answer: this is how it was when it last did.</Notice>
      )}
      {!lost && ready.status !== "ok" && <Notice kind="failed">It is not well: {ready.status}.</Notice>}
      <Table
        label="Parts of the server"
        columns={COLUMNS}
        rows={ready.services}
        rowKey={(part) => part.name}
      />
    </>
  );
}
