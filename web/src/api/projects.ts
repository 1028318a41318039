/** What is done to projects and their secrets. */

import type { QueryClient } from "@tanstack/react-query";
import { confirm } from "@/kit/dialog.tsx";
import { attempt } from "./actions.ts";
import { api, data } from "./client.ts";
import type { SecretView } from "./types.ts";

function projectsChanged(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["projects"] });
}

/** Make it, or describe it anew. */
export async function describeProject(client: QueryClient, name: string, description: string): Promise<void> {
  await data(api.PUT("/api/v1/projects/{name}", { params: { path: { name } }, body: { description } }));
  projectsChanged(client);
}

/** Whether it is gone. */
export async function deleteProject(client: QueryClient, name: string): Promise<boolean> {
  const wanted = await confirm({
    title: `Delete project ${name}?`,
    consequences: [
      "Its secrets, the roles in it and the keys for it go too. This cannot be undone.",
      "It is refused while the project has jobs.",
    ],
    action: "Delete the project",
    danger: true,
  });
  if (!wanted) return false;
  const gone = await attempt(
    api.DELETE("/api/v1/projects/{name}", { params: { path: { name } } }),
    `Project ${name} is deleted`,
    `Project ${name} could not be deleted`,
  );
  projectsChanged(client);
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
  projectsChanged(client);
}

export async function removeSecret(client: QueryClient, { project, name }: SecretView): Promise<void> {
  const wanted = await confirm({
    title: `Remove secret ${name} of ${project}?`,
    consequences: [
      "Its value is gone: nobody can read it back, here or anywhere.",
      "It is refused while a job is given it.",
    ],
    action: "Remove the secret",
    danger: true,
  });
  if (!wanted) return;
  await attempt(
    api.DELETE("/api/v1/projects/{project}/secrets/{name}", { params: { path: { project, name } } }),
    `Secret ${name} is removed`,
    `Secret ${name} could not be removed`,
  );
  projectsChanged(client);
}
