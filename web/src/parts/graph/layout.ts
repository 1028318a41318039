/** Where the boxes of a graph stand: from left to right, each behind all that it waits for. */

import { Graph, layout } from "@dagrejs/dagre";
import type { DrawnEdge } from "./drawing.ts";

export const BOX = { width: 196, height: 44 } as const;
const BETWEEN = 18;
const BETWEEN_RANKS = 64;

export interface Shape {
  jobs: string[];
  edges: Pick<DrawnEdge, "from" | "to">[];
}

export type Places = Record<string, { x: number; y: number }>;

/** The upper left corner of each job's box. */
export function placesOf({ jobs, edges }: Shape): Places {
  const graph = new Graph({ directed: true });
  // The other rankers take seconds for a thousand nodes.
  graph.setGraph({ rankdir: "LR", ranker: "tight-tree", nodesep: BETWEEN, ranksep: BETWEEN_RANKS });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const job of jobs) graph.setNode(job, { ...BOX });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  return Object.fromEntries(
    jobs.map((job) => {
      const { x = 0, y = 0 } = graph.node(job) as { x?: number; y?: number };
      return [job, { x: x - BOX.width / 2, y: y - BOX.height / 2 }];
    }),
  );
}
