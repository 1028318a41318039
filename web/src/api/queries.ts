/** Every query: its key, where it comes from, how long it stays fresh. Pages use these and no keys of their own.
 *
 * A key begins with its noun, so that a live event can reach all that shows it (live-cache.ts).
 */

import { queryOptions } from "@tanstack/react-query";
import type { RunState } from "@/core/states.ts";
import { api, data } from "./client.ts";
import { type Asked, readDefinition } from "./definitions.ts";
import { instanceQueries } from "./instance.ts";
import { lastResults } from "./results.ts";
import type { Said, Schema } from "./types.ts";
import { given, paged } from "./wanted.ts";

const PAGE = 1000;
const RUNS_PAGE = 100;
const BEGINNING = 5;
export const HISTORY = 100;
export const LEDGER = 10_000;
const UPCOMING = 10;

/** What lists of runs can be narrowed to. */
interface RunsWanted {
  project?: string | undefined;
  job?: string | undefined;
  state?: RunState[] | undefined;
}

export const queries = {
  ...instanceQueries,

  about: () =>
    queryOptions({ queryKey: ["about"], queryFn: () => data(api.GET("/api/v1/about")), staleTime: Infinity }),

  me: () => queryOptions({ queryKey: ["me"], queryFn: () => data(api.GET("/api/v1/me")), staleTime: 60_000 }),

  projects: () =>
    queryOptions({
      queryKey: ["projects"],
      queryFn: () => data(api.GET("/api/v1/projects")),
      staleTime: 60_000,
    }),

  today: (project: string) =>
    queryOptions({
      queryKey: ["today", project],
      queryFn: () => data(api.GET("/api/v1/today", { params: { query: given({ project }) } })),
    }),

  strip: (project: string) =>
    queryOptions({
      queryKey: ["strip", project],
      queryFn: () => data(api.GET("/api/v1/strip", { params: { query: given({ project }) } })),
      refetchInterval: 60_000,
    }),

  /** All jobs, page after page: filters and sorting then need no server. */
  jobs: (project: string) => ({
    ...paged(["jobs", project], (cursor) =>
      data(api.GET("/api/v1/jobs", { params: { query: given({ project, limit: PAGE, cursor }) } })),
    ),
    staleTime: 10_000,
  }),

  /** The last results of a job, oldest first; those of many jobs are fetched together. */
  results: (job: string) =>
    queryOptions({ queryKey: ["results", job], queryFn: () => lastResults(job), staleTime: 60_000 }),

  job: (job: string) =>
    queryOptions({
      queryKey: ["job", job],
      queryFn: () => data(api.GET("/api/v1/jobs/{job}", { params: { path: { job } } })),
    }),

  /** Its definition in the words of a board, and the revision that a change must name; read once for each `round`. */
  definition: (job: string, round: number) =>
    queryOptions({
      queryKey: ["definition", job, round],
      queryFn: () => readDefinition(job),
      staleTime: Infinity,
      gcTime: 0,
    }),

  revisions: (job: string) =>
    queryOptions({
      queryKey: ["job", job, "revisions"],
      queryFn: () => data(api.GET("/api/v1/jobs/{job}/revisions", { params: { path: { job } } })),
    }),

  /** Slots that were missed or fell into a pause in the last day. */
  missed: (job: string) =>
    queryOptions({
      queryKey: ["job", job, "missed"],
      queryFn: () => data(api.GET("/api/v1/jobs/{job}/missed", { params: { path: { job } } })),
    }),

  /** What became of each due moment of a stretch of time. Moments in ISO-8601. */
  ledger: (job: string, start: string, end: string) =>
    queryOptions({
      queryKey: ["job", job, "ledger", start],
      queryFn: () =>
        data(
          api.GET("/api/v1/jobs/{job}/ledger", {
            params: { path: { job }, query: { start, end, limit: LEDGER } },
          }),
        ),
    }),

  /** Its last ended runs, oldest first. */
  history: (job: string) =>
    queryOptions({
      queryKey: ["job", job, "history"],
      queryFn: () =>
        data(api.GET("/api/v1/jobs/{job}/history", { params: { path: { job }, query: { count: HISTORY } } })),
    }),

  /** What comes due next by any of its schedules. */
  upcoming: (job: string) =>
    queryOptions({
      queryKey: ["job", job, "next"],
      queryFn: () =>
        data(api.GET("/api/v1/jobs/{job}/next", { params: { path: { job }, query: { count: UPCOMING } } })),
    }),

  /** The JSON Schema of a board: which keys there are, and what they mean. */
  schema: () =>
    queryOptions({
      queryKey: ["schema"],
      queryFn: () => data(api.GET("/api/v1/schema")) as Promise<Schema>,
      staleTime: Infinity,
    }),

  /** A schedule in words, with its next due moments. */
  described: (schedule: Said) =>
    queryOptions({
      queryKey: ["described", schedule],
      queryFn: () => data(api.POST("/api/v1/schedules/describe", { body: { schedule, count: 10 } })),
      staleTime: 30_000,
      retry: false,
    }),

  /** What saving would change: the definition and what comes next, before and after. */
  preview: (asked: Asked) =>
    queryOptions({
      queryKey: ["preview", asked],
      queryFn: () => data(api.POST("/api/v1/jobs/preview", { body: asked })),
      staleTime: 10_000,
      retry: false,
    }),

  /** The job with all that it waits for and all that waits for it. */
  chain: (job: string) =>
    queryOptions({
      queryKey: ["chain", job],
      queryFn: () => data(api.GET("/api/v1/jobs/{job}/graph", { params: { path: { job } } })),
    }),

  /** The jobs of a project, and what waits for what. */
  graph: (project: string) =>
    queryOptions({
      queryKey: ["graph", project],
      queryFn: () => data(api.GET("/api/v1/projects/{project}/graph", { params: { path: { project } } })),
      staleTime: 10_000,
    }),

  /** The load of so many days, hour by hour. `start`: ISO-8601. */
  forecast: (project: string, start: string, days: number) =>
    queryOptions({
      queryKey: ["forecast", project, start, days],
      queryFn: () =>
        data(api.GET("/api/v1/forecast", { params: { query: given({ project, start, days }) } })),
      staleTime: 60_000,
    }),

  /** What is due from one moment until before another, schedule by schedule. */
  agenda: (project: string, start: string, end: string) =>
    queryOptions({
      queryKey: ["agenda", project, start, end],
      queryFn: () => data(api.GET("/api/v1/agenda", { params: { query: given({ project, start, end }) } })),
      staleTime: 60_000,
    }),

  runs: (wanted: RunsWanted) =>
    paged(["runs", given(wanted)], (cursor) =>
      data(api.GET("/api/v1/runs", { params: { query: given({ ...wanted, limit: RUNS_PAGE, cursor }) } })),
    ),

  /** The newest runs whose id begins so. */
  runsBeginning: (begins: string) =>
    queryOptions({
      queryKey: ["runs", "begins", begins],
      queryFn: async () =>
        (await data(api.GET("/api/v1/runs", { params: { query: { begins, limit: BEGINNING } } }))).items,
    }),

  run: (run: string) =>
    queryOptions({
      queryKey: ["run", run],
      queryFn: () => data(api.GET("/api/v1/runs/{run}", { params: { path: { run } } })),
    }),

  /** The runs that belong together with a run. */
  group: (group: string) =>
    queryOptions({
      queryKey: ["group", group],
      queryFn: () => data(api.GET("/api/v1/run-groups/{group}", { params: { path: { group } } })),
    }),

  /** Why the run stands where it stands. */
  why: (run: string) =>
    queryOptions({
      queryKey: ["run", run, "why"],
      queryFn: () => data(api.GET("/api/v1/runs/{run}/why", { params: { path: { run } } })),
    }),
};
