import { memo } from "react";
import type { LogPiece } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { clockText } from "@/core/text.ts";
import { type Look, spansOf } from "./ansi.ts";

/** Complete class names, so that the style sheet's builder finds them. */
const FG = [
  "text-ansi-0",
  "text-ansi-1",
  "text-ansi-2",
  "text-ansi-3",
  "text-ansi-4",
  "text-ansi-5",
  "text-ansi-6",
  "text-ansi-7",
  "text-ansi-8",
  "text-ansi-9",
  "text-ansi-10",
  "text-ansi-11",
  "text-ansi-12",
  "text-ansi-13",
  "text-ansi-14",
  "text-ansi-15",
];
const BG = [
  "bg-ansi-0",
  "bg-ansi-1",
  "bg-ansi-2",
  "bg-ansi-3",
  "bg-ansi-4",
  "bg-ansi-5",
  "bg-ansi-6",
  "bg-ansi-7",
  "bg-ansi-8",
  "bg-ansi-9",
  "bg-ansi-10",
  "bg-ansi-11",
  "bg-ansi-12",
  "bg-ansi-13",
  "bg-ansi-14",
  "bg-ansi-15",
];
/** What a line is, beside its text: never by colour alone. */
const STREAM_SIGNS: Record<string, [sign: string, tone: string]> = {
  stderr: ["err", "text-failed"],
  system: ["tickwork", "text-accent"],
};
const LEVEL_TONES: Record<string, string> = {
  DEBUG: "text-ink-3",
  WARNING: "text-missed",
  ERROR: "text-failed",
  CRITICAL: "text-failed",
};

interface Props {
  line: LogPiece;
  number: number;
  times: boolean;
  query: string;
  current: boolean;
}

export const LogLineView = memo(function LogLineView({ line, number, times, query, current }: Props) {
  const sign = line.level
    ? ([line.level, LEVEL_TONES[line.level] ?? "text-ink-2"] as const)
    : STREAM_SIGNS[line.stream];
  return (
    <div className={cx("flex h-[18px] whitespace-pre", current && "bg-accent-soft")}>
      <span className="w-14 shrink-0 select-none pr-3 text-right text-ink-3">{number}</span>
      {times && (
        <span className="shrink-0 select-none pr-3 text-ink-3">
          {clockText(Date.parse(line.at), undefined, true)}
        </span>
      )}
      {sign && <span className={cx("shrink-0 select-none pr-2", sign[1])}>{sign[0]}</span>}
      <bdi className={cx("pr-4", line.stream === "system" && "text-accent")}>
        {spansOf(line.text).map((span, at) => (
          <span key={at} {...lookProps(span.look)}>
            <Marked text={span.text} query={query} />
          </span>
        ))}
      </bdi>
    </div>
  );
});

function Marked({ text, query }: { text: string; query: string }) {
  if (!query) return text;
  const parts: (string | { found: string })[] = [];
  const low = text.toLowerCase();
  let from = 0;
  for (let at = low.indexOf(query); at !== -1; at = low.indexOf(query, from)) {
    parts.push(text.slice(from, at), { found: text.slice(at, at + query.length) });
    from = at + query.length;
  }
  parts.push(text.slice(from));
  return parts.map((part, at) =>
    typeof part === "string" ? (
      part
    ) : (
      <mark key={at} className="rounded-sm bg-missed-soft text-ink outline outline-missed">
        {part.found}
      </mark>
    ),
  );
}

function lookProps(look: Look) {
  const [fg, bg] = look.inverse
    ? [look.bg ?? "var(--color-sunken)", look.fg ?? "var(--color-ink)"]
    : [look.fg, look.bg];
  return {
    className:
      cx(
        typeof fg === "number" && FG[fg],
        typeof bg === "number" && BG[bg],
        look.bold && "font-bold",
        look.dim && "opacity-65",
        look.italic && "italic",
        look.underline && "underline",
      ) || undefined,
    style: {
      ...(typeof fg === "string" ? { color: fg } : {}),
      ...(typeof bg === "string" ? { backgroundColor: bg } : {}),
    },
  };
}
