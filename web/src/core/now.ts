/** One clock for the whole page: whoever shows a moving time watches it, and it stands still unwatched. */

import { useSyncExternalStore } from "react";

/** Server time minus browser time in ms, learnt from answers: countdowns go by the server's clock. */
let skew = 0;

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let current = Date.now();

export function learnServerTime(date: string | null): void {
  if (!date) return;
  const server = Date.parse(date);
  // The header has whole seconds: closer than two is agreement.
  if (Number.isFinite(server)) skew = Math.abs(server - Date.now()) > 2_000 ? server - Date.now() : 0;
}

export function nowMs(): number {
  return Date.now() + skew;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    current = nowMs();
    for (const each of watchers) each();
  }, 1000);
  current = nowMs();
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Now in ms, anew each second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => current);
}

/** Now in ms, anew each `seconds`: for what moves slowly. */
export function useRoughNow(seconds: number): number {
  const step = seconds * 1000;
  return useSyncExternalStore(watch, () => Math.floor(current / step) * step);
}
