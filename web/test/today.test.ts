import { describe, expect, test } from "vitest";
import type { NeedView } from "@/api/types.ts";
import { groupedNeeds, jobsOf, parted } from "@/pages/today/grouping.ts";

const need = (job: string, sentence: string, more: Partial<NeedView> = {}): NeedView => ({
  kind: "missed",
  project: "shop",
  job,
  run: null,
  pool: null,
  at: "2026-11-26T01:00:00Z",
  count: 2,
  sentence,
  ...more,
});

describe("what needs somebody", () => {
  test("is said once for one cause, with its jobs named, most missed first", () => {
    const groups = groupedNeeds([
      need("a", "a: 2 due moments were missed: no scheduler was running (until noon)"),
      need("b", "b was missed: no scheduler was running (until noon)", { count: 1 }),
      need("c", "c was missed: no worker could take it", { count: 1 }),
      need("a", "a: 3 due moments were missed: no scheduler was running (until noon)", { count: 3 }),
    ]);
    expect(groups.map((group) => group.cause)).toEqual([
      "no scheduler was running (until noon)",
      "no worker could take it",
    ]);
    expect(groups[0] && jobsOf(groups[0]).map(({ job, count }) => [job, count])).toEqual([
      ["a", 5],
      ["b", 1],
    ]);
  });

  test("stays apart where it failed", () => {
    const failed = (job: string) => need(job, `${job} failed`, { kind: "failed", run: `run of ${job}` });
    expect(groupedNeeds([failed("a"), failed("b")])).toHaveLength(2);
  });

  test("names the job before what is said of it", () => {
    expect(parted("shop:a, due noon, failed", "shop:a")).toEqual({
      name: "shop:a",
      rest: ", due noon, failed",
    });
    expect(parted("runs are queued", null)).toEqual({ name: "", rest: "runs are queued" });
  });
});
