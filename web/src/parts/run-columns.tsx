import { Link } from "@tanstack/react-router";
import type { RunView } from "@/api/types.ts";
import { StateBadge } from "@/kit/state.tsx";
import type { Column } from "@/kit/table.tsx";
import { Duration, Elapsed, Time } from "@/kit/time.tsx";

/** What lists of runs show of each. */
export const RUN_COLUMNS: Column<RunView>[] = [
  {
    id: "state",
    title: "State",
    width: "minmax(110px, 1fr)",
    cell: (run) => <StateBadge state={run.state} reason={run.reason} />,
  },
  {
    id: "job",
    title: "Job",
    width: "minmax(140px, 2fr)",
    cell: (run) => (
      <Link to="/runs/$run" params={{ run: run.id }} preload={false} className="font-medium hover:underline">
        {run.job}
      </Link>
    ),
  },
  {
    id: "due",
    title: "Due",
    width: "144px",
    cell: (run) => <Time at={run.slot ?? run.created} show="clock" />,
    wide: true,
  },
  { id: "started", title: "Started", width: "96px", cell: (run) => <Time at={run.started} /> },
  {
    id: "took",
    title: "Took",
    width: "84px",
    align: "right",
    cell: tookCell,
    wide: true,
  },
  { id: "origin", title: "Origin", width: "90px", cell: (run) => run.origin, wide: true },
  { id: "worker", title: "Worker", width: "minmax(80px, 1fr)", cell: (run) => run.worker ?? "–", wide: true },
];

function tookCell(run: RunView) {
  const running = run.state === "running" && run.started !== null;
  return running ? <Elapsed since={run.started ?? ""} /> : <Duration seconds={run.duration} />;
}
