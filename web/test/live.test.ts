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
  /** Open, and all that was asked for is told from now on. */
  join = () => {
    this.onopen?.();
    this.say({ event: "subscribed", count: 1, messages: 1 });
  };
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
    newest().join();
    newest().close();
    expect(live.state.get()).toBe("lost");
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
    newest().join();
    expect(live.state.get()).toBe("live");
    expect(newest().sent).toEqual([{ subscribe: [{ topic: "runs" }] }]);
    expect(heard.filter((each) => each.event === "joined")).toEqual([
      { event: "joined", again: false },
      { event: "joined", again: true },
    ]);
  });

  test("is live only when the server has said that it tells of what was asked for", () => {
    const live = made();
    const heard: string[] = [];
    live.listen((event) => heard.push(event.event));
    live.subscribe({ topic: "runs" });
    live.start();
    newest().onopen?.();
    live.subscribe({ topic: "runs", project: "shop" }); // another feed, while the first is not answered
    newest().say({ event: "subscribed", count: 1, messages: 1 });
    expect([live.state.get(), heard]).toEqual(["connecting", ["subscribed"]]);
    newest().say({ event: "subscribed", count: 2, messages: 2 });
    expect([live.state.get(), heard]).toEqual(["live", ["subscribed", "joined", "subscribed"]]);
  });

  test("says so again of a feed that is asked for later, not of a single run, which is told as it is", () => {
    const live = made();
    const heard: string[] = [];
    live.start();
    newest().onopen?.();
    live.listen((event) => heard.push(event.event));
    live.subscribe({ topic: "run", id: "r1" });
    newest().say({ event: "subscribed", count: 1, messages: 1 });
    expect(heard).toEqual(["subscribed"]);
    live.subscribe({ topic: "runs" });
    newest().say({ event: "subscribed", count: 2, messages: 2 });
    expect(heard).toEqual(["subscribed", "joined", "subscribed"]);
  });

  test("gives a handshake up that nobody answers, and does not wait for its closing", () => {
    const live = made();
    live.start();
    const swallowed = newest();
    swallowed.close = () => undefined; // no answer to that either
    vi.advanceTimersByTime(15_000);
    expect(live.state.get()).toBe("lost");
    vi.advanceTimersByTime(500);
    newest().join();
    swallowed.onclose?.(); // the browser gives it up, too, much later
    expect([live.state.get(), sockets.length]).toEqual(["live", 2]);
  });

  test("keeps its pauses growing where it is let in and put out again", () => {
    const live = made();
    live.subscribe({ topic: "runs" });
    live.start();
    for (const pause of [375, 750, 1_500]) {
      newest().onopen?.();
      newest().close();
      const before = sockets.length;
      vi.advanceTimersByTime(pause - 1);
      expect(sockets).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(before + 1);
    }
  });

  test("begins anew where the server could not take in what was asked for", () => {
    const live = made();
    live.subscribe({ topic: "run", id: "r1", log: true });
    live.start();
    newest().onopen?.();
    newest().say({ event: "refused", subscription: null, why: "the store is away" });
    expect(live.state.get()).toBe("lost");
    vi.advanceTimersByTime(1_000);
    newest().onopen?.();
    expect(newest().sent).toEqual([{ subscribe: [{ topic: "run", id: "r1", log: true }] }]);
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

  test("takes silence of 45 s for a lost connection", () => {
    const live = made();
    live.start();
    newest().onopen?.();
    vi.advanceTimersByTime(35_000);
    newest().say({ event: "ping" });
    vi.advanceTimersByTime(35_000);
    expect(live.state.get()).toBe("live");
    vi.advanceTimersByTime(10_000);
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
