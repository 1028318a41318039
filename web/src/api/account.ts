/** What a person does to their own account. */

import type { QueryClient } from "@tanstack/react-query";
import { attempt, attemptAsked, changed } from "./actions.ts";
import { api, data } from "./client.ts";

export function signIn(name: string, password: string): Promise<unknown> {
  return data(api.POST("/api/v1/session", { body: { name, password } }));
}

/** By the token of a link, which is good once. */
export function signInByLink(token: string): Promise<unknown> {
  return data(api.POST("/api/v1/session/link", { body: { token } }));
}

/** Every session ends, and a new one begins in this browser. */
export async function changePassword(
  client: QueryClient,
  password: string,
  current: string | null,
): Promise<void> {
  await data(api.PUT("/api/v1/me/password", { body: { password, current } }));
  changed(client, "me");
}

/** Whether this session is over. */
export async function signOut(): Promise<boolean> {
  const done = await attempt(
    api.DELETE("/api/v1/session"),
    "You are signed out",
    "You could not be signed out",
  );
  return done !== undefined;
}

export async function signOutEverywhere(): Promise<boolean> {
  const done = await attemptAsked({
    question: {
      title: "Sign out everywhere?",
      consequences: [
        "Every session of yours ends, on every machine, and in this browser too.",
        "Your keys stay good: programs go on.",
      ],
      action: "Sign out everywhere",
      danger: true,
    },
    act: () => api.DELETE("/api/v1/me/sessions"),
    done: "You are signed out everywhere",
    failed: "You could not be signed out",
  });
  return done !== undefined;
}
