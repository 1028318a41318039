import { Button } from "@/kit/button.tsx";
import { type Action, useActions } from "./actions.ts";

/** What can be done, as buttons, keys and lines of the palette; the main one is the last. Memoise the list. */
export function ActionButtons({ offered }: { offered: readonly Action[] }) {
  useActions(offered);
  const main = offered.at(-1);
  return offered.map((action) => (
    <Button
      key={action.label}
      icon={action.icon}
      kind={action.danger ? "danger" : action === main ? "primary" : "plain"}
      keys={action.keys}
      onClick={action.act}
    >
      {action.label}
    </Button>
  ));
}
