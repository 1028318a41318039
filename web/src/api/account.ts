/** What a person does to their own account. */

import { confirm } from "@/kit/dialog.tsx";
import { attempt } from "./actions.ts";
import { api, data } from "./client.ts";

/** Every session ends, and a new one begins in this browser. */
export function changePassword(password: string, current: string | null): Promise<unknown> {
  return data(api.PUT("/api/v1/me/password", { body: { password, current } }));
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
  const wanted = await confirm({
    title: "Sign out everywhere?",
    consequences: [
      "Every session of yours ends, on every machine, and in this browser too.",
      "Your keys stay good: programs go on.",
    ],
    action: "Sign out everywhere",
    danger: true,
  });
  if (!wanted) return false;
  const done = await attempt(
    api.DELETE("/api/v1/me/sessions"),
    "You are signed out everywhere",
    "You could not be signed out",
  );
  return done !== undefined;
}
