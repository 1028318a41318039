import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Live, type LiveEvent, type Socket } from "@/api/live.ts";

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: unknown[] = [];
  send = (text: string) => void this.sent.push(JSON.parse(text));
  close = () => this.onclose?.();
  say = (event: LiveEvent) => this.onmessage?.({ data: JSON.stringify(event) });
}

let sockets: FakeSocket[] = [];
const newest = () => sockets.at(-1) as FakeSocket;
const made = () =>
  new Live({
    open: () => {
      sockets.push(new FakeSocket());
      return newest();
    },
    random: () => 0.5,
  });

beforeEach(() => {
  sockets = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("the live socket", () => {
  test("asks for what is wanted when it opens, and at once for what comes later", () => {
    const live = made();
    live.subscribe({ topic: "runs" });
    live.start();
    newest().onopen?.();
    live.subscribe({ topic: "workers" });
    expect(newest().sent).toEqual([
      { subscribe: [{ topic: "runs" }] },
      { subscribe: [{ topic: "workers" }] },
    ]);
  });

  test("asks once for what two want, and ends it when both are gone", () => {
    const live = made();
    live.start();
    newest().onopen?.();
    const ends = [live.subscribe({ topic: "runs" }), live.subscribe({ topic: "runs" })];
    for (const end of ends) end();
    expect(newest().sent).toEqual([{ subscribe: [{ topic: "runs" }] }, { unsubscribe: [{ topic: "runs" }] }]);
  });

  test("comes back by itself, asks again and says that something may be missing", () => {
    const live = made();
    const heard: LiveEvent[] = [];
    live.listen((event) => heard.push(event));
    live.subscribe({ topic: "runs" });
    live.start();
    newest().onopen?.();
    newest().close();
    expect(live.state.get()).toBe("lost");
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
    newest().onopen?.();
    expect(live.state.get()).toBe("live");
    expect(newest().sent).toEqual([{ subscribe: [{ topic: "runs" }] }]);
    expect(heard).toEqual([{ event: "resync", why: "the connection was lost" }]);
  });

  test("waits longer after each failure, up to 15 s", () => {
    const live = made();
    live.start();
    const pauses = Array.from({ length: 8 }, () => {
      const before = sockets.length;
      newest().close();
      let waited = 0;
      while (sockets.length === before) {
        vi.advanceTimersByTime(25);
        waited += 25;
      }
      return waited;
    });
    expect(pauses).toEqual([375, 750, 1_500, 3_000, 6_000, 11_250, 11_250, 11_250]);
  });

  test("takes silence of 40 s for a lost connection", () => {
    const live = made();
    live.start();
    newest().onopen?.();
    vi.advanceTimersByTime(30_000);
    newest().say({ event: "ping" });
    vi.advanceTimersByTime(30_000);
    expect(live.state.get()).toBe("live");
    vi.advanceTimersByTime(11_000);
    expect(live.state.get()).toBe("lost");
  });

  test("tries at once when it is woken", () => {
    const live = made();
    live.start();
    newest().close();
    live.wake();
    expect(sockets).toHaveLength(2);
  });
});
