import { expect, test } from "vitest";
import { ranked } from "@/shell/ranking.ts";

const named = (...labels: string[]) => labels.map((label) => ({ label }));
const labels = (text: string, all: { label: string }[]) => ranked(all, text, 10).map((each) => each.label);

test("the beginning of a name comes before the beginning of a word, that before the middle", () => {
  expect(labels("ord", named("reordering", "sync-orders", "orders"))).toEqual([
    "orders",
    "sync-orders",
    "reordering",
  ]);
});

test("every word must be found, in any order", () => {
  expect(labels("pri sync", named("sync-orders", "sync-prices", "prices"))).toEqual(["sync-prices"]);
});

test("scattered letters find too, and nothing typed shows the first ones", () => {
  expect(labels("snord", named("sync-orders", "reports"))).toEqual(["sync-orders"]);
  expect(labels(" ", named("a", "b"))).toEqual(["a", "b"]);
});
