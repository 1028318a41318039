import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useWatched } from "@/core/store.ts";
import { type LiveState, live, type Topic } from "./live.ts";
import { queries } from "./queries.ts";
import type { Role } from "./types.ts";

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
