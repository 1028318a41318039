import { expect, test } from "vitest";
import { leftOut, without } from "@/kit/room.ts";

const columns = [
  { id: "name", width: "minmax(100px, 2fr)" },
  { id: "schedule", width: "minmax(140px, 1fr)", wide: true },
  { id: "state", width: "80px" },
  { id: "owner", width: "60px", wide: true },
];

test.each([
  [Number.POSITIVE_INFINITY, "name schedule state owner"],
  [380, "name schedule state owner"],
  [379, "name schedule state"],
  [319, "name state"],
  [0, "name state"],
])("a table %d px wide leaves out what has no room, the last first", (room, seen) => {
  const shown = without(columns, leftOut(columns, room));
  expect(shown.map((column) => column.id).join(" ")).toBe(seen);
});
