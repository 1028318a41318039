import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { useMay } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import type { WorkerView } from "@/api/types.ts";
import { useNow } from "@/core/now.ts";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";
import { TurnOff } from "@/parts/switches/turn-off.tsx";
import { Containment } from "./containment.tsx";
import { Seats } from "./seats.tsx";
import { WorkerDialog } from "./worker-dialog.tsx";
import { workerState } from "./worker-state.ts";

interface WorkerTableProps {
  workers: readonly WorkerView[];
  empty: ReactNode;
}

export function WorkerTable({ workers, empty }: WorkerTableProps) {
  const may = useMay()("operator", "*");
  const { data: held } = useQuery(queries.held());
  const [shown, show] = useState<string | null>(null);
  const [draining, drain] = useState<string | null>(null);
  const columns = useMemo(() => columnsOf((worker) => held && (held[worker.name] ?? 0), show), [held]);
  const open = workers.find((worker) => worker.session === shown);
  return (
    <>
      <Table
        label="Workers"
        columns={columns}
        rows={workers}
        rowKey={(worker) => worker.session}
        empty={empty}
      />
      {open && (
        <WorkerDialog
          worker={open}
          onClose={() => show(null)}
          onDrain={
            may && !open.paused
              ? () => {
                  show(null);
                  drain(open.name);
                }
              : undefined
          }
        />
      )}
      {draining !== null && (
        <TurnOff
          what={{ scope: "worker", target: draining }}
          title={`Drain worker ${draining}`}
          onClose={() => drain(null)}
        />
      )}
    </>
  );
}

function columnsOf(busy: (worker: WorkerView) => number | null | undefined, show: (id: string) => void) {
  const columns: Column<WorkerView>[] = [
    {
      id: "name",
      title: "Worker",
      width: "minmax(110px, 2fr)",
      cell: (worker) => (
        <button
          type="button"
          className="max-w-full truncate text-left font-medium hover:underline"
          onClick={() => show(worker.session)}
        >
          {worker.name}
        </button>
      ),
    },
    {
      id: "state",
      title: "State",
      width: "104px",
      cell: (worker) => (
        <span data-tip={worker.paused ?? undefined}>
          <StateBadge state={workerState(worker)} />
        </span>
      ),
    },
    {
      id: "seats",
      title: "Seats",
      width: "minmax(64px, 132px)",
      cell: (worker) => <Seats busy={busy(worker) ?? null} seats={worker.concurrency} />,
    },
    {
      id: "pools",
      title: "Pools",
      width: "minmax(80px, 1fr)",
      cell: (worker) => worker.pools.join(", "),
      wide: true,
    },
    { id: "load", title: "Load", width: "64px", align: "right", cell: loadCell, wide: true },
    {
      id: "containment",
      title: "Containment",
      width: "minmax(96px, 112px)",
      cell: (worker) => <Containment rung={worker.containment} />,
      wide: true,
    },
    { id: "labels", title: "Labels", width: "minmax(60px, 1fr)", cell: labelsCell, wide: true },
    { id: "version", title: "Version", width: "84px", cell: (worker) => worker.version, wide: true },
    { id: "seen", title: "Heard", width: "84px", cell: (worker) => <Heard at={worker.seen} /> },
  ];
  return columns;
}

/** Never later than now, however the clocks of its host and of this browser differ. */
function Heard({ at }: { at: string }) {
  const now = useNow();
  return <Time at={new Date(Math.min(Date.parse(at), now)).toISOString()} />;
}

function loadCell(worker: WorkerView) {
  if (worker.load === null) return <span className="text-ink-3">–</span>;
  return (
    <span
      className={worker.load > 1 ? "text-missed" : ""}
      data-tip="Runnable processes per processor, over a minute"
    >
      {worker.load.toFixed(2)}
    </span>
  );
}

function labelsCell(worker: WorkerView) {
  if (worker.labels.length === 0) return <span className="text-ink-3">–</span>;
  return <span data-tip={worker.labels.join("\n")}>{worker.labels.join(", ")}</span>;
}
