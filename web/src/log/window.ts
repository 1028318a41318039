/** Which rows of a list of any length are seen: plain arithmetic, also past the height that browsers can scroll. */

/** Firefox ends near 17.8 million pixels, Chromium near 33 million. */
export const TALLEST_PX = 15_000_000;

export interface Frame {
  rows: number;
  rowPx: number;
  viewPx: number;
}

interface Seen {
  first: number;
  count: number;
  /** Where the first of them is drawn. */
  topPx: number;
}

export function heightOf({ rows, rowPx }: Frame): number {
  return Math.min(rows * rowPx, TALLEST_PX);
}

export function seenAt(scrollTop: number, frame: Frame, spare: number): Seen {
  const exact = rowAt(scrollTop, frame);
  const first = Math.max(0, Math.floor(exact) - spare);
  const inView = Math.ceil(frame.viewPx / frame.rowPx) + 1;
  return {
    first,
    count: Math.min(frame.rows - first, Math.floor(exact) - first + inView + spare),
    topPx: scrollTop - (exact - first) * frame.rowPx,
  };
}

/** The scroll position that shows the row in the middle. */
export function scrollFor(row: number, frame: Frame): number {
  const wanted = row - frame.viewPx / frame.rowPx / 2;
  const rowsPx = frame.rows * frame.rowPx;
  if (rowsPx <= TALLEST_PX) return wanted * frame.rowPx;
  return (wanted / hidden(frame)) * (TALLEST_PX - frame.viewPx);
}

/** The row at the top edge, with its fraction. */
function rowAt(scrollTop: number, frame: Frame): number {
  if (frame.rows * frame.rowPx <= TALLEST_PX) return scrollTop / frame.rowPx;
  return (scrollTop / (TALLEST_PX - frame.viewPx)) * hidden(frame);
}

/** Rows that do not fit into the view. */
function hidden({ rows, rowPx, viewPx }: Frame): number {
  return rows - viewPx / rowPx;
}
