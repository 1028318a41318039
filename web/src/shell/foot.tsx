import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import { theme, zone } from "@/core/preferences.ts";
import { useWatched } from "@/core/store.ts";
import { Button } from "@/kit/button.tsx";
import { Icon } from "@/kit/icon.tsx";
import { Menu } from "@/kit/menu.tsx";
import { MessageList } from "@/kit/toasts.tsx";
import { THEMES, ZONES } from "./looks.ts";

/** Who one is, what was said, and how pages look. */
export function Foot() {
  const { data: me } = useQuery(queries.me());
  const chosenTheme = useWatched(theme);
  const chosenZone = useWatched(zone);
  return (
    <div className="mt-auto flex items-center gap-0.5 pt-2">
      <span className="flex min-w-0 flex-1 items-center gap-1.5 px-2 text-xs text-ink-2">
        <Icon name="user" className="text-ink-3" />
        <span className="truncate">{me?.name}</span>
      </span>
      <MessageList />
      <Menu
        label="Times on"
        trigger={
          <Button kind="quiet" icon="clock" bare>
            Whose clock
          </Button>
        }
        items={ZONES.map((each) => ({
          label: each.label,
          chosen: each.value === chosenZone,
          act: () => zone.set(each.value),
        }))}
      />
      <Menu
        label="Colours"
        trigger={
          <Button
            kind="quiet"
            icon={THEMES.find((each) => each.value === chosenTheme)?.icon ?? "screen"}
            bare
          >
            Light or dark
          </Button>
        }
        items={THEMES.map((each) => ({
          label: each.label,
          icon: each.icon,
          chosen: each.value === chosenTheme,
          act: () => theme.set(each.value),
        }))}
      />
    </div>
  );
}
