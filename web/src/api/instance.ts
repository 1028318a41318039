/** The queries about the instance itself: its fleet, its people, its projects, what was done, how it is set. */

import { queryOptions } from "@tanstack/react-query";
import { countsOf } from "@/core/counts.ts";
import { api, data } from "./client.ts";
import type { ReadyView } from "./types.ts";
import { given, paged } from "./wanted.ts";

const AUDIT_PAGE = 100;
const HELD_PAGE = 1000;
/** What the socket does not tell of is looked at again so often. */
export const LOOKS_EACH_MS = 15_000;
const HEALTH_EACH_MS = 2_000;

/** What the audit can be narrowed to; moments in ISO-8601. */
export interface AuditWanted {
  kind?: string | undefined;
  id?: string | undefined;
  by?: string | undefined;
  verb?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export const instanceQueries = {
  workers: () =>
    queryOptions({
      queryKey: ["workers"],
      queryFn: () => data(api.GET("/api/v1/workers")),
      refetchInterval: LOOKS_EACH_MS,
    }),

  /** How many runs each worker has in hand, of those that one sees; null: too many to be counted here. */
  held: () =>
    queryOptions({
      queryKey: ["runs", "held"],
      queryFn: () =>
        data(
          api.GET("/api/v1/runs", { params: { query: { state: ["claimed", "running"], limit: HELD_PAGE } } }),
        ),
      select: (page) =>
        page.next ? null : Object.fromEntries(countsOf(page.items.map((run) => run.worker ?? ""))),
    }),

  pools: () =>
    queryOptions({
      queryKey: ["pools"],
      queryFn: () => data(api.GET("/api/v1/pools")),
      refetchInterval: LOOKS_EACH_MS,
    }),

  /** What is off. */
  switches: () =>
    queryOptions({
      queryKey: ["switches"],
      queryFn: () => data(api.GET("/api/v1/switches")),
      refetchInterval: LOOKS_EACH_MS,
    }),

  /** One project, with its members and the names of its secrets. */
  project: (project: string) =>
    queryOptions({
      queryKey: ["projects", project],
      queryFn: () => data(api.GET("/api/v1/projects/{project}", { params: { path: { project } } })),
    }),

  secrets: (project: string) =>
    queryOptions({
      queryKey: ["projects", project, "secrets"],
      queryFn: () => data(api.GET("/api/v1/projects/{project}/secrets", { params: { path: { project } } })),
    }),

  users: () => queryOptions({ queryKey: ["users"], queryFn: () => data(api.GET("/api/v1/users")) }),

  groups: () => queryOptions({ queryKey: ["groups"], queryFn: () => data(api.GET("/api/v1/groups")) }),

  keys: () => queryOptions({ queryKey: ["keys"], queryFn: () => data(api.GET("/api/v1/keys")) }),

  audit: (wanted: AuditWanted) =>
    paged(["audit", given(wanted)], (cursor) =>
      data(api.GET("/api/v1/audit", { params: { query: given({ ...wanted, limit: AUDIT_PAGE, cursor }) } })),
    ),

  /** An entry never changes. */
  auditEntry: (seq: number) =>
    queryOptions({
      queryKey: ["audit", "entry", seq],
      queryFn: () => data(api.GET("/api/v1/audit/{seq}", { params: { path: { seq } } })),
      staleTime: Infinity,
    }),

  /** Whether the server does its work, part by part. */
  ready: () =>
    queryOptions({ queryKey: ["ready"], queryFn: readiness, refetchInterval: HEALTH_EACH_MS, retry: false }),

  /** How the server is set; for superusers. */
  settings: () =>
    queryOptions({
      queryKey: ["settings"],
      queryFn: () => data(api.GET("/api/v1/settings")) as Promise<Record<string, unknown>>,
      staleTime: Infinity,
    }),
};

/** A server that is not well says so with 503, and says more in the same shape: no error to the page. */
async function readiness(): Promise<ReadyView> {
  const answer = await fetch("/api/v1/health/ready", { headers: { accept: "application/json" } });
  if (!answer.ok && answer.status !== 503) throw new Error(`${answer.status} ${answer.statusText}`);
  return (await answer.json()) as ReadyView;
}
