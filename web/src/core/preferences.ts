/** What a person chose about the looks, kept in the browser. */

import { kept, useWatched } from "./store.ts";

export type Theme = "system" | "light" | "dark";
/** Whose clock is shown: the browser's, the job's, or UTC. */
export type Zone = "browser" | "job" | "utc";

const oneOf =
  <T extends string>(...values: [T, ...T[]]) =>
  (found: string | null): T =>
    values.find((value) => value === found) ?? values[0];

export const theme = kept("theme", oneOf<Theme>("system", "light", "dark"));
export const zone = kept("zone", oneOf<Zone>("browser", "job", "utc"));
/** The project last looked at; "" is all of them. */
export const lastProject = kept("project", (found) => found ?? "");

/** Filters of the jobs that were given a name, as JSON (pages/jobs/saved-filters.ts). */
export const savedFilters = kept("filters", (found) => found ?? "");

/** Show the chosen theme from now on. */
export function followTheme(): void {
  const apply = () => {
    const chosen = theme.get();
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  };
  apply();
  theme.watch(apply);
}

/** The IANA zone to format with; undefined is the browser's own. */
export function zoneFor(chosen: Zone, job: string | undefined): string | undefined {
  if (chosen === "utc") return "UTC";
  return chosen === "job" ? job : undefined;
}

export const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone to show what is no one job's in; undefined is the browser's own. */
export function useZone(): string | undefined {
  return zoneFor(useWatched(zone), undefined);
}
