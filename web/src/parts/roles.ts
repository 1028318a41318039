/** Roles as words: what somebody is in a project, and what that lets them do. */

import { ROLES } from "@/api/hooks.ts";
import type { MeView, Role } from "@/api/types.ts";

/** Each can do what those before it can. */
export const ROLE_TIPS: Record<Role, string> = {
  viewer: "Reads jobs, runs, logs and the ledger",
  operator: "Also runs, kills, pauses and replays what is defined",
  editor: "Also defines: jobs, tasks, calendars, boards",
  admin: "Also manages secrets, and reads the audit of the project",
};

/** A project as roles name it; `*` is all of them. */
export function placeName(project: string): string {
  return project === "*" ? "all projects" : project;
}

/** `editor in etl`, `viewer in all projects` */
export function rolesWords(roles: Readonly<Record<string, Role>>): string[] {
  return Object.entries(roles).map(([project, role]) => `${role} in ${placeName(project)}`);
}

/** What the person is in the project. */
export function roleIn(me: MeView, project: string): string {
  if (me.superuser) return "superuser";
  const held = ROLES.filter((role) => me.roles["*"] === role || me.roles[project] === role);
  return held.at(-1) ?? "–";
}
