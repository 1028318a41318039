/** What is done to the fleet and to switches. Each says what came of it and has what it changed fetched again. */

import type { QueryClient } from "@tanstack/react-query";
import { confirm } from "@/kit/dialog.tsx";
import { attempt } from "./actions.ts";
import { api, data } from "./client.ts";
import type { Choice, PoolSaid, Resumed, Scope } from "./types.ts";

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
  for (const noun of ["switches", "workers", "pools", "projects", "jobs", "job", "today"])
    void client.invalidateQueries({ queryKey: [noun] });
}

/** Whether it is off now. `until`: ISO-8601; null: until somebody turns it on. */
export async function turnOff(
  client: QueryClient,
  what: Switched,
  why: string,
  until: string | null,
): Promise<boolean> {
  const name = switchedName(what);
  const off = await attempt(
    api.POST("/api/v1/switches/off", { body: { ...what, why, until } }),
    `${capital(name)} is off`,
    `${capital(name)} could not be turned off`,
    () => void turnOn(client, what),
  );
  switchesChanged(client);
  return off !== undefined;
}

export async function turnOn(
  client: QueryClient,
  what: Switched,
  choice: Choice = "policy",
): Promise<Resumed | undefined> {
  const name = switchedName(what);
  const on = await attempt(
    data(api.POST("/api/v1/switches/on", { body: { ...what, choice, pick: [] } })),
    (resumed) => `${capital(name)} is on again${madeUpWords(resumed)}`,
    `${capital(name)} could not be turned on`,
  );
  switchesChanged(client);
  return on;
}

function madeUpWords({ missed, runs }: Resumed): string {
  if (missed.length === 0) return "";
  return `: ${missed.length} due moments were skipped meanwhile, ${runs.length} of them are run now`;
}

export async function describePool(client: QueryClient, name: string, said: PoolSaid): Promise<void> {
  await data(api.PUT("/api/v1/pools/{name}", { params: { path: { name } }, body: said }));
  void client.invalidateQueries({ queryKey: ["pools"] });
}

export async function forgetPool(client: QueryClient, name: string): Promise<void> {
  const wanted = await confirm({
    title: `Forget what is said of pool ${name}?`,
    consequences: [
      "Its description, lease, limit and projects are forgotten; they can be written again.",
      "It is refused while jobs, queued runs or workers use the pool.",
    ],
    action: "Forget the description",
    danger: true,
  });
  if (!wanted) return;
  await attempt(
    api.DELETE("/api/v1/pools/{name}", { params: { path: { name } } }),
    `What was said of pool ${name} is forgotten`,
    `Pool ${name} could not be forgotten`,
  );
  void client.invalidateQueries({ queryKey: ["pools"] });
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
