/** How many columns of a table there is room for. */

import { type RefObject, useCallback, useState } from "react";
import { useResize } from "@/core/resize.ts";

interface Track {
  /** `96px`, `minmax(160px, 2fr)` */
  width: string;
  wide?: boolean;
}

/** How wide an element is inside; endless until it is laid out. */
export function useRoom(box: RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  const measure = useCallback(() => {
    setRoom(box.current?.clientWidth || Number.POSITIVE_INFINITY);
  }, [box]);
  useResize(box, measure);
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
