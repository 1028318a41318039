/** The graph as a list, for the keyboard and for reading aloud. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import type { Drawing, DrawnEdge, DrawnJob } from "@/parts/graph/drawing.ts";

interface Row {
  job: DrawnJob;
  before: DrawnEdge[];
  behind: DrawnEdge[];
}

export function GraphList({ drawing }: { drawing: Drawing }) {
  const rows = useMemo(() => rowsOf(drawing), [drawing]);
  return <Table fill label="Jobs and what they wait for" columns={COLUMNS} rows={rows} rowKey={rowKey} />;
}

const rowKey = (row: Row) => row.job.id;

function rowsOf({ jobs, edges }: Drawing): Row[] {
  const rows = new Map(jobs.map((job): [string, Row] => [job.id, { job, before: [], behind: [] }]));
  for (const edge of edges) {
    rows.get(edge.to)?.before.push(edge);
    rows.get(edge.from)?.behind.push(edge);
  }
  return [...rows.values()];
}

const COLUMNS: Column<Row>[] = [
  { id: "job", title: "Job", width: "minmax(140px, 1fr)", cell: ({ job }) => <JobLink job={job.id} /> },
  {
    id: "state",
    title: "State",
    width: "120px",
    cell: ({ job }) =>
      job.state === null ? <span className="text-ink-3">not here</span> : <StateBadge state={job.state} />,
  },
  {
    id: "before",
    title: "Waits for",
    width: "minmax(120px, 2fr)",
    cell: ({ before }) => <Names of={before.map((edge) => [edge.from, edge.kind])} />,
  },
  {
    id: "behind",
    title: "Is waited for by",
    width: "minmax(120px, 2fr)",
    cell: ({ behind }) => <Names of={behind.map((edge) => [edge.to, edge.kind])} />,
    wide: true,
  },
];

function JobLink({ job }: { job: string }) {
  return (
    <Link to="/jobs/$job" params={{ job }} preload={false} className="font-medium hover:underline">
      {job}
    </Link>
  );
}

function Names({ of }: { of: (readonly [job: string, kind: string])[] }) {
  if (of.length === 0) return <span className="text-ink-3">–</span>;
  return of.map(([job, kind], at) => (
    <span key={`${job} ${kind}`}>
      {at > 0 && ", "}
      <Link to="/jobs/$job" params={{ job }} preload={false} className="hover:underline">
        {job}
      </Link>
      {kind !== "needs" && <span className="text-ink-3"> ({kind})</span>}
    </span>
  ));
}
