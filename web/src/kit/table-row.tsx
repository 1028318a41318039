import { memo, type ReactNode } from "react";
import { cx } from "@/core/classes.ts";

/** How a column shows a row. */
export interface Cell<Row> {
  id: string;
  cell: (row: Row) => ReactNode;
  align?: "right";
}

interface RowLineProps<Row> {
  row: Row;
  id: string;
  seen: readonly Cell<Row>[];
  tracks: string;
  at: number;
  top?: number | undefined;
  heightPx: number;
  chosen: boolean;
  /** Choose it, or choose it no more. */
  choose: ((id: string) => void) | undefined;
}

/** Scrolling draws only the rows that come into sight: those that stay are left as they are. */
export const RowLine = memo(RowLineOnce) as typeof RowLineOnce;

function RowLineOnce<Row>({ row, id, seen, tracks, at, top, heightPx, chosen, choose }: RowLineProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      data-key={id}
      style={{
        gridTemplateColumns: tracks,
        height: heightPx,
        ...(top === undefined ? {} : { transform: `translateY(${top}px)` }),
      }}
      className={cx(
        "grid items-center border-b border-line",
        top !== undefined && "absolute inset-x-0 top-0",
        chosen ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      {choose && (
        <div role="cell" className="flex justify-center">
          <input
            type="checkbox"
            aria-label={`Choose ${id}`}
            checked={chosen}
            onChange={() => choose(id)}
            className="size-3.5 accent-accent"
          />
        </div>
      )}
      {seen.map((column) => (
        <div
          key={column.id}
          role="cell"
          className={cx("min-w-0 truncate px-2", column.align === "right" && "figures text-right")}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}
