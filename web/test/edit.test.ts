import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/types.ts";
import { diffLines, folded } from "@/core/diff.ts";
import { complete } from "@/pages/edit/complete.ts";
import { messageOf } from "@/pages/edit/form.ts";
import {
  afterOf,
  elsewhereOf,
  lengthOf,
  listOf,
  pairsOf,
  pairsText,
  put,
  roughYaml,
  schedulesOf,
  timingOf,
  withRunner,
  withSchedules,
  withTrigger,
} from "@/pages/edit/said.ts";

describe("a definition in the form", () => {
  it("loses a key whose value says nothing", () => {
    expect(put({ shell: "a", timeout: "1h" }, "timeout", "")).toEqual({ shell: "a" });
    expect(put({ shell: "a" }, "needs", [])).toEqual({ shell: "a" });
    expect(put({ shell: "a" }, "enabled", false)).toEqual({ shell: "a", enabled: false });
  });

  it("keeps the text and what both runners take when the runner changes", () => {
    const script = withRunner({ shell: "make", stdin: "x", cron: "@daily" }, "script");
    expect(script).toEqual({ script: "make", stdin: "x", cron: "@daily" });
    expect(withRunner({ call: "m:f", args: [1], cron: "@daily" }, "http")).toEqual({
      http: { url: "" },
      cron: "@daily",
    });
  });

  it("leaves out what only whoever starts a run can see to where it runs elsewhere", () => {
    const started = {
      shell: "make",
      retries: 3,
      needs: ["a"],
      secrets: ["TOKEN"],
      tags: ["eu"],
      cron: "@daily",
    };
    const elsewhere = withRunner(started, "elsewhere");
    expect(elsewhere).toEqual({ elsewhere: "", tags: ["eu"], cron: "@daily" });
    expect(withRunner({ elsewhere: "db1" }, "shell")).toEqual({ shell: "" });
    expect(elsewhereOf({ elsewhere: "db1" })).toEqual({ where: "db1", within: undefined });
    expect(elsewhereOf({ elsewhere: { where: "db1", within: "1h" } })).toEqual({
      where: "db1",
      within: "1h",
    });
  });

  it("reads a word as a list of it", () => {
    expect([listOf("a"), listOf(["a", "b"]), listOf(undefined)]).toEqual([["a"], ["a", "b"], []]);
  });

  it("says one schedule in the job itself and several in a list", () => {
    const one = { cron: "0 4 * * *", zone: "Europe/Berlin" };
    const said = withSchedules({ shell: "a" }, [one]);
    expect(said).toEqual({ shell: "a", ...one });
    expect(schedulesOf(said)).toEqual([one]);
    const two = withSchedules(said, [one, { every: "5m" }]);
    expect(two).toEqual({ shell: "a", schedules: [one, { every: "5m" }] });
    expect(withSchedules(two, [])).toEqual({ shell: "a" });
  });

  it("gives each schedule of a list what they have in common", () => {
    const said = {
      shell: "a",
      zone: "Europe/Berlin",
      schedules: [{ cron: "@daily" }, { every: "5m", zone: "UTC" }],
    };
    expect(schedulesOf(said)).toEqual([
      { cron: "@daily", zone: "Europe/Berlin" },
      { every: "5m", zone: "UTC" },
    ]);
    expect(timingOf(said)).toEqual({ zone: said.zone, schedules: said.schedules });
  });

  it("keeps the zone when the kind of a schedule changes", () => {
    expect(withTrigger({ cron: "@daily", zone: "UTC" }, "every")).toEqual({ every: "5m", zone: "UTC" });
  });

  it("reads lengths that one number and one unit can say, and no others", () => {
    expect(lengthOf("90s")).toEqual({ count: 90, unit: "s" });
    expect(lengthOf(90)).toEqual({ count: 90, unit: "s" });
    expect(lengthOf("1h30m")).toBeNull();
    expect(lengthOf({ hours: 1 })).toBeNull();
  });

  it("reads the jobs that set it off however they are written", () => {
    expect(afterOf({ after: "load" })).toEqual([["load", "success"]]);
    expect(afterOf({ after: ["load", "check"] })).toHaveLength(2);
    expect(afterOf({ after: { load: "failure" } })).toEqual([["load", "failure"]]);
  });

  it("reads pairs back that it wrote, signs in the value included", () => {
    const table = { URL: "https://x/?a=b", EMPTY: "" };
    expect(pairsOf(pairsText(table, "="), "=")).toEqual(table);
    expect(pairsOf("NAME", "=")).toBeUndefined();
  });

  it("is written as YAML even where the server cannot", () => {
    expect(roughYaml({ shell: "", timeout: "x", after: { a: "any" } })).toBe(
      'shell: ""\ntimeout: "x"\nafter: {"a":"any"}\n',
    );
  });

  it("has messages without the place that they begin with", () => {
    expect(messageOf("body:1: timeout: 'x' is not a length of time", "timeout")).toBe(
      "'x' is not a length of time",
    );
    expect(messageOf("yaml:3: tabs are not allowed")).toBe("tabs are not allowed");
  });
});

