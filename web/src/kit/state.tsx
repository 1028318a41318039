import type { ReactNode } from "react";
import { cx } from "@/core/classes.ts";
import { lookOf, reasonWords, stateWords } from "@/core/states.ts";
import { Icon } from "./icon.tsx";

interface StateProps {
  state: string;
  reason?: string | null;
  className?: string;
}

/** A state as icon and word, with its reason in two or three words. */
export function StateBadge({ state, reason, className }: StateProps) {
  const look = lookOf(state);
  const why = reasonWords(reason);
  return (
    <span
      className={cx(
        "inline-flex min-w-0 max-w-full items-center gap-1.5 whitespace-nowrap align-middle",
        className,
      )}
    >
      <Icon name={look.icon} className={look.text} />
      <span className={cx("font-medium", look.text)}>{look.word}</span>
      {why && <span className="truncate text-ink-3">{why}</span>}
    </span>
  );
}

/** Only the icon, where there is no room for the word: hovering and reading aloud give it. */
export function StateIcon({ state, reason, className }: StateProps) {
  const look = lookOf(state);
  const words = stateWords(state, reason);
  return (
    <span role="img" aria-label={words} data-tip={words} className={cx("inline-flex", look.text, className)}>
      <Icon name={look.icon} />
    </span>
  );
}

/** A short fact in a frame: a tag, a rung, a role. */
export function Badge({ children, tone, tip }: { children: ReactNode; tone?: string; tip?: string }) {
  return (
    <span
      data-tip={tip}
      className={cx(
        "inline-flex items-center gap-1 whitespace-nowrap rounded-sm border border-line bg-sunken px-1.5 text-xs",
        tone ?? "text-ink-2",
      )}
    >
      {children}
    </span>
  );
}
