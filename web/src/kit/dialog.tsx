/** Dialogs are the browser's own: it keeps the focus inside, closes on Escape and makes the page behind inert. */

import { type MouseEvent, type ReactNode, type SyntheticEvent, useId, useLayoutEffect, useRef } from "react";
import { cx } from "@/core/classes.ts";
import { useWatched, Watched } from "@/core/store.ts";
import { Button } from "./button.tsx";
import { focusFirst } from "./first.ts";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  wide?: boolean;
  /** A click beside it does not close it: what it shows would be lost. */
  sticky?: boolean;
}

/** Open as long as it is rendered: the properties of a `<dialog>` that a click beside it closes, too, unless `sticky`. */
export function useModal(onClose: () => void, sticky = false) {
  const box = useRef<HTMLDialogElement>(null);
  // Closed while it still stands in the page: then the focus goes back to where it came from.
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    if (dialog) focusFirst(dialog);
    return () => dialog?.close();
  }, []);
  return {
    ref: box,
    // It goes with what it stands for, not a moment earlier: keys belong to the page at once.
    onCancel: (event: SyntheticEvent) => {
      event.preventDefault();
      onClose();
    },
    onClose, // a browser may close it without asking (Escape twice)
    onClick: (event: MouseEvent) => {
      if (!sticky && event.target === box.current) onClose();
    },
  };
}

export function Dialog({ title, onClose, children, footer, wide, sticky }: DialogProps) {
  const heading = useId();
  return (
    <dialog
      {...useModal(onClose, sticky)}
      aria-labelledby={heading}
      className={cx(
        "m-auto max-h-[90dvh] w-[calc(100vw-24px)] flex-col overflow-hidden rounded-lg border border-line-strong",
        "bg-raised p-0 text-ink shadow-raised open:flex",
        wide ? "max-w-[960px]" : "max-w-[520px]",
      )}
    >
      <header className="flex items-center justify-between gap-4 border-b border-line px-4 py-2.5">
        <h2 id={heading} className="text-base font-semibold">
          {title}
        </h2>
        <Button kind="quiet" icon="close" bare onClick={onClose}>
          Close
        </Button>
      </header>
      <div className="overflow-auto px-4 py-3">{children}</div>
      {footer && (
        <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-2.5">
          {footer}
        </footer>
      )}
    </dialog>
  );
}

export interface Question {
  title: string;
  /** What will happen, a line each: the person decides on these. */
  consequences: ReactNode[];
  /** The verb on the button: `Kill the run`, not `OK`. */
  action: string;
  /** It destroys something. */
  danger?: boolean;
}

interface Asked extends Question {
  answer: (yes: boolean) => void;
}

const asked = new Watched<Asked | null>(null);

/** Asks the person; resolves to whether they want it. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    asked.set({
      ...question,
      answer: (yes) => {
        asked.set(null);
        resolve(yes);
      },
    });
  });
}

/** Where `confirm` asks; once, in the shell. */
export function Confirmation() {
  const question = useWatched(asked);
  if (!question) return null;
  return (
    <Dialog
      title={question.title}
      onClose={() => question.answer(false)}
      footer={
        <>
          <Button onClick={() => question.answer(false)}>Keep as it is</Button>
          <Button
            kind={question.danger ? "danger" : "primary"}
            autoFocus
            onClick={() => question.answer(true)}
          >
            {question.action}
          </Button>
        </>
      }
    >
      <Consequences of={question.consequences} />
    </Dialog>
  );
}

/** What will happen, a line each. */
export function Consequences({ of }: { of: readonly ReactNode[] }) {
  return (
    <ul className="flex list-disc flex-col gap-1.5 pl-4 marker:text-ink-3">
      {of.map((each, at) => (
        <li key={at}>{each}</li>
      ))}
    </ul>
  );
}
