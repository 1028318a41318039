/** Turns key presses into actions. */

import { actions } from "./actions.ts";

const SEQUENCE_MS = 1_000;

/** Obey the actions' keys from now on; returns what ends that. */
export function obeyKeys(target: Pick<Document, "addEventListener" | "removeEventListener">): () => void {
  let first: { key: string; at: number } | null = null;
  const press = (event: Event) => {
    if (!(event instanceof KeyboardEvent) || event.defaultPrevented) return;
    const key = named(event);
    if (!key) return;
    const before = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${key}` : null;
    first = null;
    // What was added last wins: a page's key before the shell's.
    const found = actions.get().findLast((action) => action.keys === before || action.keys === key);
    if (found) {
      event.preventDefault();
      found.act();
    } else if (actions.get().some((action) => action.keys?.startsWith(`${key} `))) {
      first = { key, at: event.timeStamp };
    }
  };
  target.addEventListener("keydown", press);
  return () => target.removeEventListener("keydown", press);
}

/** The key as `Action.keys` writes it; "" where it belongs to what is being typed, or to a dialog. */
function named(event: KeyboardEvent): string {
  const mod = event.metaKey || event.ctrlKey;
  if (event.altKey || event.key.length !== 1) return "";
  if (mod) return `mod+${event.key.toLowerCase()}`;
  const target = event.target as HTMLElement | null;
  if (target?.closest?.("input, textarea, select, [contenteditable], dialog, [role=menu]")) return "";
  return event.key;
}
