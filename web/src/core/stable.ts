import { useCallback, useInsertionEffect, useRef } from "react";

/** A function that stays the same while what it does changes: for lists and rows that are drawn anew only when they change. */
export function useStable<Args extends unknown[]>(act: (...args: Args) => void): (...args: Args) => void {
  const latest = useRef(act);
  useInsertionEffect(() => {
    latest.current = act;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
