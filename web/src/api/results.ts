/** The last results of jobs, for as many as are in sight: what a moment asks for goes in one request. */

import { api, data } from "./client.ts";
import type { ResultView } from "./types.ts";

const MOMENT_MS = 30;
const AT_ONCE = 200;
const RESULTS = 12;

type Waiting = Map<string, { resolve: (results: ResultView[]) => void; reject: (error: unknown) => void }[]>;

let waiting: Waiting = new Map();

/** Oldest first. */
export function lastResults(job: string): Promise<ResultView[]> {
  return new Promise((resolve, reject) => {
    if (waiting.size === 0) setTimeout(send, MOMENT_MS);
    waiting.set(job, [...(waiting.get(job) ?? []), { resolve, reject }]);
    if (waiting.size >= AT_ONCE) send();
  });
}

async function send(): Promise<void> {
  const asked = waiting;
  waiting = new Map();
  if (asked.size === 0) return;
  const query = { job: [...asked.keys()], count: RESULTS };
  try {
    const found = await data(api.GET("/api/v1/results", { params: { query } }));
    for (const [job, waiters] of asked) for (const { resolve } of waiters) resolve(found[job] ?? []);
  } catch (error) {
    for (const waiters of asked.values()) for (const { reject } of waiters) reject(error);
  }
}
