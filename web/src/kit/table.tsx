/** Tables: sorted by their heads, chosen by boxes, and as long as they like (only what is seen is drawn). */

import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useMemo, useRef } from "react";
import { cx } from "@/core/classes.ts";
import { usePhone } from "@/core/media.ts";
import { toggled } from "@/core/sets.ts";
import { useStable } from "@/core/stable.ts";
import { leftOut, useRoom, without } from "./room.ts";
import { type Sortable, sortedRows } from "./sorting.ts";
import { TableHead } from "./table-head.tsx";
import { type Cell, RowLine } from "./table-row.tsx";

const ROW_PX = 34;
const PHONE_ROW_PX = 44;
const CHOICE_PX = 32;

export interface Column<Row> extends Cell<Row>, Sortable<Row> {
  title: string;
  /** A track of CSS grid: `96px`, `minmax(160px, 2fr)`. */
  width: string;
  /** Left out on a phone, and where there is no room for it. */
  wide?: boolean;
}

interface TableProps<Row> {
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
  const { columns, rows, rowKey, sort, onSort, selected, onSelect, fill, empty } = props;
  const phone = usePhone();
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box) - (onSelect ? CHOICE_PX : 0);
  const left = leftOut(columns, phone ? 0 : room);
  const seen = useMemo(() => without(columns, left), [columns, left]);
  const sorted = useMemo(() => sortedRows(rows, columns, sort), [rows, columns, sort]);
  const tracks = [onSelect && `${CHOICE_PX}px`, ...seen.map((column) => column.width)]
    .filter(Boolean)
    .join(" ");
  const all = onSelect && rows.length > 0 && rows.every((row) => selected?.has(rowKey(row)));
  return (
    <Scroller
      {...props}
      box={box}
      seen={seen}
      tracks={tracks}
      rows={sorted}
      fill={fill ?? false}
      rowPx={phone ? PHONE_ROW_PX : ROW_PX}
    >
      <TableHead
        columns={seen}
        {...{ tracks, sort, onSort, all }}
        onChooseAll={(every) => onSelect?.(new Set(every ? rows.map(rowKey) : []))}
      />
      {rows.length === 0 && empty}
    </Scroller>
  );
}

interface ScrollerProps<Row> extends TableProps<Row> {
  box: RefObject<HTMLDivElement | null>;
  seen: readonly Column<Row>[];
  tracks: string;
  fill: boolean;
  rowPx: number;
  children: ReactNode;
}

function Scroller<Row>(props: ScrollerProps<Row>) {
  const { box, fill, rowPx, rows, rowKey, label, children, selected, onSelect, onEnd, seen, tracks } = props;
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
  const toggle = useStable((id: string) => onSelect?.(toggled(selected, id)));
  const choose = onSelect && toggle;
  const line = (at: number, top: number | undefined) => {
    const row = rows[at];
    if (row === undefined) return null;
    const id = rowKey(row);
    const chosen = selected?.has(id) ?? false;
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
