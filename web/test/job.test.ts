import { describe, expect, it } from "vitest";
import type { RunView } from "@/api/types.ts";
import { asDay, dayAfter, dayOf, spanOf } from "@/core/days.ts";
import { blocksOf } from "@/core/markdown.ts";
import { yamlOf } from "@/core/yaml.ts";
import { historyOf, niceTop } from "@/pages/job/history-bars.ts";
import { keptLines } from "@/pages/job/kept-lines.ts";
import { matrixOf } from "@/pages/job/matrix.ts";
import { formOf, mustAsk, paramsOf } from "@/pages/job/params.ts";
import { timelineOf } from "@/pages/run/timeline.ts";

function run(change: Partial<RunView>): RunView {
  const made = {
    id: "r",
    state: "succeeded",
    duration: null,
    group: null,
    worker: null,
  } as unknown as RunView;
  return { ...made, created: "2026-11-26T00:00:00Z", ready_at: "", started: null, finished: null, ...change };
}

describe("a description in Markdown", () => {
  it("becomes headings, lists, code and links", () => {
    const text =
      "# Nightly\n\nSee **the** [runbook](https://wiki/x) or `make`.\n\n- one\n- two\n\n```\n# no heading\n```";
    expect(blocksOf(text).map((block) => block.kind)).toEqual(["heading", "paragraph", "list", "code"]);
    const [, paragraph] = blocksOf(text);
    expect(paragraph).toMatchObject({
      content: [
        {},
        { kind: "strong" },
        {},
        { kind: "link", href: "https://wiki/x" },
        {},
        { kind: "code" },
        {},
      ],
    });
  });

  it("has no markup of its own and no link that runs anything", () => {
    for (const text of [
      "<img src=x onerror=alert(1)>",
      "[a](javascript:alert(1))",
      "[a](data:text/html,x)",
    ]) {
      const [block] = blocksOf(text);
      expect(block).toEqual({ kind: "paragraph", content: expect.any(Array) });
      expect(JSON.stringify(block)).not.toContain('"link"');
    }
  });

  it("is read in the time of its length", () => {
    for (const sign of ["*", "_", "[", "`", "> ", "**a", "[a]("]) {
      const began = performance.now();
      blocksOf(sign.repeat(20_000));
      expect(performance.now() - began, sign).toBeLessThan(2_000);
    }
  });
});

describe("a definition for eyes", () => {
  it("reads as a board does", () => {
    const said = {
      shell: "make\n./run.sh",
      cron: "0 4 * * *",
      retries: { count: 3 },
      labels: ["a", "true"],
      timeout: "10m",
      on: 1,
    };
    expect(yamlOf(said)).toBe(
      'shell: |-\n  make\n  ./run.sh\ncron: "0 4 * * *"\nretries:\n  count: 3\nlabels: [a, "true"]\ntimeout: 10m\non: 1\n',
    );
  });
});

const CALL = {
  task: {
    args: ["fixed"],
    kwargs: { top: 10 },
    signature: {
      parameters: [
        { name: "where", type: "str" },
        { name: "day", type: "date" },
        { name: "top", type: "int" },
        { name: "how", type: "Literal['fast', 'safe']", required: false },
        { name: "tags", type: "list[str]", required: false },
        { name: "dry", type: "bool | None", required: false },
      ],
    },
  },
};

describe("the form of a run's parameters", () => {
  it("has a field for each that is still open, of its type", () => {
    const { fields, others } = formOf(CALL);
    expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ["day", "date", true],
      ["top", "number", false],
      ["how", "choice", false],
      ["tags", "json", false],
      ["dry", "truth", false],
    ]);
    expect(fields[1]?.given).toBe("10");
    expect(others).toBe(false);
    expect(mustAsk(CALL)).toBe(true);
    expect(mustAsk({ protected: true })).toBe(true);
    expect(mustAsk({ task: { text: "make" } })).toBe(false);
  });

  it("gives what was changed, with its type, and nothing else", () => {
    const form = formOf(CALL);
    const texts = { day: "2026-11-26", top: "10", dry: "true", tags: '["a"]' };
    expect(paramsOf(form, texts, [])).toEqual({ day: "2026-11-26", dry: true, tags: ["a"] });
    expect(() => paramsOf(form, { tags: "[a" }, [])).toThrow(/^tags: write JSON/);
  });

  it("reads rows of a job that says nothing as the command line does", () => {
    const rows = [
      { name: "n", text: "12" },
      { name: " who ", text: "ada" },
      { name: "", text: "lost" },
    ];
    expect(paramsOf(formOf({ task: {} }), {}, rows)).toEqual({ n: 12, who: "ada" });
  });
});

