/** Who is told of trouble: the queries, and what is done to channels and rules. For superusers. */

import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { attempt, attemptAsked, changed } from "./actions.ts";
import { api, data } from "./client.ts";
import { LOOKS_EACH_MS } from "./instance.ts";
import type { ChannelSaid, MadeChannel, Occasion } from "./types.ts";

const DELIVERIES = 50;

export const notifyQueries = {
  channels: () =>
    queryOptions({
      queryKey: ["notify", "channels"],
      queryFn: () => data(api.GET("/api/v1/notify/channels")),
      refetchInterval: LOOKS_EACH_MS,
    }),

  rules: () =>
    queryOptions({ queryKey: ["notify", "rules"], queryFn: () => data(api.GET("/api/v1/notify/rules")) }),

  deliveries: () =>
    queryOptions({
      queryKey: ["notify", "deliveries"],
      queryFn: () => data(api.GET("/api/v1/notify/deliveries", { params: { query: { limit: DELIVERIES } } })),
      refetchInterval: LOOKS_EACH_MS,
    }),
};

export async function putChannel(client: QueryClient, name: string, said: ChannelSaid): Promise<MadeChannel> {
  const params = { path: { name } };
  const made = await data(api.PUT("/api/v1/notify/channels/{name}", { params, body: said }));
  changed(client, "notify");
  return made;
}

export async function testChannel(client: QueryClient, name: string): Promise<void> {
  const params = { path: { name } };
  await attempt(
    data(api.POST("/api/v1/notify/channels/{name}/test", { params })).then(({ told, fault }) => {
      if (!told) throw new Error(fault ?? "");
    }),
    `A test went out by ${name}`,
    `${name} could not tell anybody`,
  );
  changed(client, "notify");
}

export async function deleteChannel(client: QueryClient, name: string): Promise<void> {
  await attemptAsked({
    question: {
      title: `Delete channel ${name}?`,
      consequences: ["What waits for it is dropped.", "It is refused while a rule names it."],
      action: "Delete the channel",
      danger: true,
    },
    act: () => api.DELETE("/api/v1/notify/channels/{name}", { params: { path: { name } } }),
    done: `Channel ${name} is deleted`,
    failed: `Channel ${name} could not be deleted`,
    after: () => changed(client, "notify"),
  });
}

/** Who hears of the whole instance's trouble; no channel: nobody by this. */
export async function putInstanceRule(
  client: QueryClient,
  channels: readonly string[],
  on: readonly Occasion[],
): Promise<void> {
  const rules = channels.length ? [{ channels: [...channels], on: [...on] }] : [];
  await data(api.PUT("/api/v1/notify/rules", { body: { scope: "instance", target: "", rules } }));
  changed(client, "notify");
}
