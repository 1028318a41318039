/** What is done to people, groups and keys: asked where it cannot be undone, said what came of it. */

import type { QueryClient } from "@tanstack/react-query";
import { attempt, attemptAsked, changed, type Deed } from "./actions.ts";
import { api, data } from "./client.ts";
import type { GroupSaid, KeyView, MadeKey, Permission, UserChange, UserView } from "./types.ts";

interface KeyWanted {
  name: string;
  scopes: Permission[];
  /** null: all that the person may use. */
  project: string | null;
  /** Seconds; null: until it is revoked. */
  lasts: number | null;
}

/** People, groups and keys hang together: who leaves takes the others along. */
function peopleChanged(client: QueryClient): void {
  changed(client, "users", "groups", "keys", "projects", "me");
}

function asked<T>(client: QueryClient, deed: Omit<Deed<T>, "after">): Promise<T | undefined> {
  return attemptAsked({ ...deed, after: () => peopleChanged(client) });
}

const change = (name: string, body: UserChange) =>
  api.PATCH("/api/v1/users/{name}", { params: { path: { name } }, body });

export async function createUser(
  client: QueryClient,
  user: { name: string; display: string; email: string; superuser: boolean },
): Promise<UserView> {
  const made = await data(api.POST("/api/v1/users", { body: user }));
  peopleChanged(client);
  return made;
}

export async function describeUser(
  client: QueryClient,
  name: string,
  said: { display: string; email: string },
): Promise<void> {
  await change(name, said);
  peopleChanged(client);
}

export async function setPassword(client: QueryClient, name: string, password: string): Promise<void> {
  await change(name, { password });
  peopleChanged(client);
}

/** The address that signs them in, once; undefined where none could be made. */
export async function makeLink(name: string): Promise<string | undefined> {
  const link = await attempt(
    data(api.POST("/api/v1/users/{name}/link", { params: { path: { name } } })),
    `A link for ${name} is made`,
    `No link could be made for ${name}`,
  );
  return link && location.origin + link.path;
}

export async function setActive(client: QueryClient, user: UserView): Promise<void> {
  const { name } = user;
  const active = !user.active;
  await asked(client, {
    question: {
      title: `${active ? "Activate" : "Deactivate"} ${name}?`,
      consequences: active
        ? ["They can sign in again, with the roles of their groups.", "Their keys are good again."]
        : [
            "They are signed out everywhere, at once, and cannot sign in.",
            "Their keys are good for nothing until they are activated again: programs that use them stop.",
            "What they have made (jobs, switches, entries of the audit) stays.",
          ],
      action: active ? `Activate ${name}` : `Deactivate ${name}`,
      danger: !active,
    },
    act: () => change(name, { active }),
    done: `${name} is ${active ? "active" : "deactivated"}`,
    failed: `${name} could not be ${active ? "activated" : "deactivated"}`,
  });
}

export async function setSuperuser(client: QueryClient, user: UserView): Promise<void> {
  const { name } = user;
  const superuser = !user.superuser;
  await asked(client, {
    question: {
      title: superuser ? `Make ${name} a superuser?` : `Take superuser from ${name}?`,
      consequences: superuser
        ? [
            "They may do everything in every project, see the whole audit, and manage people and keys.",
            "They sign in again.",
          ]
        : ["They keep only what their groups give them.", "They are signed out everywhere, at once."],
      action: superuser ? "Make superuser" : "Take it away",
      danger: superuser,
    },
    act: () => change(name, { superuser }),
    done: `${name} is ${superuser ? "a superuser" : "no superuser any more"}`,
    failed: `${name} could not be changed`,
  });
}

export async function deleteUser(client: QueryClient, name: string): Promise<void> {
  await asked(client, {
    question: {
      title: `Delete ${name}?`,
      consequences: [
        "They are signed out everywhere and leave their groups.",
        "Their keys end for ever: programs that use them stop. This cannot be undone.",
        "What they did stays in the audit. To lock somebody out for a while, deactivate them instead.",
      ],
      action: `Delete ${name}`,
      danger: true,
    },
    act: () => api.DELETE("/api/v1/users/{name}", { params: { path: { name } } }),
    done: `${name} is deleted`,
    failed: `${name} could not be deleted`,
  });
}

/** Make the group, or give it these members and roles. */
export async function putGroup(client: QueryClient, name: string, said: GroupSaid): Promise<void> {
  await data(api.PUT("/api/v1/groups/{name}", { params: { path: { name } }, body: said }));
  peopleChanged(client);
}

export async function deleteGroup(client: QueryClient, name: string, members: number): Promise<void> {
  await asked(client, {
    question: {
      title: `Delete group ${name}?`,
      consequences: [
        `Its members (${members}) lose the roles that they have only by it, at once.`,
        "The people themselves stay.",
      ],
      action: "Delete the group",
      danger: true,
    },
    act: () => api.DELETE("/api/v1/groups/{name}", { params: { path: { name } } }),
    done: `Group ${name} is deleted`,
    failed: `Group ${name} could not be deleted`,
  });
}

/** With its secret, shown this once. */
export async function makeKey(client: QueryClient, wanted: KeyWanted): Promise<MadeKey> {
  const made = await data(api.POST("/api/v1/keys", { body: wanted }));
  changed(client, "keys");
  return made;
}

export function rotateKey(client: QueryClient, key: KeyView): Promise<MadeKey | undefined> {
  return asked(client, {
    question: {
      title: `Give key ${key.name} another secret?`,
      consequences: [
        "The old secret is good for nothing from that moment on: whatever uses it is refused until it gets the new one.",
        "The new one is shown once.",
      ],
      action: "Make another secret",
      danger: true,
    },
    act: () => data(api.POST("/api/v1/keys/{name}/rotate", { params: { path: { name: key.id } } })),
    done: `${key.name} has another secret`,
    failed: `${key.name} could not be rotated`,
  });
}

export async function revokeKey(client: QueryClient, key: KeyView): Promise<void> {
  const uses =
    key.kind === "worker"
      ? "Its worker loses what it runs when its lease is over, and takes nothing new."
      : "Programs that use it are refused.";
  await asked(client, {
    question: {
      title: `Revoke key ${key.name}?`,
      consequences: ["It is good for nothing from now on, for ever.", uses],
      action: "Revoke the key",
      danger: true,
    },
    act: () => data(api.DELETE("/api/v1/keys/{name}", { params: { path: { name: key.id } } })),
    done: `${key.name} is revoked`,
    failed: `${key.name} could not be revoked`,
  });
}
