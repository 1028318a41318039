import { describe, expect, test } from "vitest";
import type { LiveEvent } from "@/api/live.ts";
import type { LogPiece } from "@/api/types.ts";
import { LogBuffer } from "@/log/buffer.ts";
import type { Wanted } from "@/log/fetching.ts";
import { Reading } from "@/log/reading.ts";
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

describe("reading a log", () => {
  /** A server whose answers are given by hand. */
  function read() {
    const asked: { wanted: Wanted; answer: (pieces: LogPiece[]) => void; fail: () => void }[] = [];
    let say: (event: LiveEvent) => void = () => {};
    const subscribed: unknown[] = [];
    const buffer = new LogBuffer();
    const fetch = (wanted: Wanted, got: (pieces: LogPiece[]) => void) =>
      new Promise<void>((done, failed) => {
        const answer = (pieces: LogPiece[]) => {
          got(pieces);
          done();
        };
        asked.push({ wanted, answer, fail: () => failed(new Error("gone")) });
      });
    const live = {
      listen: (listener: (event: LiveEvent) => void) => {
        say = listener;
        return () => {};
      },
      subscribe: (topic: unknown) => {
        subscribed.push(topic);
        return () => {};
      },
    };
    new Reading({ run: "r", attempt: 1, newest: true }, buffer, () => {}, { fetch, live });
    const texts = () => Array.from({ length: buffer.length }, (_, at) => buffer.row(at)?.text);
    const hear = (...lines: LogPiece[]) => say({ event: "log", run: "r", attempt: 1, lines });
    return { asked, say: (event: LiveEvent) => say(event), hear, subscribed, texts };
  }

  test("loses nothing of what is stored when something newer comes first", async () => {
    const { asked, hear, texts, subscribed } = read();
    hear(line(2, "c"));
    asked[0]?.answer([line(0, "a"), line(1, "b")]);
    await Promise.resolve();
    expect(texts()).toEqual(["a", "b", "c"]);
    expect(subscribed).toEqual([{ topic: "run", id: "r", log: true, attempt: 1, after: 2 }]);
  });

  test("fills the hole that a lost connection left before it goes on", async () => {
    const { asked, say, hear, texts } = read();
    asked[0]?.answer([line(0, "a")]);
    await Promise.resolve();
    say({ event: "resync", why: "the connection was lost" });
    hear(line(3, "d"));
    asked[1]?.answer([line(1, "b"), line(2, "c")]);
    await Promise.resolve();
    expect(asked[1]?.wanted.after).toBe(0);
    expect(texts()).toEqual(["a", "b", "c", "d"]);
  });

  test("asks again for what it could not get, before it shows what comes later", async () => {
    const { asked, hear, texts } = read();
    asked[0]?.fail();
    await Promise.resolve();
    await Promise.resolve();
    hear(line(1, "b"));
    expect(texts()).toEqual([]);
    asked[1]?.answer([line(0, "a"), line(1, "b")]);
    await Promise.resolve();
    expect(texts()).toEqual(["a", "b"]);
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
