import type { QueryClient } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import { retryRun } from "@/api/runs.ts";
import type { RunView } from "@/api/types.ts";
import { confirm } from "@/kit/dialog.tsx";
import { isProtected, PROTECTED } from "./job-words.ts";

/** Run it again; of a protected job only when it is meant. undefined: it was not, or failed. */
export async function runAgain(client: QueryClient, job: string, run: string): Promise<RunView | undefined> {
  const known = await client.fetchQuery(queries.job(job)).catch(() => null); // a retry says what is wrong
  const meant = !isProtected(known?.definition) || (await confirm(question(job)));
  return meant ? retryRun(job, run) : undefined;
}

function question(job: string) {
  return {
    title: `Run ${job} again?`,
    consequences: [PROTECTED],
    action: "I mean it: run it again",
    danger: true,
  };
}
