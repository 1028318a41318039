/** The definition as text: a plain field that offers keys and values as the schema knows them. */

import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { Schema } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { type Completion, complete } from "./complete.ts";

const SHOWN = 12;
const LINE_PX = 20;
const PAD_PX = 12;

interface EditorProps {
  text: string;
  onChange: (text: string) => void;
  schema: Schema | undefined;
  invalid: boolean;
}

export function YamlEditor({ text, onChange, schema, invalid }: EditorProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [open, setOpen] = useState<(Completion & { caret: number; chosen: number }) | null>(null);
  const offer = (value: string, caret: number, wanted: boolean) => {
    const found = schema ? complete(value, caret, schema) : null;
    // Unasked only where something was begun: an empty line stays quiet.
    const begun = found && found.from < caret;
    setOpen(found && (begun || wanted) ? { ...found, caret, chosen: 0 } : null);
  };
  const take = (at: number) => {
    const picked = open?.offers[at];
    if (!open || !picked) return;
    insert(box.current, open.from, open.caret, picked.text);
    setOpen(null);
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      offer(text, event.currentTarget.selectionStart, true);
    }
    if (!open) return;
    const size = Math.min(open.offers.length, SHOWN);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setOpen({ ...open, chosen: (open.chosen + step + size) % size });
    else if (event.key === "Enter" || event.key === "Tab") take(open.chosen);
    else if (event.key === "Escape") setOpen(null);
    else return;
    event.preventDefault();
  };
  return (
    <div className="relative flex min-h-80 flex-1 flex-col">
      <p id={`${list}-help`} className="pb-1 text-xs text-ink-2">
        Keys and values are offered while you type, or by Ctrl Space.
      </p>
      <textarea
        ref={box}
        role="combobox"
        aria-label="Definition as YAML"
        aria-describedby={`${list}-help`}
        aria-autocomplete="list"
        aria-expanded={open !== null}
        aria-controls={list}
        aria-activedescendant={open ? `${list}-${open.chosen}` : undefined}
        aria-invalid={invalid || undefined}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        value={text}
        onChange={(event) => {
          onChange(event.target.value);
          offer(event.target.value, event.target.selectionStart, false);
        }}
        onKeyDown={press}
        onBlur={() => setOpen(null)}
        onScroll={() => setOpen(null)}
        onClick={() => setOpen(null)}
        className="min-h-80 flex-1 resize-y rounded-md border border-line-strong bg-sunken p-3 font-mono text-xs/5 aria-invalid:border-failed"
      />
      {open && <Offers id={list} open={open} text={text} box={box.current} onTake={take} />}
    </div>
  );
}

/** Through the browser, so that undo takes it back; it fires `input`, which React hears. */
function insert(box: HTMLTextAreaElement | null, from: number, to: number, text: string): void {
  box?.focus();
  box?.setSelectionRange(from, to);
  document.execCommand("insertText", false, text);
}

interface OffersProps {
  id: string;
  open: Completion & { caret: number; chosen: number };
  text: string;
  box: HTMLTextAreaElement | null;
  onTake: (at: number) => void;
}

function Offers({ id, open, text, box, onTake }: OffersProps) {
  const before = text.slice(0, open.from).split("\n");
  const column = before.at(-1)?.length ?? 0;
  const top = (box?.offsetTop ?? 0) + PAD_PX + before.length * LINE_PX - (box?.scrollTop ?? 0);
  const left = `calc(${column}ch + ${PAD_PX - (box?.scrollLeft ?? 0)}px)`;
  return (
    <div
      role="listbox"
      id={id}
      aria-label="Offered"
      style={{ top, left }}
      className="absolute z-20 w-96 max-w-full overflow-hidden rounded-md border border-line-strong bg-raised p-1 font-mono text-xs shadow-raised"
    >
      {open.offers.slice(0, SHOWN).map((offer, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the text, as a combobox has it
        <div
          key={offer.text}
          role="option"
          id={`${id}-${at}`}
          tabIndex={-1}
          aria-selected={at === open.chosen}
          // The text keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(at)}
          className={cx("flex gap-3 rounded-sm px-2 py-0.5", at === open.chosen && "bg-accent-soft")}
        >
          <span className="font-medium">{offer.text.replace(/: $/, "")}</span>
          <span className="min-w-0 flex-1 truncate text-right font-sans text-ink-3">{offer.detail}</span>
        </div>
      ))}
      {open.offers.length > SHOWN && (
        <p className="px-2 py-0.5 font-sans text-ink-3">{open.offers.length - SHOWN} more: type on</p>
      )}
    </div>
  );
}
