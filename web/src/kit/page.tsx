/** The frame of a page: a title, what can be done there, and the content. */

import { type ReactNode, useEffect } from "react";
import { cx } from "@/core/classes.ts";
import type { IconName } from "@/core/states.ts";
import { Icon } from "./icon.tsx";

interface PageProps {
  title: string;
  /** Beside the title: a state, a count. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** The content fills the window and scrolls inside (tables, logs, graphs). */
  fill?: boolean;
  children: ReactNode;
}

export function Page({ title, aside, actions, fill, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Tickwork`;
  }, [title]);
  return (
    <div
      className={cx("flex flex-col gap-4 px-3 py-3 sm:px-5 sm:py-4", fill ? "h-full min-h-0" : "min-h-full")}
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {/* It takes the room there is: actions stand at the right, or begin a line of their own. */}
        <div className="flex min-w-0 grow flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 break-words text-lg font-semibold">{title}</h1>
          {aside}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  title: string;
  count?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Section({ title, count, actions, className, children }: SectionProps) {
  return (
    <section aria-label={title} className={cx("flex min-w-0 flex-col gap-2", className)}>
      <div className="flex h-6 items-center gap-2">
        <h2 className="text-sm font-semibold">{title}</h2>
        {count !== undefined && <span className="figures text-ink-3">{count}</span>}
        {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** A framed part of a page. */
export function Panel({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={cx("rounded-lg border border-line bg-surface", className)}>{children}</div>;
}

interface EmptyProps {
  icon?: IconName;
  title: string;
  /** What would stand here. */
  children: ReactNode;
  /** The one command that fills it. */
  command?: string;
  /** Or the one button. */
  action?: ReactNode;
}

/** Nothing here yet: says what would be here and how it comes. */
export function EmptyState({ icon, title, children, command, action }: EmptyProps) {
  return (
    <div data-empty className="mx-auto flex max-w-[540px] flex-col items-center gap-2 px-4 py-10 text-center">
      {icon && <Icon name={icon} size={22} className="text-ink-3" />}
      <p className="text-base font-semibold">{title}</p>
      <p className="max-w-[460px] text-balance text-ink-2">{children}</p>
      {command && (
        <code className="mt-1 max-w-full overflow-x-auto rounded-md border border-line bg-sunken px-3 py-1.5 font-mono text-xs">
          {command}
        </code>
      )}
      {action && <div className="mt-1">{action}</div>}
    </div>
  );
}

/** A sentence that matters: why it is so, what is wrong. */
export function Notice({
  kind = "info",
  children,
  action,
}: {
  kind?: "info" | "failed" | "missed";
  children: ReactNode;
  action?: ReactNode;
}) {
  const tones = {
    info: "border-line bg-sunken",
    failed: "border-failed/30 bg-failed-soft",
    missed: "border-missed/30 bg-missed-soft",
  };
  const inks = { info: "text-ink-2", failed: "text-failed", missed: "text-missed" };
  return (
    <div className={cx("flex items-start gap-2 rounded-md border px-3 py-2", tones[kind])}>
      <Icon name={kind === "info" ? "info" : "warning"} className={cx("mt-0.5", inks[kind])} />
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {action}
    </div>
  );
}

/** Names and values, the values in one column. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-2">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
