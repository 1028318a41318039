/** What lists are asked for: parameters, and page after page. */

import { type InfiniteData, infiniteQueryOptions } from "@tanstack/react-query";
import type { Page } from "./types.ts";

/** Absent parameters instead of empty ones. */
export function given<T extends object>(wanted: T): T {
  return Object.fromEntries(
    Object.entries(wanted).filter(([, value]) => value !== undefined && value !== ""),
  ) as T;
}

/** A list that comes page after page; its data is all that has come. */
export function paged<Item>(
  queryKey: readonly unknown[],
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    select: itemsOf<Item>,
  });
}

/** Not made anew by each caller: so it is only done again when another page has come. */
function itemsOf<Item>({ pages }: InfiniteData<Page<Item>>): Item[] {
  return pages.flatMap((page) => page.items);
}
