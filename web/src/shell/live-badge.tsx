import { useLiveState } from "@/api/hooks.ts";
import { live } from "@/api/live.ts";
import { cx } from "@/core/classes.ts";

const LOOKS = {
  live: {
    word: "Live",
    tip: "What you see follows the server by itself",
    dot: "bg-succeeded",
    text: "text-ink-2",
  },
  connecting: { word: "Connecting", tip: "Connecting to the server", dot: "bg-ink-3", text: "text-ink-2" },
  lost: {
    word: "Not live",
    tip: "The connection to the server is lost; it is tried again by itself. Press to try now",
    dot: "bg-failed",
    text: "text-failed font-semibold",
  },
} as const;

/** Whether the page follows the server. Red while it does not; it recovers by itself. */
export function LiveBadge() {
  const state = useLiveState();
  const { word, tip, dot, text } = LOOKS[state];
  return (
    <button
      type="button"
      data-tip={tip}
      data-live={state}
      onClick={() => live.wake()}
      className={cx(
        "inline-flex h-6 items-center gap-1.5 rounded-md px-1.5 text-xs",
        text,
        state === "lost" && "bg-failed-soft",
      )}
    >
      <span
        aria-hidden="true"
        className={cx("size-2", dot, state === "lost" ? "rounded-none" : "rounded-full")}
      />
      <span role="status">{word}</span>
    </button>
  );
}
