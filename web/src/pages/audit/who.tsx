import type { AuditView } from "@/api/types.ts";
import type { IconName } from "@/core/states.ts";
import { Icon } from "@/kit/icon.tsx";

const ICONS: Record<string, IconName> = {
  user: "user",
  person: "user",
  key: "key",
  worker: "workers",
  board: "board",
  system: "settings",
  run: "runs",
};
const WORDS: Record<string, string> = { person: "at a terminal", user: "signed in", key: "by a key" };

/** Who did it, as what, and from where. */
export function Who({ entry }: { entry: AuditView }) {
  const { by, who, where } = entry;
  return (
    <span
      data-tip={`${who}, ${WORDS[by] ?? by}${where ? `, from ${where}` : ""}`}
      className="inline-flex max-w-full items-center gap-1.5 align-middle"
    >
      <Icon name={ICONS[by] ?? "info"} className="text-ink-3" />
      <span className="truncate">{who}</span>
    </span>
  );
}
