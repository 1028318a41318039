import { useState } from "react";
import { cx } from "@/core/classes.ts";
import { Button } from "./button.tsx";
import { toast } from "./toasts.tsx";

const OPEN_DEPTH = 2;
const SHOWN = 100;

/** A JSON value as a tree that folds, with a button that copies it. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      <section aria-label={label} className="ring-inside overflow-x-auto px-3 py-2 font-mono text-xs">
        <Value value={value} depth={0} />
      </section>
      <CopyButton text={() => JSON.stringify(value, null, 2)} className="absolute right-1 top-1" />
    </div>
  );
}

/** Text as it is: a definition, a command, a diff. */
export function CodeView({ text, label }: { text: string; label: string }) {
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      <CopyButton text={() => text} className="absolute right-1 top-1" />
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="region"
        aria-label={label}
        className="overflow-x-auto px-3 py-2 font-mono text-xs"
      >
        {text}
      </pre>
    </div>
  );
}

export function CopyButton({ text, className }: { text: () => string; className?: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => toast.done("Copied"),
      (error) => toast.error("Could not copy", error),
    );
  return (
    <Button kind="quiet" icon="copy" bare className={cx("size-6", className)} onClick={copy}>
      Copy
    </Button>
  );
}

function Value({ value, depth }: { value: unknown; depth: number }) {
  if (Array.isArray(value)) {
    return <Branch entries={value.map((each, at) => [String(at), each])} list depth={depth} />;
  }
  if (value !== null && typeof value === "object")
    return <Branch entries={Object.entries(value)} depth={depth} />;
  const tone = typeof value === "string" ? "text-succeeded" : value === null ? "text-ink-3" : "text-running";
  return <span className={cx("whitespace-pre-wrap break-words", tone)}>{JSON.stringify(value)}</span>;
}

interface BranchProps {
  entries: [string, unknown][];
  list?: boolean;
  depth: number;
}

function Branch({ entries, list, depth }: BranchProps) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [all, setAll] = useState(false);
  const [before, after] = list ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return <span className="text-ink-3">{before + after}</span>;
  const shown = all ? entries : entries.slice(0, SHOWN);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="text-ink-3 hover:text-ink"
      >
        {open ? before : `${before} ${entries.length} … ${after}`}
      </button>
      {open && (
        <>
          <ul className="border-l border-line pl-4">
            {shown.map(([key, each]) => (
              <li key={key}>
                {!list && <span className="text-ink-2">{key}: </span>}
                <Value value={each} depth={depth + 1} />
              </li>
            ))}
            {shown.length < entries.length && (
              <li>
                <button type="button" className="link" onClick={() => setAll(true)}>
                  {entries.length - shown.length} more
                </button>
              </li>
            )}
          </ul>
          <span className="text-ink-3">{after}</span>
        </>
      )}
    </>
  );
}
