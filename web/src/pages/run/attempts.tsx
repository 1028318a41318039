import type { AttemptView } from "@/api/types.ts";
import { Segments } from "@/kit/field.tsx";
import { EmptyState } from "@/kit/page.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Duration, Time } from "@/kit/time.tsx";

const COLUMNS: Column<AttemptView>[] = [
  { id: "n", title: "Attempt", width: "72px", cell: (attempt) => attempt.n },
  {
    id: "state",
    title: "Ended",
    width: "minmax(140px, 1fr)",
    cell: (attempt) => <StateBadge state={attempt.state} reason={attempt.reason} />,
  },
  {
    id: "exit",
    title: "Exit code",
    width: "80px",
    align: "right",
    cell: (attempt) => attempt.exit_code ?? "–",
    wide: true,
  },
  {
    id: "started",
    title: "Started",
    width: "120px",
    cell: (attempt) => <Time at={attempt.started} show="clock" />,
  },
  {
    id: "took",
    title: "Took",
    width: "84px",
    align: "right",
    cell: (attempt) => <Duration seconds={attempt.duration} />,
  },
  {
    id: "worker",
    title: "Worker",
    width: "minmax(80px, 1fr)",
    cell: (attempt) => attempt.worker,
    wide: true,
  },
  {
    id: "error",
    title: "Error",
    width: "minmax(120px, 2fr)",
    cell: (attempt) => <span data-tip={attempt.error}>{attempt.error ?? ""}</span>,
    wide: true,
  },
];

export function Attempts({ attempts }: { attempts: AttemptView[] }) {
  return (
    <Table
      label="Attempts"
      columns={COLUMNS}
      rows={attempts}
      rowKey={(attempt) => String(attempt.n)}
      empty={
        <EmptyState title="No attempt is over">
          Each try of the run that ended stands here, with how it ended.
        </EmptyState>
      }
    />
  );
}

export function AttemptSelect({
  attempt,
  count,
  onChange,
}: {
  attempt: number;
  count: number;
  onChange: (n: number) => void;
}) {
  const options = Array.from({ length: count }, (_, at) => ({
    value: String(at + 1),
    label: String(at + 1),
  }));
  return (
    <div className="flex items-center gap-2 pb-2">
      <span className="text-ink-2">Attempt</span>
      <Segments
        label="Attempt"
        options={options}
        value={String(attempt)}
        onChange={(value) => onChange(Number(value))}
      />
    </div>
  );
}
