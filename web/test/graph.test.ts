import { describe, expect, it } from "vitest";
import type { ProjectGraph, ProjectNode } from "@/api/types.ts";
import { drawingOfProject } from "@/parts/graph/drawing.ts";
import { placesOf } from "@/parts/graph/layout.ts";

const node = (job: string, more: Partial<ProjectNode> = {}): ProjectNode => ({
  job,
  needs: [],
  after: {},
  state: "idle",
  last: null,
  run: null,
  paused: null,
  ...more,
});

const graph = (nodes: ProjectNode[]): ProjectGraph => ({ project: "etl", nodes, left_out: 0 });

describe("a project's graph", () => {
  it("draws what is joined, with what leads where and why", () => {
    const drawing = drawingOfProject(
      graph([
        node("load", { last: "failed" }),
        node("report", { needs: ["load"], state: "running" }),
        node("mail", { after: { report: "failure" } }),
        node("alone"),
      ]),
    );
    expect(drawing.jobs.map((job) => `${job.id} ${job.state}`)).toEqual([
      "load failed",
      "report running",
      "mail idle",
    ]);
    expect(drawing.edges).toEqual([
      { from: "load", to: "report", kind: "needs" },
      { from: "report", to: "mail", kind: "failure" },
    ]);
  });

  it("draws no edge to a job that was left out", () => {
    expect(drawingOfProject(graph([node("report", { needs: ["gone"] })])).edges).toEqual([]);
  });

  it("stands from left to right", () => {
    const places = placesOf({
      jobs: ["a", "b", "c"],
      edges: [
        { from: "a", to: "b" },
        { from: "b", to: "c" },
      ],
    });
    expect(places.a?.x).toBeLessThan(places.b?.x ?? 0);
    expect(places.b?.x).toBeLessThan(places.c?.x ?? 0);
  });
});
