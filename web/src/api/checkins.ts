/** Check-in URLs: what runs elsewhere tells of itself by one. */

import type { QueryClient } from "@tanstack/react-query";
import { attempt, attemptAsked } from "./actions.ts";
import { api, data } from "./client.ts";
import type { MadeCheckin } from "./types.ts";

/** Shown this once. The one that the job has (`again`) ends. */
export function makeCheckin(
  client: QueryClient,
  job: string,
  again: boolean,
): Promise<MadeCheckin | undefined> {
  const act = () => data(api.POST("/api/v1/jobs/{job}/checkin", { params: { path: { job } } }));
  const done = "The URL is made";
  const failed = "No URL could be made";
  if (!again) return attempt(act(), done, failed).finally(() => told(client, job));
  return attemptAsked({
    question: {
      title: `Make another check-in URL of ${job}?`,
      consequences: [
        "The one that it has is good for nothing from now on: change its crontab at once.",
        "The new one is shown once.",
      ],
      action: "Make another",
    },
    act,
    done,
    failed,
    after: () => told(client, job),
  });
}

export async function revokeCheckin(client: QueryClient, job: string): Promise<void> {
  await attemptAsked({
    question: {
      title: `Revoke the check-in URL of ${job}?`,
      consequences: ["Nobody can tell of its runs by it any more: what is due is missed."],
      action: "Revoke it",
      danger: true,
    },
    act: () => api.DELETE("/api/v1/jobs/{job}/checkin", { params: { path: { job } } }),
    done: "The URL is good for nothing any more",
    failed: "It could not be revoked",
    after: () => told(client, job),
  });
}

function told(client: QueryClient, job: string): void {
  void client.invalidateQueries({ queryKey: ["job", job] });
}
