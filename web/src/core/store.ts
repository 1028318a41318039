/** A value outside React that components can watch; optionally kept in the browser. */

import { useSyncExternalStore } from "react";

export class Watched<T> {
  private readonly watchers = new Set<() => void>();
  private value: T;

  constructor(value: T) {
    this.value = value;
  }

  get = (): T => this.value;

  set = (value: T): void => {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const watcher of this.watchers) watcher();
  };

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };
}

export function useWatched<T>(watched: Watched<T>): T {
  return useSyncExternalStore(watched.watch, watched.get);
}

/** What a browser keeps for ever, or as long as the tab is open. */
type Where = "localStorage" | "sessionStorage";

/** One that outlives the page. `known` turns what was kept into a value, or gives the usual one. */
export function kept<T extends string>(
  name: string,
  known: (kept: string | null) => T,
  where: Where = "localStorage",
): Watched<T> {
  const key = `tickwork.${name}`;
  const watched = new Watched(known(read(where, key)));
  watched.watch(() => write(where, key, watched.get()));
  return watched;
}

// A browser that keeps nothing (private mode) forgets; it does not fail.
function read(where: Where, key: string): string | null {
  try {
    return window[where].getItem(key);
  } catch {
    return null;
  }
}

function write(where: Where, key: string, value: string): void {
  try {
    window[where].setItem(key, value);
  } catch {
    // see above
  }
}
