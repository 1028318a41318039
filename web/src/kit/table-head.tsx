import { cx } from "@/core/classes.ts";
import { Icon } from "./icon.tsx";
import { nextSort, type Sortable, wayOf } from "./sorting.ts";

interface Titled<Row> extends Sortable<Row> {
  title: string;
  align?: "right";
}

interface TableHeadProps<Row> {
  columns: readonly Titled<Row>[];
  tracks: string;
  sort: string | undefined;
  onSort: ((sort: string | undefined) => void) | undefined;
  /** Whether all rows are chosen; absent: none can be. */
  all: boolean | undefined;
  onChooseAll: (all: boolean) => void;
}

export function TableHead<Row>({ columns, tracks, sort, onSort, all, onChooseAll }: TableHeadProps<Row>) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line-strong bg-page">
      <div role="row" style={{ gridTemplateColumns: tracks }} className="grid">
        {all !== undefined && (
          <div role="columnheader" className="flex items-center justify-center">
            <input
              type="checkbox"
              aria-label="Choose all"
              checked={all}
              onChange={() => onChooseAll(!all)}
              className="size-3.5 accent-accent"
            />
          </div>
        )}
        {columns.map((column) => (
          <Head key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

interface HeadProps<Row> {
  column: Titled<Row>;
  sort: string | undefined;
  onSort: ((sort: string | undefined) => void) | undefined;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { id, title, align } = column;
  const way = wayOf(id, sort);
  const name = <span className="truncate">{title}</span>;
  return (
    <div
      role="columnheader"
      aria-sort={way}
      className={cx(
        "flex min-w-0 px-2 py-1.5 text-xs font-medium text-ink-2",
        align === "right" && "justify-end",
      )}
    >
      {column.sort && onSort ? (
        <button
          type="button"
          className="inline-flex min-w-0 items-center gap-1 hover:text-ink"
          onClick={() => onSort(nextSort(id, way))}
        >
          {name}
          {way && <Icon name={way === "ascending" ? "up" : "down"} size={10} />}
        </button>
      ) : (
        name
      )}
    </div>
  );
}
