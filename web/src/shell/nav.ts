/** The places of the dashboard, in the order in which they are listed. */

import { useMemo } from "react";
import { useMay } from "@/api/hooks.ts";
import type { Role } from "@/api/types.ts";
import type { IconName } from "@/core/states.ts";

interface Place {
  to: string;
  label: string;
  icon: IconName;
  keys: string;
  /** Offered only to whoever has this role in some project. */
  role?: Extract<Role, "admin">;
}

const PLACES = [
  { to: "/", label: "Today", icon: "today", keys: "g t" },
  { to: "/jobs", label: "Jobs", icon: "jobs", keys: "g j" },
  { to: "/runs", label: "Runs", icon: "runs", keys: "g r" },
  { to: "/graph", label: "Graph", icon: "graph", keys: "g h" },
  { to: "/calendar", label: "Calendar", icon: "calendar", keys: "g c" },
  { to: "/workers", label: "Workers", icon: "workers", keys: "g w" },
  { to: "/projects", label: "Projects", icon: "folder", keys: "g p" },
  { to: "/people", label: "People & keys", icon: "people", keys: "g e" },
  { to: "/audit", label: "Audit", icon: "audit", keys: "g a", role: "admin" },
  { to: "/settings", label: "Settings", icon: "settings", keys: "g s" },
] as const satisfies readonly Place[];

/** Those that the person may go to. */
export function usePlaces() {
  const admin = useMay()("admin", undefined);
  return useMemo(() => PLACES.filter((place) => !("role" in place) || admin), [admin]);
}
