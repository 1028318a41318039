/** What happened, said once and never lost: errors stay until they are dismissed, and all of them stay listed. */

import { useEffect, useState } from "react";
import { cx } from "@/core/classes.ts";
import { nowMs } from "@/core/now.ts";
import { kept, useWatched, Watched } from "@/core/store.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { Popover } from "./menu.tsx";
import { Time } from "./time.tsx";

const SHOWN_MS = 6_000;
const KEPT = 100;

export interface Message {
  id: number;
  at: number;
  kind: "done" | "error";
  text: string;
  /** What the server said in detail. */
  detail?: string;
  /** A button: `Undo`, `Show the run`. */
  action?: { label: string; act: () => void };
  /** It still lies on the page. */
  open: boolean;
}

/** As JSON: a page that is loaded anew still knows what was said. What can be done about it is gone. */
const stored = kept("messages", (found) => found ?? "[]", "sessionStorage");
const messages = new Watched<readonly Message[]>(messagesIn(stored.get()));
let last = messages.get()[0]?.id ?? 0;
messages.watch(() => stored.set(JSON.stringify(messages.get().map(({ action, ...rest }) => rest))));

function messagesIn(text: string): Message[] {
  const found = JSON.parse(text) as Message[];
  return found.map((message) => ({ ...message, open: message.open && message.kind === "error" }));
}

/** Who comes next in this tab reads nothing of it. */
export function forgetMessages(): void {
  messages.set([]);
}

function say(kind: Message["kind"], text: string, more: Pick<Message, "detail" | "action"> = {}): void {
  last += 1;
  const message: Message = { id: last, at: nowMs(), kind, text, open: true, ...more };
  messages.set([message, ...messages.get()].slice(0, KEPT));
}

export const toast = {
  done: (text: string, action?: Message["action"]) => say("done", text, action ? { action } : {}),
  /** Takes whatever was thrown: a problem of the server shows its detail. */
  error: (text: string, error?: unknown) =>
    say("error", text, error instanceof Error ? { detail: error.message } : {}),
};

function close(id: number): void {
  messages.set(messages.get().map((message) => (message.id === id ? { ...message, open: false } : message)));
}

/** Where messages lie; once, in the shell. */
export function Toasts() {
  const open = useWatched(messages).filter((message) => message.open);
  return (
    <section
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-40 flex flex-col-reverse items-end gap-2"
    >
      {open.map((message) => (
        <Toast key={message.id} message={message} />
      ))}
    </section>
  );
}

function Toast({ message }: { message: Message }) {
  const [held, hold] = useState(false);
  const { id, kind } = message;
  useEffect(() => {
    if (held || kind === "error") return;
    const timer = setTimeout(() => close(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, id, kind]);
  return (
    <div
      role={kind === "error" ? "alert" : "status"}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      className="pointer-events-auto flex w-full max-w-96 items-start gap-2 rounded-md border border-line-strong bg-raised py-2 pl-3 pr-2 shadow-raised"
    >
      <MessageText message={message} />
      <Button kind="quiet" icon="close" bare className="-my-1" onClick={() => close(id)}>
        Dismiss
      </Button>
    </div>
  );
}

function MessageText({ message }: { message: Message }) {
  const { kind, text, detail, action } = message;
  const error = kind === "error";
  return (
    <>
      <Icon
        name={error ? "warning" : "check"}
        className={cx("mt-0.5", error ? "text-failed" : "text-succeeded")}
      />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{text}</p>
        {detail && <p className="break-words text-ink-2">{detail}</p>}
      </div>
      {action && (
        <button type="button" className="link font-medium" onClick={action.act}>
          {action.label}
        </button>
      )}
    </>
  );
}

/** All messages since the tab was opened. */
export function MessageList() {
  const all = useWatched(messages);
  return (
    <Popover
      title="Messages"
      trigger={
        <Button kind="quiet" icon="bell" bare>
          Messages
        </Button>
      }
    >
      {all.length === 0 && (
        <p className="text-ink-2">Nothing yet. What you do here and what came of it is kept here.</p>
      )}
      <ul className="flex max-h-80 flex-col gap-2 overflow-auto">
        {all.map((message) => (
          <li key={message.id} className="flex items-start gap-2">
            <MessageText message={message} />
            <Time at={new Date(message.at).toISOString()} className="text-xs text-ink-3" />
          </li>
        ))}
      </ul>
    </Popover>
  );
}
