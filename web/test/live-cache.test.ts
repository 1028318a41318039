import { QueryClient, type QueryKey, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LiveEvent, LiveState } from "@/api/live.ts";
import { keepFresh } from "@/api/live-cache.ts";
import type { RunDetailView, RunView } from "@/api/types.ts";
import { Watched } from "@/core/store.ts";

/** A page that shows what the server answers; each answer comes when the test lets it come. */
class World {
  readonly client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  readonly state = new Watched<LiveState>("live");
  readonly asked: { key: string; answer: (data: unknown) => void }[] = [];
  woken = 0;
  private tell: (event: LiveEvent) => void = () => undefined;
  readonly end = keepFresh(this.client, {
    state: this.state,
    wake: () => {
      this.woken += 1;
    },
    listen: (listener) => {
      this.tell = listener;
      return () => undefined;
    },
  });

  show(queryKey: QueryKey): void {
    const key = queryKey.join(" ");
    const queryFn = () => new Promise((answer) => this.asked.push({ key, answer }));
    new QueryObserver(this.client, { queryKey, queryFn }).subscribe(() => undefined);
  }

  say = (event: LiveEvent): void => this.tell(event);

  /** The oldest request that waits for its answer. */
  async answer(key: string, data: unknown): Promise<void> {
    const at = this.asked.findIndex((each) => each.key === key);
    expect(at, `nobody asked for ${key}`).not.toBe(-1);
    this.asked.splice(at, 1)[0]?.answer(data);
    await vi.advanceTimersByTimeAsync(1);
  }

  waiting = (key: string): number => this.asked.filter((each) => each.key === key).length;

  get shown(): string | undefined {
    return this.client.getQueryData<RunDetailView>(["run", "r1"])?.run.state;
  }
}

const run = (state: string): RunView => ({ id: "r1", job: "shop:a", project: "shop", state }) as RunView;
const detail = (state: string) => ({ run: run(state) });
const told = (state: string): LiveEvent => ({ event: "run", run: run(state) });

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  world.end();
  world.client.clear();
  vi.useRealTimers();
});

describe("a run whose page is opened while it begins and ends", () => {
  test("does not stay as an answer says that was overtaken by what was told", async () => {
    world.show(["run", "r1"]);
    world.say(told("running"));
    world.say(told("succeeded"));
    await world.answer("run r1", detail("claimed"));
    await world.answer("run r1", detail("succeeded"));
    expect(world.shown).toBe("succeeded");
    expect(world.waiting("run r1")).toBe(0);
  });

  test("never goes back from its end to what was before", async () => {
    world.show(["run", "r1"]);
    await world.answer("run r1", detail("running"));
    world.say(told("succeeded"));
    world.say(told("claimed"));
    expect(world.shown).toBe("succeeded");
  });

  test("shows nothing older between two changes that come fast", async () => {
    world.show(["run", "r1"]);
    await world.answer("run r1", detail("claimed"));
    world.say(told("running"));
    world.say(told("succeeded"));
    await world.answer("run r1", detail("running"));
    expect(world.shown).toBe("succeeded");
    await world.answer("run r1", detail("succeeded"));
    expect(world.waiting("run r1")).toBe(0);
  });

  test("gets the sentence of its end, though the first one was still on its way", async () => {
    world.show(["run", "r1", "why"]);
    world.show(["run", "r1"]);
    await world.answer("run r1", detail("claimed"));
    world.say(told("succeeded"));
    await world.answer("run r1 why", { sentence: "It starts." });
    await world.answer("run r1 why", { sentence: "It succeeded." });
    expect(world.client.getQueryData(["run", "r1", "why"])).toEqual({ sentence: "It succeeded." });
  });
});

describe("a list", () => {
  test("is fetched once more when something changed while it was fetched first", async () => {
    world.show(["today", ""]);
    world.say(told("succeeded"));
    await world.answer("today ", { running: ["r1"] });
    await world.answer("today ", { running: [] });
    expect(world.client.getQueryData(["today", ""])).toEqual({ running: [] });
    expect(world.waiting("today ")).toBe(0);
  });

  test("is shown though its answers take longer than the pause between changes", async () => {
    world.show(["today", ""]);
    await world.answer("today ", { n: 0 });
    for (let second = 0; second < 5; second += 1) {
      world.say(told("running"));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(world.waiting("today ")).toBe(1);
    await world.answer("today ", { n: 1 });
    expect(world.client.getQueryData(["today", ""])).toEqual({ n: 1 });
    expect(world.waiting("today ")).toBe(1);
  });

  test("is fetched again once the server tells of changes: what it said before may be old", async () => {
    world.show(["today", ""]);
    await world.answer("today ", { n: 0 });
    world.say({ event: "joined", again: false });
    await world.answer("today ", { n: 1 });
    expect(world.client.getQueryData(["today", ""])).toEqual({ n: 1 });
  });
});

describe("a graph", () => {
  const node = (state: string, id: string) => ({ job: "shop:a", run: id, state, last: null, paused: false });

  test("is fetched once more when a node changed while it was fetched", async () => {
    world.show(["graph", "shop"]);
    await world.answer("graph shop", { nodes: [node("idle", "r0")] });
    world.say({ event: "definition", kind: "job", id: "shop:a" });
    world.say(told("running"));
    await world.answer("graph shop", { nodes: [node("idle", "r0")] });
    await world.answer("graph shop", { nodes: [node("running", "r1")] });
    expect(world.client.getQueryData(["graph", "shop"])).toEqual({ nodes: [node("running", "r1")] });
  });
});

describe("while the socket is lost", () => {
  test("pages look by themselves, and an answer wakes the socket", async () => {
    world.show(["today", ""]);
    await world.answer("today ", { n: 0 });
    const before = world.woken;
    world.state.set("lost");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(world.woken).toBe(before);
    await world.answer("today ", { n: 1 });
    expect(world.woken).toBe(before + 1);
  });
});
