/** How many columns of a table there is room for. */

import { type RefObject, useLayoutEffect, useState } from "react";

interface Track {
  /** `96px`, `minmax(160px, 2fr)` */
  width: string;
  wide?: boolean;
}

/** How wide an element is inside; endless until it is laid out. */
export function useRoom(box: RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setRoom(element.clientWidth || Number.POSITIVE_INFINITY);
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [box]);
  return room;
}

/** So many of those that may be left out (`wide`) are, so that all others have their least width. */
export function leftOut(columns: readonly Track[], room: number): number {
  let needed = columns.reduce((sum, column) => sum + leastOf(column), 0);
  let left = 0;
  for (const column of columns.toReversed()) {
    if (needed <= room) break;
    if (!column.wide) continue;
    needed -= leastOf(column);
    left += 1;
  }
  return left;
}

function leastOf({ width }: Track): number {
  return Number(/\d+/.exec(width)?.[0] ?? 0);
}

/** The last ones go first. */
export function without<C extends Track>(columns: readonly C[], left: number): C[] {
  const wide = columns.filter((column) => column.wide);
  const gone = new Set(left ? wide.slice(-left) : []);
  return columns.filter((column) => !gone.has(column));
}
