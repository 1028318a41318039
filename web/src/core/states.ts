/** The one table of how a state looks: an icon, a word and a colour, the same on every page. */

import { countsOf } from "./counts.ts";
import { lengthText } from "./text.ts";

export type IconName =
  | "waiting"
  | "queued"
  | "claimed"
  | "running"
  | "succeeded"
  | "failed"
  | "skipped"
  | "missed"
  | "cancelled"
  | "paused"
  | "disabled"
  | "idle"
  | "planned"
  | "pending"
  | "today"
  | "jobs"
  | "runs"
  | "graph"
  | "calendar"
  | "workers"
  | "people"
  | "folder"
  | "audit"
  | "settings"
  | "search"
  | "close"
  | "menu"
  | "more"
  | "down"
  | "right"
  | "left"
  | "up"
  | "plus"
  | "check"
  | "copy"
  | "download"
  | "play"
  | "pause"
  | "stop"
  | "again"
  | "sun"
  | "moon"
  | "screen"
  | "bell"
  | "clock"
  | "info"
  | "warning"
  | "filter"
  | "external"
  | "keyboard"
  | "user"
  | "board"
  | "follow"
  | "edit"
  | "trash"
  | "key"
  | "lock";

export interface Look {
  word: string;
  icon: IconName;
  /** Complete class names, so that the style sheet's builder finds them. */
  text: string;
  fill: string;
}

export const RUN_STATES = [
  "waiting",
  "queued",
  "claimed",
  "running",
  "succeeded",
  "failed",
  "skipped",
  "missed",
  "cancelled",
] as const;
export type RunState = (typeof RUN_STATES)[number];

export const TERMINAL: readonly string[] = ["succeeded", "failed", "skipped", "missed", "cancelled"];

/** It was due, and nothing of it ran: drawn hollow. */
export function didNotRun(state: string): boolean {
  return state === "skipped" || state === "missed" || state === "cancelled";
}

const look = (word: string, icon: IconName, text: string, fill: string): Look => ({ word, icon, text, fill });

const LOOKS: Record<string, Look> = {
  // of runs (core/states.py)
  waiting: look("waiting", "waiting", "text-waiting", "fill-waiting"),
  queued: look("queued", "queued", "text-queued", "fill-queued"),
  claimed: look("starting", "claimed", "text-claimed", "fill-claimed"),
  running: look("running", "running", "text-running", "fill-running"),
  succeeded: look("succeeded", "succeeded", "text-succeeded", "fill-succeeded"),
  failed: look("failed", "failed", "text-failed", "fill-failed"),
  skipped: look("skipped", "skipped", "text-skipped", "fill-skipped"),
  missed: look("missed", "missed", "text-missed", "fill-missed"),
  cancelled: look("cancelled", "cancelled", "text-cancelled", "fill-cancelled"),
  // of jobs
  paused: look("paused", "paused", "text-paused", "fill-paused"),
  disabled: look("disabled", "disabled", "text-idle", "fill-idle"),
  idle: look("idle", "idle", "text-idle", "fill-idle"),
  // of workers and pools
  ready: look("ready", "check", "text-succeeded", "fill-succeeded"),
  silent: look("silent", "warning", "text-failed", "fill-failed"),
  draining: look("draining", "paused", "text-paused", "fill-paused"),
  stuck: look("stuck", "warning", "text-failed", "fill-failed"),
  unserved: look("no worker", "warning", "text-failed", "fill-failed"),
  // of people and keys
  active: look("active", "check", "text-succeeded", "fill-succeeded"),
  inactive: look("inactive", "disabled", "text-idle", "fill-idle"),
  expired: look("expired", "clock", "text-missed", "fill-missed"),
  revoked: look("revoked", "disabled", "text-idle", "fill-idle"),
  // of due moments without a run
  planned: look("planned", "planned", "text-ink-3", "fill-ink-3"),
  pending: look("undecided", "pending", "text-missed", "fill-missed"),
};

/** How a state looks; one that this page does not know (a newer server) stays readable. */
export function lookOf(state: string): Look {
  return LOOKS[state] ?? look(state, "info", "text-ink-2", "fill-ink-3");
}

/** Why, in two or three words; the whole sentence is the server's (`explain`). */
const REASONS: Record<string, string> = {
  exit: "exit code",
  signal: "killed by a signal",
  exception: "exception",
  timeout: "timed out",
  lost: "worker lost",
  launch: "not started",
  result: "result not kept",
  resource: "over its limits",
  upstream: "upstream",
  overlap: "still running",
  excluded: "excluded",
  paused: "paused",
  gap: "no such local time",
  up_to_date: "up to date",
  by_job: "by the job",
  down: "scheduler down",
  deadline: "too late",
  coalesced: "folded into another",
  capped: "catch-up limit",
  no_worker: "no worker",
  user: "by a person",
  replaced: "replaced",
  job_deleted: "job deleted",
  parent: "with its group",
};

export function reasonWords(reason: string | null | undefined): string {
  return reason ? (REASONS[reason] ?? reason) : "";
}

/** A state with its reason: `failed: exit code`. */
export function stateWords(state: string, reason: string | null | undefined): string {
  return reason ? `${lookOf(state).word}: ${reasonWords(reason)}` : lookOf(state).word;
}

interface Outcome {
  state: string;
  reason?: string | null;
  /** Seconds. */
  duration?: number | null;
}

/** How a run stands or ended, in a sentence: `failed (exit code) in 8.2 s`. */
export function outcomeWords({ state, reason, duration }: Outcome): string {
  const why = reason ? ` (${reasonWords(reason)})` : "";
  const took = duration === null || duration === undefined ? "" : ` in ${lengthText(duration)}`;
  return `${lookOf(state).word}${why}${took}`;
}

/** How many of each state: `40 succeeded`, `1 failed`. */
export function countWords(all: readonly { state: string }[]): string[] {
  return [...countsOf(all.map(({ state }) => state))].map(
    ([state, count]) => `${count} ${lookOf(state).word}`,
  );
}
