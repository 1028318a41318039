/** Definitions of jobs: read with the revision that they are of, written only over the one that was seen. */

import type { QueryClient } from "@tanstack/react-query";
import { toast } from "@/kit/toasts.tsx";
import { attemptAsked, changed } from "./actions.ts";
import { api, data } from "./client.ts";
import type { JobDetailView, JobView, Said } from "./types.ts";

/** A job as it would be: in the words of a board, as a table or as YAML. */
export interface Asked {
  name: string;
  project: string;
  definition?: Said;
  yaml?: string;
}

export interface Definition {
  job: JobView;
  said: Said;
  revision: number;
}

export async function readDefinition(job: string): Promise<Definition> {
  const params = { path: { job } };
  // The definition last: what it says is then not older than what the job says of it.
  const detail = await data(api.GET("/api/v1/jobs/{job}", { params }));
  const answer = await api.GET("/api/v1/jobs/{job}/definition", { params });
  const revision = Number(answer.response.headers.get("etag")?.replaceAll('"', ""));
  return { job: detail.job, said: answer.data as Said, revision };
}

export function createJob(name: string, project: string, definition: Said): Promise<JobDetailView> {
  return data(api.POST("/api/v1/jobs", { body: { name, project, definition } }));
}

/** Throws an `ApiError` with status 409 if somebody changed the job since `revision`. */
export function redefineJob(job: string, revision: number, definition: Said): Promise<JobDetailView> {
  return data(
    api.PUT("/api/v1/jobs/{job}/definition", {
      params: { path: { job }, header: { "if-match": `"${revision}"` } },
      body: { definition },
    }),
  );
}

/** Says so, and has fetched again what shows the definition. */
export function saved(client: QueryClient, job: string, fresh: boolean): void {
  changed(client, "jobs", "job", "graph", "chain", "forecast", "agenda");
  toast.done(fresh ? `${job} is made` : `${job} is saved`);
}

/** The board that makes the job decides about it again. Whether it does. */
export async function giveBack({ id, owner }: JobView): Promise<boolean> {
  const given = await attemptAsked({
    question: {
      title: `Let the board decide about ${id} again?`,
      consequences: [
        `All that was changed by hand is taken back: the job becomes what ${owner} says.`,
        "What you changed on this page and did not save is lost.",
      ],
      action: "Give it back to the board",
      danger: true,
    },
    act: () =>
      data(
        api.POST("/api/v1/jobs/{job}/definition/reset", {
          params: { path: { job: id } },
          body: { keys: [] },
        }),
      ),
    done: `${id} is the board's again`,
    failed: `${id} could not be given back`,
  });
  return given !== undefined;
}
