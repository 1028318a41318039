/** Check-in URLs: what runs elsewhere tells of itself by one. */

import { api, data } from "./client.ts";
import type { MadeCheckin } from "./types.ts";

/** Shown this once. The one that the job had ends. */
export function makeCheckin(job: string): Promise<MadeCheckin> {
  return data(api.POST("/api/v1/jobs/{job}/checkin", { params: { path: { job } } }));
}

export async function revokeCheckin(job: string): Promise<void> {
  await api.DELETE("/api/v1/jobs/{job}/checkin", { params: { path: { job } } });
}
