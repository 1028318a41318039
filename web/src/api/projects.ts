/** What is done to projects and their secrets. */

import type { QueryClient } from "@tanstack/react-query";
import { attemptAsked, changed } from "./actions.ts";
import { api, data } from "./client.ts";
import type { SecretView } from "./types.ts";

/** Make it, or describe it anew. */
export async function describeProject(client: QueryClient, name: string, description: string): Promise<void> {
  await data(api.PUT("/api/v1/projects/{name}", { params: { path: { name } }, body: { description } }));
  changed(client, "projects");
}

/** Whether it is gone. */
export async function deleteProject(client: QueryClient, name: string): Promise<boolean> {
  const gone = await attemptAsked({
    question: {
      title: `Delete project ${name}?`,
      consequences: [
        "Its secrets, the roles in it and the keys for it go too. This cannot be undone.",
        "It is refused while the project has jobs.",
      ],
      action: "Delete the project",
      danger: true,
    },
    act: () => api.DELETE("/api/v1/projects/{name}", { params: { path: { name } } }),
    done: `Project ${name} is deleted`,
    failed: `Project ${name} could not be deleted`,
    after: () => changed(client, "projects"),
  });
  return gone !== undefined;
}

export async function setSecret(
  client: QueryClient,
  project: string,
  name: string,
  value: string,
): Promise<void> {
  const path = { project, name };
  await data(api.PUT("/api/v1/projects/{project}/secrets/{name}", { params: { path }, body: { value } }));
  changed(client, "projects");
}

export async function removeSecret(client: QueryClient, { project, name }: SecretView): Promise<void> {
  await attemptAsked({
    question: {
      title: `Remove secret ${name} of ${project}?`,
      consequences: [
        "Its value is gone: nobody can read it back, here or anywhere.",
        "It is refused while a job is given it.",
      ],
      action: "Remove the secret",
      danger: true,
    },
    act: () =>
      api.DELETE("/api/v1/projects/{project}/secrets/{name}", { params: { path: { project, name } } }),
    done: `Secret ${name} is removed`,
    failed: `Secret ${name} could not be removed`,
    after: () => changed(client, "projects"),
  });
}
