import { describe, expect, test } from "vitest";
import type { LogPiece } from "@/api/types.ts";
import { LogBuffer } from "@/log/buffer.ts";
import { heightOf, scrollFor, seenAt, TALLEST_PX } from "@/log/window.ts";

const line = (seq: number, text: string, more: Partial<LogPiece> = {}): LogPiece => ({
  seq,
  at: "2026-11-26T00:00:00Z",
  stream: "stdout",
  text: `${text}\n`,
  ...more,
});

describe("the buffer", () => {
  test("takes each line once, though socket and fetch overlap", () => {
    const buffer = new LogBuffer();
    buffer.append([line(0, "a"), line(1, "b")]);
    expect(buffer.append([line(1, "b")])).toBe(false);
    expect(buffer.append([line(1, "b"), line(2, "c")])).toBe(true);
    expect(buffer.total).toBe(3);
  });

  test("makes several lines of a piece that holds several", () => {
    const buffer = new LogBuffer();
    buffer.append([line(0, "a\nb")]);
    expect([buffer.row(0)?.text, buffer.row(1)?.text, buffer.row(2)]).toEqual(["a", "b", undefined]);
  });

  test("goes on within a line where a piece of the same stream ended within it", () => {
    const buffer = new LogBuffer();
    const piece = (seq: number, text: string, stream = "stdout") => ({ ...line(seq, ""), text, stream });
    buffer.setQuery("hello world");
    buffer.append([piece(0, "hello "), piece(1, "oops\n", "stderr")]);
    buffer.append([piece(2, "world"), piece(3, "!\nnext\n")]);
    const shown = Array.from({ length: buffer.length }, (_, at) => buffer.row(at)?.text);
    expect(shown).toEqual(["hello world!", "oops", "next"]);
    expect(buffer.matches).toEqual([0]);
  });

  test("hides what the filter hides, also of what comes later", () => {
    const buffer = new LogBuffer();
    buffer.append([line(0, "out"), line(1, "err", { stream: "stderr" })]);
    buffer.setFilter({ stream: "stderr", level: "" });
    buffer.append([line(2, "out"), line(3, "err 2", { stream: "stderr" })]);
    expect([buffer.row(0)?.text, buffer.row(1)?.text, buffer.length]).toEqual(["err", "err 2", 2]);
  });

  test("shows records from a level on, and those of unknown level beside warnings", () => {
    const buffer = new LogBuffer();
    const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "NOTICE", null];
    buffer.append(levels.map((level, seq) => line(seq, String(level), { level })));
    buffer.setFilter({ stream: "", level: "INFO" });
    const shown = Array.from({ length: buffer.length }, (_, at) => buffer.row(at)?.text);
    expect(shown).toEqual(["INFO", "WARNING", "ERROR", "NOTICE"]);
  });

  test("finds without case, through colours, in what is shown, also in what comes later", () => {
    const buffer = new LogBuffer();
    buffer.append([line(0, "An \x1b[31mErr\x1b[0mor"), line(1, "fine")]);
    buffer.setQuery("error");
    buffer.append([line(2, "error again")]);
    expect(buffer.matches).toEqual([0, 2]);
    expect(buffer.nextMatch(0, false)).toBe(2);
    expect(buffer.nextMatch(2, false)).toBe(0);
    expect(buffer.nextMatch(0, true)).toBe(2);
  });
});

describe("the window", () => {
  test.each([50, 5_000, 3_000_000])(
    "of %d rows shows the first at the top and the last at the end",
    (rows) => {
      const frame = { rows, rowPx: 18, viewPx: 600 };
      expect(heightOf(frame)).toBeLessThanOrEqual(TALLEST_PX);
      expect(seenAt(0, frame, 0).first).toBe(0);
      const end = seenAt(Math.max(0, heightOf(frame) - frame.viewPx), frame, 0);
      expect(end.first + end.count).toBe(rows);
    },
  );

  test("scrolls to a row so that it is seen", () => {
    for (const rows of [5_000, 3_000_000]) {
      const frame = { rows, rowPx: 18, viewPx: 600 };
      const row = Math.floor(rows * 0.7);
      const seen = seenAt(scrollFor(row, frame), frame, 0);
      expect(seen.first).toBeLessThanOrEqual(row);
      expect(seen.first + seen.count).toBeGreaterThan(row);
    }
  });
});
