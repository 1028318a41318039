/** What a person can choose about the looks (core/preferences.ts), in words. */

import type { Theme, Zone } from "@/core/preferences.ts";

export const THEMES = [
  { value: "system", label: "As the system", icon: "screen" },
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
] as const satisfies readonly { value: Theme; label: string; icon: string }[];

export const ZONES = [
  { value: "browser", label: "My clock", tip: "The clock of this browser" },
  { value: "job", label: "The job's clock", tip: "The zone of each schedule, where there is one" },
  { value: "utc", label: "UTC", tip: "The same for everybody" },
] as const satisfies readonly { value: Zone; label: string; tip: string }[];
