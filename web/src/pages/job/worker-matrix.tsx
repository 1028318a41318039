import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "@/api/queries.ts";
import type { RunView } from "@/api/types.ts";
import { lookOf, outcomeWords } from "@/core/states.ts";
import { Icon } from "@/kit/icon.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Time } from "@/kit/time.tsx";
import { type Matrix, matrixOf } from "./matrix.ts";

/** How a spread job went on each worker, occurrence by occurrence. */
export function WorkerMatrix({ job }: { job: string }) {
  const query = useInfiniteQuery(queries.runs({ job }));
  return (
    <Loaded query={query} placeholder={<Skeleton lines={6} />}>
      {(runs) => {
        const matrix = matrixOf(runs);
        return matrix.workers.length ? (
          <div className="flex flex-col gap-3">
            <p className="text-ink-2">
              A line for each worker, a column for each time it was due: pointing at a mark tells how it went,
              a click opens the run.
            </p>
            <Grid matrix={matrix} label={`${job} by worker`} />
          </div>
        ) : (
          <EmptyState title="It never ran">
            A row for each worker and a column for each occurrence: where it failed is seen at once.
          </EmptyState>
        );
      }}
    </Loaded>
  );
}

function Grid({ matrix, label }: { matrix: Matrix; label: string }) {
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="border-separate border-spacing-x-0.5 border-spacing-y-1">
        <thead>
          <tr>
            <th scope="col" className="pr-3 text-left text-xs font-medium text-ink-2">
              Worker
            </th>
            {matrix.columns.map((column) => (
              <th key={column.group} scope="col" className="px-1 text-2xs font-normal text-ink-3">
                <Time at={column.at} show="clock" />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.workers.map((worker, row) => (
            <tr key={worker}>
              <th scope="row" className="whitespace-nowrap pr-3 text-left font-medium">
                {worker}
              </th>
              {matrix.columns.map((column) => (
                <td key={column.group} className="text-center">
                  <Cell run={column.cells[row] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ run }: { run: RunView | null }) {
  if (!run) return <span className="text-ink-3">·</span>;
  const look = lookOf(run.state);
  const words = outcomeWords(run);
  return (
    <Link
      to="/runs/$run"
      params={{ run: run.id }}
      preload={false}
      aria-label={words}
      data-tip={words}
      className={`inline-flex size-6 items-center justify-center rounded-sm hover:bg-hover ${look.text}`}
    >
      <Icon name={look.icon} />
    </Link>
  );
}
