/** Words that something is found by. */

import { cx } from "@/core/classes.ts";
import { Icon } from "./icon.tsx";

const CHIP =
  "inline-flex min-w-0 items-center gap-1 whitespace-nowrap rounded-sm border border-line bg-sunken px-1.5 text-xs text-ink-2";
/** A chip that leads somewhere, for a link or a button. */
export const tagClass = cx(CHIP, "hover:border-line-strong hover:text-ink");

/** So many more that there is no room for. */
export function More({ count }: { count: number }) {
  return <span className="figures shrink-0 text-xs text-ink-3">+{count}</span>;
}

export function RemovableTag({ tag, onRemove }: { tag: string; onRemove: () => void }) {
  return (
    <span className={cx(CHIP, "h-6 pr-0.5")}>
      <span className="truncate">{tag}</span>
      <button
        type="button"
        aria-label={`Without the tag ${tag}`}
        onClick={onRemove}
        className="inline-flex size-5 items-center justify-center rounded-sm text-ink-3 hover:bg-hover hover:text-ink"
      >
        <Icon name="close" size={10} />
      </button>
    </span>
  );
}
