/** The tries of a run side by side: what differs is seen in one row. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { AttemptView } from "@/api/types.ts";
import { Segments } from "@/kit/field.tsx";
import { EmptyState } from "@/kit/page.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { Duration, Time } from "@/kit/time.tsx";

const ROWS: [name: string, cell: (attempt: AttemptView) => ReactNode][] = [
  ["Ended", (attempt) => <StateBadge state={attempt.state} reason={attempt.reason} />],
  ["Exit code", (attempt) => attempt.exit_code ?? "–"],
  ["Started", (attempt) => <Time at={attempt.started} show="clock" />],
  ["Took", (attempt) => <Duration seconds={attempt.duration} />],
  ["Worker", (attempt) => attempt.worker],
  ["Error", (attempt) => <Message text={attempt.error} />],
];

export function Attempts({ attempts, run }: { attempts: AttemptView[]; run: string }) {
  if (attempts.length === 0) {
    return (
      <EmptyState title="No attempt is over">
        Each try of the run that ended stands here, with how it ended.
      </EmptyState>
    );
  }
  return (
    <div className="overflow-auto">
      <table aria-label="Attempts" className="border-collapse text-left align-top">
        <thead>
          <tr className="border-b border-line-strong">
            <td className="pr-4" />
            {attempts.map(({ n }) => (
              <th key={n} scope="col" className="min-w-44 py-1 pr-6 font-medium">
                Attempt {n}
                <Link
                  to="/runs/$run"
                  params={{ run }}
                  search={{ tab: "log", attempt: String(n) }}
                  className="link pl-2 font-normal"
                >
                  Log
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, cell]) => (
            <tr key={name} className="border-b border-line">
              <th scope="row" className="whitespace-nowrap py-1 pr-4 align-top font-normal text-ink-2">
                {name}
              </th>
              {attempts.map((attempt) => (
                <td key={attempt.n} className="max-w-80 py-1 pr-6 align-top">
                  {cell(attempt)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Message({ text }: { text: string | null }) {
  if (!text) return "–";
  return <span className="line-clamp-6 whitespace-pre-wrap break-words font-mono text-xs">{text}</span>;
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
