/** What is done to jobs: one or many at a time. */

import type { QueryClient } from "@tanstack/react-query";
import { changed } from "./actions.ts";
import { api, data } from "./client.ts";
import type { Done, RunView } from "./types.ts";

/** On again. `slots`: what is made up for; null: each schedule's policy says. The runs that are queued for it. */
export async function resumeJob(
  client: QueryClient,
  job: string,
  slots: string[] | null,
): Promise<RunView[]> {
  try {
    // By itself a resume makes up only for what fell into the pause: what was missed before is asked for by name.
    const body = { choice: slots === null ? ("policy" as const) : ("none" as const) };
    const done = await data(api.POST("/api/v1/jobs/{job}/resume", { params: { path: { job } }, body }));
    return slots?.length ? await replayed(job, slots) : done.runs;
  } finally {
    changed(client, "job", "jobs", "today", "runs", "graph");
  }
}

/** Runs of jobs for moments that they missed; how many are queued. */
export async function makeUp(
  client: QueryClient,
  missed: readonly { job: string; slots: string[] }[],
): Promise<number> {
  try {
    let made = 0;
    for (const { job, slots } of missed) made += (await replayed(job, slots)).length;
    return made;
  } finally {
    changed(client, "today", "strip", "jobs", "job", "runs");
  }
}

function replayed(job: string, slots: string[]): Promise<RunView[]> {
  return data(api.POST("/api/v1/jobs/{job}/replay", { params: { path: { job } }, body: { slots } }));
}

/** The same to many, in one request: what fails keeps no other from being done. */
export function doTogether(action: "run" | "pause" | "resume", jobs: string[]): Promise<Done[]> {
  return data(api.POST("/api/v1/jobs/bulk", { body: { action, jobs } }));
}

export async function setEnabled(job: string, enabled: boolean): Promise<void> {
  const params = { path: { job } };
  await data(api.PATCH("/api/v1/jobs/{job}/definition", { params, body: { changes: { enabled } } }));
}
