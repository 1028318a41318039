/** What live events do to what is shown: a run's own entry changes at once, lists are fetched again soon. */

import type { QueryClient } from "@tanstack/react-query";
import { TERMINAL } from "@/core/states.ts";
import type { Live, LiveEvent } from "./live.ts";
import { Refresher } from "./refresher.ts";
import type { ProjectGraph, ProjectNode, RunDetailView, RunView } from "./types.ts";

/** Lists are fetched at most this often, however many events come. */
const SOON_MS = 1_000;
const STRIP_MS = 10_000;
const POLL_MS = 10_000;
/** What shows definitions of a kind, beside the lists; a switch turns what it is of. */
const SHOWN_OF: Record<string, string[]> = {
  switch: ["switches", "workers", "pools"],
  pool: ["pools"],
  project: ["projects"],
  secret: ["projects"],
};
const LISTS = ["today", "jobs", "runs", "job", "group"];

export function keepFresh(client: QueryClient, live: Pick<Live, "listen" | "state" | "wake">): () => void {
  const cache = new LiveCache(client);
  const unlisten = live.listen((event) => cache.apply(event));
  // Without the socket the pages look by themselves: late, but never for long.
  const looking = setInterval(() => {
    if (live.state.get() === "lost") cache.refresh([...LISTS, "run"]);
  }, POLL_MS);
  // Where an answer comes from, the socket does, too: the page does not say that it is lost beside what is new.
  const unwatch = client.getQueryCache().subscribe((told) => {
    if (told.type === "updated" && told.action.type === "success" && !told.action.manual) live.wake();
  });
  return () => {
    unlisten();
    clearInterval(looking);
    unwatch();
    cache.stop();
  };
}

class LiveCache {
  private readonly client: QueryClient;
  private readonly refresher: Refresher;
  private readonly lists = new Throttled(SOON_MS, () => this.refresh(LISTS));
  private readonly strip = new Throttled(STRIP_MS, () => this.refresh(["strip"]));

  constructor(client: QueryClient) {
    this.client = client;
    this.refresher = new Refresher(client);
  }

  stop(): void {
    this.lists.stop();
    this.strip.stop();
    this.refresher.stop();
  }

  apply(event: LiveEvent): void {
    switch (event.event) {
      case "run":
        this.runChanged(event.run);
        this.graphChanged(event.run);
        this.lists.ask();
        this.strip.ask();
        break;
      case "progress":
        this.change<RunDetailView>(["run", event.run], (old) => ({ ...old, progress: event.progress }));
        break;
      case "worker":
        this.refresh(["workers", "pools"]);
        break;
      case "joined":
      case "resync":
        this.refresher.refresh({});
        break;
      case "definition":
        this.lists.ask();
        this.refresh(["graph", "chain", "forecast", "agenda", ...(SHOWN_OF[event.kind] ?? [])]);
        break;
      default: // logs have their own listener; the rest is between the socket and the server
        break;
    }
  }

  refresh(nouns: string[]): void {
    for (const noun of nouns) this.refresher.refresh({ queryKey: [noun] });
  }

  /** Change what is shown where it stands; an answer that is on its way does not know of it. */
  private change<T>(queryKey: string[], changed: (old: T) => T): void {
    this.refresher.overtaken({ queryKey, exact: true });
    this.client.setQueryData<T>(queryKey, (old) => old && changed(old));
  }

  private runChanged(run: RunView): void {
    if (TERMINAL.includes(run.state)) this.refresher.refresh({ queryKey: ["results", run.job] });
    const queryKey = ["run", run.id];
    const known = this.client.getQueryData<RunDetailView>(queryKey)?.run;
    if (known && isOver(known, run)) return;
    this.change<RunDetailView>(queryKey, (old) => ({ ...old, run }));
    // Result, attempts and the sentence change with the state.
    if (known?.state !== run.state) this.refresher.restart({ queryKey });
  }

  /** A graph is not fetched for every run: its node changes where it stands. */
  private graphChanged(run: RunView): void {
    const changed = (node: ProjectNode) => (node.job === run.job ? nodeAfter(node, run) : node);
    this.change<ProjectGraph>(["graph", run.project], (old) => ({ ...old, nodes: old.nodes.map(changed) }));
  }
}

/** An entry never reopens: who says that it goes on looked before it was over. */
function isOver(known: RunView, told: RunView): boolean {
  return TERMINAL.includes(known.state) && !TERMINAL.includes(told.state);
}

function nodeAfter(node: ProjectNode, run: RunView): ProjectNode {
  // An older run than the one that is shown says nothing about now.
  if (node.run !== null && run.id < node.run) return node;
  if (!TERMINAL.includes(run.state))
    return { ...node, run: run.id, state: run.state === "claimed" ? "running" : run.state };
  const still = node.state === "disabled" ? "disabled" : "idle";
  return { ...node, run: run.id, last: run.state, state: node.paused ? "paused" : still };
}

/** Acts at once, then at most once each `pauseMs`, and never forgets the last call. */
class Throttled {
  private readonly pauseMs: number;
  private readonly act: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = false;

  constructor(pauseMs: number, act: () => void) {
    this.pauseMs = pauseMs;
    this.act = act;
  }

  ask(): void {
    this.asked = true;
    if (!this.timer) this.run();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private run = (): void => {
    this.timer = undefined;
    if (!this.asked) return;
    this.asked = false;
    this.act();
    this.timer = setTimeout(this.run, this.pauseMs);
  };
}
