// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import LogViewer from "@/log/log-viewer.tsx";

const AT = "2026-11-26T00:00:00Z";
const CHUNKS = [
  { seq: 0, at: AT, stream: "stdout", text: "one\ntwo\n" },
  { seq: 1, at: AT, stream: "stderr", text: "three\n" },
];

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("a log", () => {
  it("counts the lines that its filter leaves, at once", async () => {
    vi.stubGlobal("fetch", async () => Response.json({ chunks: CHUNKS, next: 1, more: false }));
    render(<LogViewer run="r" attempt={1} newest={false} running={false} />);
    await screen.findByText("3 lines");
    const person = userEvent.setup();
    await person.selectOptions(screen.getByLabelText("Stream"), "stderr");
    expect(screen.getByText("1 of 3 lines")).toBeTruthy();
    await person.selectOptions(screen.getByLabelText("Stream"), "system");
    expect(screen.getByText("No line is left")).toBeTruthy();
  });
});
