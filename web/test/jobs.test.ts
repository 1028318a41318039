import { describe, expect, it } from "vitest";
import type { JobView } from "@/api/types.ts";
import { elsewhereTask, lineOf } from "@/pages/job/elsewhere-lines.ts";
import { filtered } from "@/pages/jobs/filters.ts";
import { isSame, keep, savedIn } from "@/pages/jobs/saved-filters.ts";
import { tagsIn, tagsOf, withoutTag, withTag } from "@/parts/tags.ts";

function job(id: string, ...tags: string[]): JobView {
  const made = { name: id, project: "shop", state: "idle", last: null, owner: "", schedules: ["every 5m"] };
  return { ...made, id, tags } as unknown as JobView;
}

const JOBS = [job("a", "nightly"), job("b", "nightly", "eu"), job("c"), job("d", "eu", "nightly", "pii")];

function found(tag: string | undefined, q?: string): string[] {
  return filtered(JOBS, { tag, q }).map(({ id }) => id);
}

describe("tags", () => {
  it("narrow to the jobs that have all of them", () => {
    expect(found(undefined)).toEqual(["a", "b", "c", "d"]);
    expect(found("nightly")).toEqual(["a", "b", "d"]);
    expect(found("nightly,eu")).toEqual(["b", "d"]);
    expect(found("night")).toEqual([]);
  });

  it("are searched, too", () => {
    expect(found(undefined, "pii every")).toEqual(["d"]);
  });

  it("stand in the address, each once", () => {
    expect(withTag(undefined, "eu")).toBe("eu");
    expect(withTag("eu", "team/billing")).toBe("eu,team/billing");
    expect(withTag("eu", "eu")).toBe("eu");
    expect(withoutTag("eu,pii", "eu")).toBe("pii");
    expect(withoutTag("eu", "eu")).toBeUndefined();
    expect(tagsIn("eu,,pii")).toEqual(["eu", "pii"]);
  });

  it("are offered with how many jobs have them, those of many first", () => {
    expect(tagsOf(JOBS)).toEqual([
      { tag: "nightly", count: 3 },
      { tag: "eu", count: 2 },
      { tag: "pii", count: 1 },
    ]);
    expect(tagsOf([{ ...job("old"), tags: undefined } as unknown as JobView])).toEqual([]);
  });

  it("are kept with a saved filter", () => {
    const [saved] = savedIn(keep("", "mine", { tag: "nightly,eu" }));
    expect(saved).toEqual({ name: "mine", search: { tag: "nightly,eu" } });
    expect(isSame({ search: { tag: "nightly,eu" } }, { tag: "nightly" })).toBe(false);
  });
});

describe("what runs elsewhere", () => {
  it("is known by its definition", () => {
    expect(elsewhereTask({ task: { runner: "elsewhere", where: "db1", within: 3_600_000_000 } })).toEqual({
      where: "db1",
      within: 3_600_000_000,
    });
    expect(elsewhereTask({ task: { runner: "elsewhere", where: "db1" } })).toEqual({ where: "db1" });
    expect(elsewhereTask({ task: { runner: "shell", command: "true" } })).toBeNull();
  });

  it("tells how it ended in a line of its crontab", () => {
    expect(lineOf("https://t/checkin/twc_1")).toBe(
      'COMMAND; curl -fsS -m 10 --retry 3 "https://t/checkin/twc_1/$?"',
    );
  });
});
