/** A graph of jobs as it is drawn: who is in it, what leads where, how each looks. */

import type { GraphView, JobView, ProjectGraph } from "@/api/types.ts";

export interface DrawnJob {
  id: string;
  /** How it stands, or how its last run ended; null: nobody here knows. */
  state: string | null;
  /** More words about it, for whoever points at it. */
  note: string;
  /** It can be gone to. */
  known: boolean;
}

export type EdgeKind = "needs" | "success" | "failure" | "any";

export interface DrawnEdge {
  from: string;
  to: string;
  kind: EdgeKind;
}

export interface Drawing {
  jobs: DrawnJob[];
  edges: DrawnEdge[];
}

/** What an edge of each kind means, read from its beginning. */
export const EDGE_WORDS: Record<EdgeKind, string> = {
  needs: "its result is needed",
  success: "sets it off when it succeeded",
  failure: "sets it off when it failed",
  any: "sets it off when it ended",
};

interface Waiting {
  job: string;
  needs: string[];
  after: Record<string, string>;
}

function edgesOf(nodes: readonly Waiting[]): DrawnEdge[] {
  return nodes.flatMap(({ job, needs, after }) => [
    ...needs.map((from): DrawnEdge => ({ from, to: job, kind: "needs" })),
    ...Object.entries(after).map(([from, on]): DrawnEdge => ({ from, to: job, kind: on as EdgeKind })),
  ]);
}

/** While it stands still, a job looks like its last run. */
function looksLike(state: string | null, last: string | null | undefined): string | null {
  return state === "idle" && last ? last : state;
}

/** The jobs of a project that are joined to others; those that stand alone are not drawn. */
export function drawingOfProject(graph: ProjectGraph): Drawing {
  const edges = edgesOf(graph.nodes);
  const joined = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const jobs = graph.nodes
    .filter((node) => joined.has(node.job))
    .map(
      (node): DrawnJob => ({
        id: node.job,
        state: looksLike(node.state, node.last),
        note: node.paused ?? (node.state === null ? "of another project, or deleted" : ""),
        known: node.state !== null,
      }),
    );
  // Beyond the server's limit an edge may lead to a job that is left out.
  const drawn = new Set(jobs.map((job) => job.id));
  return { jobs, edges: edges.filter((edge) => drawn.has(edge.from) && drawn.has(edge.to)) };
}

/** A job's chain; what each is like is known from the list of jobs. */
export function drawingOfChain(chain: GraphView, jobs: ReadonlyMap<string, JobView>): Drawing {
  return {
    jobs: chain.nodes.map((node) => {
      const job = jobs.get(node.job);
      const notes = [node.paused, node.outdated && node.needs.length > 0 && "older than what it needs"];
      return {
        id: node.job,
        state: job ? looksLike(job.state, job.last?.state) : null,
        note: node.exists ? notes.filter(Boolean).join("\n") : "it does not exist",
        known: node.exists,
      };
    }),
    edges: edgesOf(chain.nodes),
  };
}
