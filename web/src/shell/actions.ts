/** What can be done right now: one list that the palette shows, the keyboard obeys and the help explains. */

import { useEffect } from "react";
import type { IconName } from "@/core/states.ts";
import { Watched } from "@/core/store.ts";

export interface Action {
  label: string;
  /** The heading under which palette and help list it. */
  group: string;
  icon?: IconName;
  /** `mod+k`, `g j` (one after the other), `?`. */
  keys?: string;
  /** Further words by which the palette finds it. */
  words?: string;
  /** It destroys something. */
  danger?: boolean;
  act: () => void;
}

const lists = new Map<symbol, readonly Action[]>();
export const actions = new Watched<readonly Action[]>([]);

function changed(): void {
  actions.set([...lists.values()].flat());
}

/** Offer these while the component is shown. Memoise the list. */
export function useActions(offered: readonly Action[]): void {
  useEffect(() => {
    const key = Symbol("actions");
    lists.set(key, offered);
    changed();
    return () => {
      lists.delete(key);
      changed();
    };
  }, [offered]);
}
