import { describe, expect, test } from "vitest";
import {
  countdownText,
  countText,
  exactText,
  lengthText,
  momentText,
  relativeText,
  soonText,
} from "@/core/text.ts";

describe("a length is written as people say it", () => {
  test.each([
    [0, "0 ms"],
    [0.42, "420 ms"],
    [0.9996, "1.0 s"],
    [8.24, "8.2 s"],
    [9.96, "10 s"],
    [59.6, "1 min"],
    [185, "3 min 05 s"],
    [3_600, "1 h"],
    [7_800, "2 h 10 min"],
    [356_400, "4 d 03 h"],
    [-5, "−5.0 s"],
  ])("%d s is %s", (seconds, text) => expect(lengthText(seconds)).toBe(text));
});

test.each([
  [-3, "0:00"],
  [41.2, "0:42"],
  [725, "12:05"],
  [10_810, "3 h 00 min"],
  [180_000, "2 d 2 h"],
])("a countdown of %d s reads %s", (seconds, text) => expect(countdownText(seconds)).toBe(text));

test("a moment is told relative to now", () => {
  expect(relativeText(10_000, 10_400)).toBe("now");
  expect(relativeText(190_000, 10_000)).toBe("in 3 min");
  expect(relativeText(0, 12_900)).toBe("12 s ago");
});

test("a moment of another day carries its day, in the zone that is asked for", () => {
  const at = Date.parse("2026-11-26T23:30:00Z");
  expect(momentText(at, at, "UTC")).toBe("23:30:00");
  expect(momentText(at, Date.parse("2026-11-26T12:00:00Z"), "Europe/Berlin")).toBe("Fri 27 Nov 00:30");
  expect(exactText(at, "UTC")).toBe("Thu 26 Nov 2026, 23:30:00 UTC");
});

test("large numbers are grouped", () => {
  expect(countText(1_204_567)).toBe("1 204 567");
});

test.each([
  ["2026-11-26T23:30:00Z", "23:30"],
  ["2026-11-28T01:05:00Z", "Sat 01:05"],
  ["2026-12-06T01:05:00Z", "6 Dec"],
  ["2027-01-06T01:05:00Z", "6 Jan 2027"],
])("what comes at %s is %s", (at, text) => {
  expect(soonText(Date.parse(at), Date.parse("2026-11-26T12:00:00Z"), "UTC")).toBe(text);
});
