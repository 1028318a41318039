import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { theme, zone } from "@/core/preferences.ts";
import { type Action, useActions } from "./actions.ts";
import { helpOpen } from "./help.tsx";
import { THEMES, ZONES } from "./looks.ts";
import { usePlaces } from "./nav.ts";
import { paletteOpen } from "./palette.tsx";

/** What can be done on every page. */
export function useShellActions(): void {
  const navigate = useNavigate();
  const offered = usePlaces();
  useActions(
    useMemo((): Action[] => {
      const places = offered.map((place): Action => {
        const { label, icon, keys } = place;
        return { label, icon, keys, group: "Go to", act: () => void navigate({ to: place.to }) };
      });
      return [
        ...places,
        {
          label: "Search and commands",
          group: "Anywhere",
          icon: "search",
          keys: "mod+k",
          act: () => paletteOpen.set(!paletteOpen.get()),
        },
        { label: "Search on this page", group: "Anywhere", icon: "filter", keys: "/", act: focusSearch },
        { label: "Shortcuts", group: "Anywhere", icon: "keyboard", keys: "?", act: () => helpOpen.set(true) },
        ...THEMES.map(
          (each): Action => ({
            label: `Colours: ${each.label.toLowerCase()}`,
            group: "Looks",
            icon: each.icon,
            act: () => theme.set(each.value),
          }),
        ),
        ...ZONES.map(
          (each): Action => ({
            label: `Times on ${each.label === "UTC" ? "UTC" : each.label.toLowerCase()}`,
            group: "Looks",
            icon: "clock",
            act: () => zone.set(each.value),
          }),
        ),
      ];
    }, [navigate, offered]),
  );
}

function focusSearch(): void {
  const fields = document.querySelectorAll<HTMLInputElement>("main [data-search]");
  fields[0]?.focus();
}
