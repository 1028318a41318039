import { cx } from "@/core/classes.ts";
import { diffLines, folded } from "@/core/diff.ts";
import { plural } from "@/core/text.ts";

const LOOKS = {
  same: { sign: " ", tone: "" },
  old: { sign: "−", tone: "bg-failed-soft" },
  new: { sign: "+", tone: "bg-succeeded-soft" },
};

/** What of a text changed, line by line; unchanged stretches are folded. */
export function TextDiff({ label, before, after }: { label: string; before: string; after: string }) {
  const lines = folded(diffLines(before, after));
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-80 overflow-auto rounded-md border border-line bg-sunken py-2 font-mono text-xs/5"
    >
      {lines.map((line, at) =>
        typeof line === "number" ? (
          <p key={at} className="px-3 font-sans text-ink-3">
            {plural(line, "line")} as before
          </p>
        ) : (
          <p key={at} className={cx("flex px-3", LOOKS[line.kind].tone)}>
            <span className="w-4 shrink-0 select-none text-ink-3">{LOOKS[line.kind].sign}</span>
            <span className="whitespace-pre">{line.text}</span>
          </p>
        ),
      )}
    </section>
  );
}