describe("the history chart", () => {
  it("has a scale that reads well and stubs for what did not run", () => {
    expect([0, 0.2, 7, 57, 61, 5_000].map(niceTop)).toEqual([1, 0.2, 8, 60, 90, 5_400]);
    const chart = historyOf([
      run({ duration: 4 }),
      run({ state: "missed" }),
      run({ state: "failed", duration: 8 }),
    ]);
    expect(chart.top).toBe(8);
    expect(chart.usual).toBe(4);
    expect(chart.bars.map((bar) => bar.hollow)).toEqual([false, true, false]);
  });
});

describe("a group", () => {
  const first = { id: "a", created: "2026-11-26T00:00:00Z", started: "2026-11-26T00:00:10Z" };

  it("is drawn from its first moment to its last, what waits until now", () => {
    const ended = run({ ...first, finished: "2026-11-26T00:00:20Z" });
    const waits = run({ id: "b", created: "2026-11-26T00:00:20Z", state: "queued" });
    const { rows, length } = timelineOf([waits, ended], Date.parse("2026-11-26T00:00:40Z"));
    expect(length).toBe(40_000);
    expect(rows.map((row) => [row.run.id, row.ready, row.begun, row.end])).toEqual([
      ["a", 0, 0.25, 0.5],
      ["b", 0.5, null, 1],
    ]);
  });

  it("of a spread job has a row for each worker and a column for each occurrence", () => {
    const at = (id: string, group: string, worker: string) => run({ id, group, worker });
    const whole = run({ id: "g2", group: "g2" });
    const runs = [at("4", "g2", "b"), at("3", "g2", "a"), whole, at("2", "g1", "a")];
    const { workers, columns } = matrixOf(runs);
    expect(workers).toEqual(["all together", "a", "b"]);
    expect(columns.map(({ group, cells }) => [group, cells.map((cell) => cell?.id ?? null)])).toEqual([
      ["g1", [null, "2", null]],
      ["g2", ["g2", "3", "4"]],
    ]);
  });

  it("calls nobody's the run that made the others", () => {
    const root = run({ id: "r", group: "g", origin: "api" });
    const runs = [
      run({ id: "1", group: "g", origin: "map", worker: "a" }),
      run({ id: "2", group: "g", origin: "map" }),
      root,
    ];
    expect(matrixOf(runs).workers).toEqual(["all together", "a", "no worker yet"]);
  });
});

describe("a day of the ledger", () => {
  it("goes from midnight to midnight of the clock that is shown, over the end of a month", () => {
    expect(dayAfter("2026-11-30", 1)).toBe("2026-12-01");
    expect(dayAfter("2026-03-01", -1)).toBe("2026-02-28");
    expect(spanOf("2026-11-26", "Asia/Tokyo")).toEqual({
      start: "2026-11-25T15:00:00.000Z",
      end: "2026-11-26T15:00:00.000Z",
    });
  });

  it("is the one that the clock shows at a moment", () => {
    const late = Date.parse("2026-11-26T23:30:00Z");
    expect(dayOf(late, "UTC")).toBe("2026-11-26");
    expect(dayOf(late, "Europe/Berlin")).toBe("2026-11-27");
  });

  it("is none where the address says something else", () => {
    expect([asDay("2026-11-26"), asDay("2026-13-01"), asDay("soon"), asDay(undefined)]).toEqual([
      "2026-11-26",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is as long as the change of the clocks makes it", () => {
    const { start, end } = spanOf("2026-10-25", "Europe/Berlin");
    expect((Date.parse(end) - Date.parse(start)) / 3_600_000).toBe(25);
  });
});

describe("how long runs are kept", () => {
  const said = (what: string, value: string, origin = "instance") => ({ what, value, origin });

  it("what is alike is said once", () => {
    const lines = keptLines([
      said("succeeded", "30d"),
      said("failed", "90d", "job"),
      said("skipped", "30d"),
      said("at_least", "20"),
      said("at_most", "all"),
    ]);
    expect(lines.map(({ what, value }) => `${what}: ${value}`)).toEqual([
      "Runs that succeeded, skipped: 30d",
      "Runs that failed: 90d",
      "The newest stay, however old: 20",
      "Never more than: all",
    ]);
  });

  it("one age for all states is one line", () => {
    expect(keptLines([said("succeeded", "30d"), said("failed", "30d")])).toEqual([
      said("Runs that ended", "30d"),
    ]);
  });
});
