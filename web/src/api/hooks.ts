import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { useWatched } from "@/core/store.ts";
import { type LiveState, live, type Topic } from "./live.ts";
import { queries } from "./queries.ts";
import type { Role } from "./types.ts";
import type { paged } from "./wanted.ts";

/** Hear of a topic while the component is shown. */
export function useTopic(topic: Topic | null): void {
  const key = topic && JSON.stringify(topic);
  useEffect(() => (key ? live.subscribe(JSON.parse(key) as Topic) : undefined), [key]);
}

export function useLiveState(): LiveState {
  return useWatched(live.state);
}

/** Each may do what those before it may. */
export const ROLES: readonly Role[] = ["viewer", "operator", "editor", "admin"];

/** Whether the person may do what asks for `role` in a project (undefined: in any). What they may not is not offered. */
export function useMay(): (role: Role, project: string | null | undefined) => boolean {
  const { data: me } = useQuery(queries.me());
  return (role, project) => {
    if (!me) return false;
    if (me.superuser) return true;
    const held = project === undefined ? Object.values(me.roles) : [me.roles["*"], me.roles[project ?? ""]];
    return held.some((each) => each !== undefined && ROLES.indexOf(each) >= ROLES.indexOf(role));
  };
}

/** Whether the person may do what is no project's: people, pools, settings. */
export function useSuperuser(): boolean {
  return useQuery(queries.me()).data?.superuser ?? false;
}

const NONE: never[] = [];

/** A list that comes page after page. */
export function useList<Item>(wanted: ReturnType<typeof paged<Item>>) {
  const query = useInfiniteQuery(wanted);
  const { data, error, isPending, isRefetching, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    query;
  const fetchMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const again = () => void refetch();
  return {
    items: data ?? (NONE as Item[]),
    isPending,
    isRefetching,
    again,
    /** Whether all of it has come. */
    whole: !isPending && !hasNextPage,
    /** Fetches the next page, where there is one that is not on its way. */
    more: hasNextPage && !isFetchingNextPage ? fetchMore : undefined,
    /** Nothing of it can be shown. */
    failure: error && !data ? { error, reset: again } : undefined,
  };
}
