// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TurnOff } from "@/parts/switches/turn-off.tsx";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Opens the dialog of a pool, writes a reason and turns it off; what its closing is told by. */
async function turnedOff(answer: () => Response) {
  vi.stubGlobal("fetch", async () => answer());
  const close = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TurnOff what={{ scope: "pool", target: "gpu" }} title="Turn pool gpu off" onClose={close} />
    </QueryClientProvider>,
  );
  const person = userEvent.setup();
  await person.type(screen.getByLabelText(/^Why/), "new cards");
  await person.click(screen.getByText("Turn pool gpu off"));
  return close;
}

describe("a dialog that turns something off", () => {
  it("stays with what was wrong, and with the reason that was written", async () => {
    const refused = { type: "", title: "Unavailable", status: 503, detail: "the store is away" };
    const close = await turnedOff(() => Response.json(refused, { status: 503 }));
    expect(await screen.findByText("the store is away")).toBeTruthy();
    expect(screen.getByDisplayValue("new cards")).toBeTruthy();
    expect(close).not.toHaveBeenCalled();
  });

  it("closes when it is done", async () => {
    const close = await turnedOff(() => Response.json({}));
    await vi.waitFor(() => expect(close).toHaveBeenCalled());
  });
});
