import { describe, expect, test } from "vitest";
import { plainText, spansOf } from "@/log/ansi.ts";

test("a line without colours is one span", () => {
  expect(spansOf("plain <b>text</b>")).toEqual([{ text: "plain <b>text</b>", look: {} }]);
});

describe("colours", () => {
  test("begin and end where they say", () => {
    expect(spansOf("a\x1b[1;31mred\x1b[0mb")).toEqual([
      { text: "a", look: {} },
      { text: "red", look: { bold: true, fg: 1 } },
      { text: "b", look: {} },
    ]);
  });
  test("of 256 and of 16 million become CSS colours, the first 16 stay tokens", () => {
    expect(spansOf("\x1b[38;5;9mx")[0]?.look).toEqual({ fg: 9 });
    expect(spansOf("\x1b[38;5;208mx")[0]?.look).toEqual({ fg: "rgb(255 135 0)" });
    expect(spansOf("\x1b[48;2;1;2;300mx")[0]?.look).toEqual({ bg: "rgb(1 2 255)" });
  });
  test("that are cut off or nonsense cost nothing but themselves", () => {
    for (const line of [
      "x\x1b",
      "x\x1b[",
      "x\x1b[38",
      "x\x1b[38;5",
      "x\x1b[38;5;999m",
      "x\x1b[;;;m",
      "x\x1b[99999m",
    ]) {
      expect(plainText(line).startsWith("x"), JSON.stringify(line)).toBe(true);
      expect(() => spansOf(line)).not.toThrow();
    }
  });
  test("cannot carry anything but numbers into a style", () => {
    const [span] = spansOf("\x1b[38;2;1;2;url(x)mtext");
    expect(span?.look.fg === undefined || /^rgb\(\d+ \d+ \d+\)$/.test(String(span.look.fg))).toBe(true);
  });
});

test("other sequences vanish: moving the cursor, titles, links", () => {
  expect(plainText("\x1b[2K\x1b[1A\x1b]0;title\x07done \x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\")).toBe(
    "done link",
  );
});

test("of a bar that redraws itself the last state is shown", () => {
  expect(plainText("10 %\r50 %\r100 %")).toBe("100 %");
  expect(plainText("windows line\r")).toBe("windows line");
});

test("control characters are shown and do nothing", () => {
  expect(spansOf("a\x00b\x07c\x7f")[0]?.text).toBe("a␀b␇c␡");
});
