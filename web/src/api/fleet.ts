/** What is done to the fleet and to switches. Each says what came of it and has what it changed fetched again. */

import type { QueryClient } from "@tanstack/react-query";
import { capital } from "@/core/text.ts";
import { toast } from "@/kit/toasts.tsx";
import { attempt, attemptAsked, changed } from "./actions.ts";
import { api, data } from "./client.ts";
import type { Choice, EnrolmentView, PoolSaid, Resumed, Scope } from "./types.ts";

/** What a switch turns off. */
export interface Switched {
  scope: Scope;
  /** Its id; "" for the instance. */
  target: string;
}

/** What a person calls it. */
export function switchedName({ scope, target }: Switched): string {
  return scope === "instance" ? "everything" : `${scope} ${target}`;
}

function switchesChanged(client: QueryClient): void {
  changed(client, "switches", "workers", "pools", "projects", "jobs", "job", "today");
}

/** Throws what was wrong, for the dialog to show. `until`: ISO-8601; null: until somebody turns it on. */
export async function turnOff(
  client: QueryClient,
  what: Switched,
  why: string,
  until: string | null,
): Promise<void> {
  try {
    await api.POST("/api/v1/switches/off", { body: { ...what, why, until } });
  } finally {
    switchesChanged(client);
  }
  toast.done(`${capital(switchedName(what))} is off`, {
    label: "Undo",
    act: () => void turnOn(client, what),
  });
}

/** As each schedule's policy says. */
export async function turnOn(client: QueryClient, what: Switched): Promise<void> {
  const failed = `${capital(switchedName(what))} could not be turned on`;
  await attempt(switchedOn(what, "policy"), (resumed) => onWords(what, resumed), failed);
  switchesChanged(client);
}

/** With what is made up for. Throws what was wrong, for the dialog to show. */
export async function turnOnWith(client: QueryClient, what: Switched, choice: Choice): Promise<void> {
  try {
    toast.done(onWords(what, await switchedOn(what, choice)));
  } finally {
    switchesChanged(client);
  }
}

function switchedOn(what: Switched, choice: Choice): Promise<Resumed> {
  return data(api.POST("/api/v1/switches/on", { body: { ...what, choice, pick: [] } }));
}

function onWords(what: Switched, { missed, runs }: Resumed): string {
  const on = `${capital(switchedName(what))} is on again`;
  if (missed.length === 0) return on;
  return `${on}: ${missed.length} due moments were skipped meanwhile, ${runs.length} of them are run now`;
}

export async function describePool(client: QueryClient, name: string, said: PoolSaid): Promise<void> {
  await data(api.PUT("/api/v1/pools/{name}", { params: { path: { name } }, body: said }));
  changed(client, "pools");
}

export async function forgetPool(client: QueryClient, name: string): Promise<void> {
  await attemptAsked({
    question: {
      title: `Forget what is said of pool ${name}?`,
      consequences: [
        "Its description, lease, limit and projects are forgotten; they can be written again.",
        "It is refused while jobs, queued runs or workers use the pool.",
      ],
      action: "Forget the description",
      danger: true,
    },
    act: () => api.DELETE("/api/v1/pools/{name}", { params: { path: { name } } }),
    done: `What was said of pool ${name} is forgotten`,
    failed: `Pool ${name} could not be forgotten`,
    after: () => changed(client, "pools"),
  });
}

/** A token by which a worker of the pool gets a key of its own; shown this once. */
export function enrol(pool: string): Promise<EnrolmentView> {
  return data(api.POST("/api/v1/enrolments", { body: { pools: [pool] } }));
}
