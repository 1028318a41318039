/** The order of a table's rows. It is written as a column's id, with `-` before it for descending. */

export interface Sortable<Row> {
  id: string;
  /** What it sorts by; absent: it does not. Nulls come last either way. */
  sort?: (row: Row) => string | number | null;
}

export type Way = "ascending" | "descending";

/** How a column is sorted; undefined: it is not. */
export function wayOf(id: string, sort: string | undefined): Way | undefined {
  return sort === id ? "ascending" : sort === `-${id}` ? "descending" : undefined;
}

/** First up, then down, then as the server has it. */
export function nextSort(id: string, way: Way | undefined): string | undefined {
  return way === undefined ? id : way === "ascending" ? `-${id}` : undefined;
}

export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Sortable<Row>[],
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
