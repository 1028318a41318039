import { useWatched, Watched } from "@/core/store.ts";
import { Dialog } from "@/kit/dialog.tsx";
import { KeyHint } from "@/kit/key-hint.tsx";
import { actions } from "./actions.ts";

export const helpOpen = new Watched(false);

/** All shortcuts that work here. */
export function Help() {
  const open = useWatched(helpOpen);
  const offered = useWatched(actions).filter((action) => action.keys);
  if (!open) return null;
  const groups = [...new Set(offered.map((action) => action.group))];
  return (
    <Dialog title="Keyboard" onClose={() => helpOpen.set(false)}>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className="eyebrow pb-1">{group}</h3>
            <ul>
              {offered
                .filter((action) => action.group === group)
                .map((action) => (
                  <li key={action.label} className="flex justify-between gap-4 py-0.5">
                    {action.label}
                    <KeyHint always keys={action.keys ?? ""} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
