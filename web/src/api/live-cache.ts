/** What live events do to what is shown: a run's own entry changes at once, lists are fetched again soon. */

import type { QueryClient } from "@tanstack/react-query";
import { TERMINAL } from "@/core/states.ts";
import type { Live, LiveEvent } from "./live.ts";
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

export function keepFresh(client: QueryClient, live: Live): () => void {
  const soon = new Throttled(SOON_MS, () => refresh(client, LISTS));
  const later = new Throttled(STRIP_MS, () => refresh(client, ["strip"]));
  const ending = live.listen((event) => apply(client, event, soon, later));
  // Without the socket the pages look by themselves: late, but never for long.
  const looking = setInterval(() => {
    if (live.state.get() === "lost") refresh(client, [...LISTS, "run"]);
  }, POLL_MS);
  return () => {
    ending();
    clearInterval(looking);
    soon.stop();
    later.stop();
  };
}

function apply(client: QueryClient, event: LiveEvent, soon: Throttled, later: Throttled): void {
  switch (event.event) {
    case "run":
      runChanged(client, event.run);
      graphChanged(client, event.run);
      soon.ask();
      later.ask();
      break;
    case "progress":
      client.setQueryData<RunDetailView>(
        ["run", event.run],
        (old) => old && { ...old, progress: event.progress },
      );
      break;
    case "worker":
      refresh(client, ["workers", "pools"]);
      break;
    case "resync":
      void client.invalidateQueries();
      break;
    case "definition":
      soon.ask();
      refresh(client, ["graph", "chain", "forecast", "agenda", ...(SHOWN_OF[event.kind] ?? [])]);
      break;
    default: // logs have their own listener; the rest is between the socket and the server
      break;
  }
}

function runChanged(client: QueryClient, run: RunView): void {
  const known = client.getQueryData<RunDetailView>(["run", run.id]);
  if (TERMINAL.includes(run.state)) void client.invalidateQueries({ queryKey: ["results", run.job] });
  if (!known) return;
  client.setQueryData<RunDetailView>(["run", run.id], { ...known, run });
  // Result, attempts and the sentence change with the state.
  if (known.run.state !== run.state) void client.invalidateQueries({ queryKey: ["run", run.id] });
}

/** A graph is not fetched for every run: its node changes where it stands. */
function graphChanged(client: QueryClient, run: RunView): void {
  client.setQueryData<ProjectGraph>(
    ["graph", run.project],
    (old) =>
      old && { ...old, nodes: old.nodes.map((node) => (node.job === run.job ? nodeAfter(node, run) : node)) },
  );
}

function nodeAfter(node: ProjectNode, run: RunView): ProjectNode {
  // An older run than the one that is shown says nothing about now.
  if (node.run !== null && run.id < node.run) return node;
  if (!TERMINAL.includes(run.state))
    return { ...node, run: run.id, state: run.state === "claimed" ? "running" : run.state };
  const still = node.state === "disabled" ? "disabled" : "idle";
  return { ...node, run: run.id, last: run.state, state: node.paused ? "paused" : still };
}

function refresh(client: QueryClient, nouns: string[]): void {
  for (const noun of nouns) void client.invalidateQueries({ queryKey: [noun], refetchType: "active" });
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
