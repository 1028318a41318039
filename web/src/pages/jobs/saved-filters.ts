/** Saved filters as they are kept: JSON, which nobody promises to be ours. */

import type { JobFilters } from "./filters.ts";

/** What the address of the list says. */
export type JobSearch = JobFilters & { sort?: string | undefined };

export interface SavedFilter {
  name: string;
  search: JobSearch;
}

const KEYS = ["q", "state", "owner", "tag", "sort"] as const;
const MOST = 50;

/** What is kept; nothing of what is not understood. */
export function savedIn(kept: string): SavedFilter[] {
  try {
    const found: unknown = JSON.parse(kept || "[]");
    return Array.isArray(found) ? found.flatMap(filterOf) : [];
  } catch {
    return [];
  }
}

function filterOf(found: unknown): SavedFilter[] {
  const { name, search } = (found ?? {}) as Partial<SavedFilter>;
  return typeof name === "string" && name && typeof search === "object"
    ? [{ name, search: only(search ?? {}) }]
    : [];
}

function only(search: JobSearch): JobSearch {
  return Object.fromEntries(KEYS.flatMap((key) => (search[key] ? [[key, String(search[key])]] : [])));
}

/** With one more; one of the same name gives way. */
export function keep(kept: string, name: string, search: JobSearch): string {
  const others = savedIn(kept).filter((each) => each.name !== name);
  const all = [...others, { name, search: only(search) }].sort((a, b) => a.name.localeCompare(b.name));
  return JSON.stringify(all.slice(-MOST));
}

export function without(kept: string, name: string): string {
  return JSON.stringify(savedIn(kept).filter((each) => each.name !== name));
}

/** Whether a search shows what was saved. */
export function isSame(saved: Pick<SavedFilter, "search">, search: JobSearch): boolean {
  return KEYS.every((key) => (saved.search[key] ?? "") === (search[key] ?? ""));
}
