import { describe, expect, it } from "vitest";
import type { Forecast } from "@/api/types.ts";
import { dayAfter, localHour, startOf } from "@/core/days.ts";
import { levelBounds, levelOf, quietest, rangeOf, weekOf } from "@/pages/calendar/load.ts";

const HOUR = 3_600_000;

function forecast(from: string, hours: number, count: (n: number) => number): Forecast {
  const start = Date.parse(from);
  return {
    hours: Array.from({ length: hours }, (_, n) => ({
      hour: new Date(start + n * HOUR).toISOString(),
      count: count(n),
    })),
    busiest: [],
  };
}

describe("the load of a week", () => {
  it("stands on the clock that is shown", () => {
    expect(localHour(Date.parse("2026-11-26T23:30:00Z"), "Europe/Berlin")).toEqual({
      day: "2026-11-27",
      hour: 0,
    });
    expect(new Date(startOf("2026-11-27", "Europe/Berlin")).toISOString()).toBe("2026-11-26T23:00:00.000Z");
    expect(new Date(startOf("2026-11-27", "Asia/Kathmandu")).toISOString()).toBe("2026-11-26T18:15:00.000Z");
    expect(dayAfter("2026-02-28", 1)).toBe("2026-03-01");
  });

  it("has a row of 24 hours for each day, and what lies beyond is not counted", () => {
    const week = weekOf(
      forecast("2026-11-26T23:00:00Z", 8 * 24, () => 1),
      "2026-11-27",
      "Europe/Berlin",
    );
    expect(week).toHaveLength(7);
    expect(week.flat().every((cell) => cell.count === 1)).toBe(true);
  });

  it("counts the hour twice that comes twice, and knows the one that never comes", () => {
    const autumn = weekOf(
      forecast("2026-10-24T22:00:00Z", 8 * 24, () => 1),
      "2026-10-25",
      "Europe/Berlin",
    );
    expect(autumn[0]?.[2]?.count).toBe(2);
    const spring = weekOf(
      forecast("2027-03-27T23:00:00Z", 8 * 24, () => 1),
      "2027-03-28",
      "Europe/Berlin",
    );
    expect(spring[0]?.[2]).toMatchObject({ at: null, count: 0 });
  });

  it("has shades from nothing to the most", () => {
    const range = { least: 700, most: 760 };
    expect([0, 700, 760].map((count) => levelOf(count, range))).toEqual([0, 1, 5]);
    for (const most of [1, 2, 3, 7, 100, 4321])
      for (const { level, least } of levelBounds({ least: 1, most })) {
        expect(levelOf(least, { least: 1, most })).toBe(level);
        expect(levelOf(least - 1, { least: 1, most })).toBeLessThan(level);
      }
    expect(levelBounds(rangeOf([]))).toEqual([]);
  });

  it("finds the three quietest hours, not beside each other", () => {
    const busy = (n: number) => (n % 24 >= 8 && n % 24 < 18 ? 50 : n % 24 === 3 ? 0 : 5);
    const found = quietest(weekOf(forecast("2026-11-27T00:00:00Z", 7 * 24, busy), "2026-11-27", "UTC"));
    expect(found[0]).toEqual({ hour: 3, mean: 0 });
    expect(found).toHaveLength(3);
    const hours = found.map((quiet) => quiet.hour);
    expect(hours.some((hour) => hour === 2 || hour === 4)).toBe(false);
  });
});
