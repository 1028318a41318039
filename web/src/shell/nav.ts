/** The places of the dashboard, in the order in which they are listed. */

import type { IconName } from "@/core/states.ts";

export interface Place {
  to: string;
  label: string;
  icon: IconName;
  keys: string;
}

export const PLACES = [
  { to: "/", label: "Today", icon: "today", keys: "g t" },
  { to: "/jobs", label: "Jobs", icon: "jobs", keys: "g j" },
  { to: "/runs", label: "Runs", icon: "runs", keys: "g r" },
  { to: "/graph", label: "Graph", icon: "graph", keys: "g h" },
  { to: "/calendar", label: "Calendar", icon: "calendar", keys: "g c" },
] as const satisfies readonly Place[];