describe("a diff", () => {
  it("finds what is old, what is new, and what stays", () => {
    const lines = diffLines("a\nb\nc\n", "a\nx\nc\nd\n");
    expect(lines.map((line) => `${line.kind} ${line.text}`)).toEqual([
      "same a",
      "old b",
      "new x",
      "same c",
      "new d",
    ]);
  });

  it("of something new is all new", () => {
    expect(diffLines("", "a\nb\n").every((line) => line.kind === "new")).toBe(true);
  });

  it("folds what is far from any change", () => {
    const text = Array.from({ length: 20 }, (_, n) => `line ${n}`).join("\n");
    const shown = folded(diffLines(text, `${text}\nnew`), 2);
    expect(shown[0]).toBe(18);
    expect(shown).toHaveLength(4);
  });
});

describe("completion", () => {
  const schedule: Schema = {
    type: "object",
    properties: { cron: { type: "string", description: "Cron fields" }, zone: { type: "string" } },
  };
  const schema: Schema = {
    properties: {
      shell: { type: "string" },
      overlap: { enum: ["skip", "queue"] },
      enabled: { type: "boolean" },
      cron: { type: "string" },
      retries: { anyOf: [{ type: "integer" }, { type: "object", properties: { count: {}, delay: {} } }] },
      schedules: { anyOf: [schedule, { type: "array", items: schedule }] },
    },
  };
  /** `|` is where the caret stands. */
  const offers = (marked: string) => {
    const caret = marked.indexOf("|");
    const found = complete(marked.replace("|", ""), caret, schema);
    return found?.offers.map((offer) => offer.text.trimEnd()) ?? [];
  };

  it("offers the keys that are not there yet", () => {
    expect(offers("shell: make\n|")).toEqual(["overlap:", "enabled:", "cron:", "retries:", "schedules:"]);
    expect(offers("shell: make\nsch|\n")).toEqual(["schedules:"]);
    expect(offers("sh|\nshell: make\n")).toEqual([]);
  });

  it("offers the values of a closed list", () => {
    expect(offers("overlap: |")).toEqual(["skip", "queue"]);
    expect(offers("overlap: q|")).toEqual(["queue"]);
    expect(offers("enabled: |")).toEqual(["true", "false"]);
    expect(offers("shell: |")).toEqual([]);
  });

  it("knows the table that a line stands in", () => {
    expect(offers("retries:\n  |")).toEqual(["count:", "delay:"]);
    expect(offers("retries:\n  count: 3\n  d|")).toEqual(["delay:"]);
    expect(offers("schedules:\n- |")).toEqual(["cron:", "zone:"]);
    expect(offers("schedules:\n- cron: x\n  |")).toEqual(["zone:"]);
    expect(offers("schedules:\n  - cron: x\n    zone: UTC\n  - c|")).toEqual(["cron:"]);
  });

  it("offers nothing within a text", () => {
    expect(offers("shell: make re|")).toEqual([]);
  });
});
