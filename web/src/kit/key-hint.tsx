import { cx } from "@/core/classes.ts";

const MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** How a shortcut is pressed: `mod+k` is ⌘K or Ctrl K; `g j` is one after the other. Not read aloud, and on a
 * phone only seen where it is what the page is about. */
export function KeyHint({ keys, always }: { keys: string; always?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        "items-center gap-0.5 font-sans text-2xs",
        always ? "inline-flex" : "hidden sm:inline-flex",
      )}
    >
      {keysShown(keys).map((key, at) => (
        <kbd
          key={at}
          className="min-w-4 rounded-sm border border-line-strong bg-sunken px-1 text-center font-sans font-medium text-ink-2"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}

function keysShown(keys: string): string[] {
  const names: Record<string, string> = {
    mod: MAC ? "⌘" : "Ctrl",
    shift: "⇧",
    enter: "↵",
    escape: "Esc",
  };
  return keys.split(/[ +]/).map((key) => names[key] ?? key.toUpperCase());
}
