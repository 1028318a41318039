/** Tables: sorted by their heads, chosen by boxes, and as long as they like (only what is seen is drawn). */

import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import { cx } from "@/core/classes.ts";
import { usePhone } from "@/core/media.ts";
import { Icon } from "./icon.tsx";

const ROW_PX = 34;
const PHONE_ROW_PX = 44;

export interface Column<Row> {
  id: string;
  title: string;
  /** A track of CSS grid: `96px`, `minmax(160px, 2fr)`. */
  width: string;
  cell: (row: Row) => ReactNode;
  /** What it sorts by; absent: it does not. Nulls come last either way. */
  sort?: (row: Row) => string | number | null;
  align?: "right";
  /** Left out at phone width. */
  wide?: boolean;
}

export interface TableProps<Row> {
  /** What the table is of, read aloud. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** A column's id, with `-` before it for descending. Belongs into the URL. */
  sort?: string | undefined;
  onSort?: ((sort: string | undefined) => void) | undefined;
  selected?: ReadonlySet<string> | undefined;
  onSelect?: ((selected: ReadonlySet<string>) => void) | undefined;
  /** Fill the height there is and scroll inside; else it is as high as its rows (only for short ones). */
  fill?: boolean;
  /** The end comes into sight: fetch more. */
  onEnd?: (() => void) | undefined;
  /** Shown instead of rows. */
  empty?: ReactNode;
}

export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, sort, onSort, fill, empty } = props;
  const phone = usePhone();
  const seen = useMemo(() => columns.filter((column) => !(phone && column.wide)), [columns, phone]);
  const sorted = useMemo(() => sortedRows(rows, columns, sort), [rows, columns, sort]);
  const tracks = [props.onSelect && "32px", ...seen.map((column) => column.width)].filter(Boolean).join(" ");
  const shared = { ...props, seen, tracks, rows: sorted };
  return (
    <Scroller {...shared} fill={fill ?? false} rowPx={phone ? PHONE_ROW_PX : ROW_PX} label={label}>
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line-strong bg-page">
        <div role="row" style={{ gridTemplateColumns: tracks }} className="grid">
          {props.onSelect && <ChooseAll {...shared} />}
          {seen.map((column) => (
            <Head key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      {rows.length === 0 && empty}
    </Scroller>
  );
}

interface Drawn<Row> extends TableProps<Row> {
  seen: readonly Column<Row>[];
  tracks: string;
}

function Scroller<Row>(props: Drawn<Row> & { fill: boolean; rowPx: number; children: ReactNode }) {
  const { fill, rowPx, rows, rowKey, label, children, onEnd, seen, tracks } = props;
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: 12,
    enabled: fill,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when rows change theirs
  useEffect(() => virtual.measure(), [virtual, rowPx]);
  const items = fill ? virtual.getVirtualItems() : [];
  const choose = useChoose(props);
  const line = (at: number, top: number | undefined) => {
    const row = rows[at];
    if (row === undefined) return null;
    const id = rowKey(row);
    const chosen = props.selected?.has(id) ?? false;
    return <RowLine key={id} heightPx={rowPx} {...{ row, id, at, top, seen, tracks, chosen, choose }} />;
  };
  const end = (items.at(-1)?.index ?? 0) >= rows.length - 1 && rows.length > 0;
  useEffect(() => {
    if (fill && end) onEnd?.();
  }, [fill, end, onEnd]);
  return (
    <div
      ref={box}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={fill ? 0 : undefined}
      className={cx("relative", fill ? "min-h-0 flex-1 overflow-auto" : "overflow-x-auto")}
    >
      {children}
      <div role="rowgroup" className="relative" style={fill ? { height: virtual.getTotalSize() } : undefined}>
        {fill
          ? items.map((item) => line(item.index, item.start))
          : rows.map((_row, at) => line(at, undefined))}
      </div>
    </div>
  );
}

interface RowLineProps<Row> {
  row: Row;
  id: string;
  seen: readonly Column<Row>[];
  tracks: string;
  at: number;
  top?: number | undefined;
  heightPx: number;
  chosen: boolean;
  /** Choose it, or choose it no more. */
  choose: ((id: string) => void) | undefined;
}

/** Scrolling draws only the rows that come into sight: those that stay are left as they are. */
const RowLine = memo(RowLineOnce) as typeof RowLineOnce;

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

/** A function that stays the same while what is chosen changes. */
function useChoose<Row>({ selected, onSelect }: TableProps<Row>): ((id: string) => void) | undefined {
  const latest = useRef({ selected, onSelect });
  latest.current = { selected, onSelect };
  const choose = useCallback((id: string) => {
    const { selected: now, onSelect: tell } = latest.current;
    tell?.(toggled(now, id));
  }, []);
  return onSelect && choose;
}

function ChooseAll<Row>({ rows, rowKey, selected, onSelect }: Drawn<Row>) {
  const all = rows.length > 0 && rows.every((row) => selected?.has(rowKey(row)));
  return (
    <div role="columnheader" className="flex items-center justify-center">
      <input
        type="checkbox"
        aria-label="Choose all"
        checked={all}
        onChange={() => onSelect?.(new Set(all ? [] : rows.map(rowKey)))}
        className="size-3.5 accent-accent"
      />
    </div>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((sort: string | undefined) => void) | undefined;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { id, title, align } = column;
  const way = sort === id ? "ascending" : sort === `-${id}` ? "descending" : undefined;
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

/** First up, then down, then as the server has it. */
function nextSort(id: string, way: "ascending" | "descending" | undefined): string | undefined {
  return way === undefined ? id : way === "ascending" ? `-${id}` : undefined;
}

function toggled(selected: ReadonlySet<string> | undefined, key: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  return next;
}

export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: string | undefined,
): readonly Row[] {
  const by = columns.find((column) => column.id === sort?.replace(/^-/, ""))?.sort;
  if (!by) return rows;
  const way = sort?.startsWith("-") ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: by(row) }));
  return keyed.sort((a, b) => compared(a.key, b.key, way)).map((each) => each.row);
}

function compared(a: string | number | null, b: string | number | null, way: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -way : a > b ? way : 0;
}
