import { describe, expect, it } from "vitest";
import type { StripMark, StripView } from "@/api/types.ts";
import { drawn, marksOf, withGaps } from "@/pages/today/cells.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 0, minute)).toISOString();

const outage: StripMark = {
  at: at(45),
  first: at(20),
  job: "backup",
  schedule: "backup#0",
  state: "missed",
  reason: "down",
  run: null,
  gap: "g",
  count: 6,
  sentence: "6 due moments were missed",
};

const strip: StripView = {
  start: at(0),
  end: at(60),
  now: at(50),
  step: 900,
  cells: [0, 15, 30, 45].map((minute) => ({
    at: at(minute),
    planned: 2,
    actual: (minute ? {} : { succeeded: 2 }) as Record<string, number>,
  })),
  marks: [outage],
};

describe("the strip", () => {
  it("counts what became no run where it was due, from the first moment of a gap to its last", () => {
    expect(withGaps(strip).map((cell) => cell.actual)).toEqual([
      { succeeded: 2 },
      { missed: 2 },
      { missed: 2 },
      { missed: 2 },
    ]);
    expect(drawn(strip).map(({ above, below }) => [above.length, below.length])).toEqual([
      [1, 0],
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(strip.cells[1]?.actual).toEqual({});
  });

  it("says the reason of a gap wherever it is pointed at", () => {
    expect([0, 1, 2, 3].map((cell) => marksOf(strip, cell).length)).toEqual([0, 1, 1, 1]);
  });
});
