import { useCallback, useSyncExternalStore } from "react";

const lists = new Map<string, MediaQueryList>();

/** Asked once: thousands of rows want to know the same. */
function listOf(query: string): MediaQueryList {
  const known = lists.get(query) ?? matchMedia(query);
  lists.set(query, known);
  return known;
}

/** Whether a media query holds, kept up to date. */
function useMedia(query: string): boolean {
  const watch = useCallback(
    (watcher: () => void) => {
      const list = listOf(query);
      list.addEventListener("change", watcher);
      return () => list.removeEventListener("change", watcher);
    },
    [query],
  );
  return useSyncExternalStore(watch, () => listOf(query).matches);
}

/** Narrower than the token `--breakpoint-sm`. */
export function usePhone(): boolean {
  return useMedia("(width < 640px)");
}

/** Narrower than the token `--breakpoint-lg`. */
export function useNarrow(): boolean {
  return useMedia("(width < 1200px)");
}
