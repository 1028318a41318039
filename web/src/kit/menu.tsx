/** Menus and small panels on the browser's popovers: they close by Escape or a click beside them, and lie on top. */

import {
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type ToggleEvent,
  useId,
  useRef,
} from "react";
import { cx } from "@/core/classes.ts";
import type { IconName } from "@/core/states.ts";
import { Button } from "./button.tsx";
import { placeAt } from "./floating.ts";
import { Icon } from "./icon.tsx";
import { KeyHint } from "./key-hint.tsx";

export interface MenuItem {
  label: string;
  icon?: IconName;
  keys?: string;
  danger?: boolean;
  /** A choice that is taken, or not. */
  chosen?: boolean;
  disabled?: boolean;
  /** Why it cannot be chosen, or what it does. */
  tip?: string;
  act: () => void;
}

type Trigger = ReactElement<{ popoverTarget?: string; "aria-haspopup"?: "menu" | "dialog" }>;

const PANEL =
  "fixed inset-auto m-0 rounded-md border border-line-strong bg-raised text-sm text-ink shadow-raised";

interface MenuProps {
  /** A `Button`. */
  trigger: Trigger;
  /** Things to do, or to choose from; null draws a line. */
  items: readonly (MenuItem | null)[];
  label?: string;
}

export function Menu({ trigger, items, label }: MenuProps) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const choosing = items.some((item) => item?.chosen !== undefined);
  const opened = (event: ToggleEvent<HTMLDivElement>) => {
    if (event.newState !== "open" || !box.current) return;
    place(box.current, id, "start");
    itemsIn(box.current)[0]?.focus();
  };
  return (
    <>
      {cloneElement(trigger, { popoverTarget: id, "aria-haspopup": "menu" })}
      <div
        ref={box}
        id={id}
        role="menu"
        aria-label={label}
        tabIndex={-1}
        popover="auto"
        onToggle={opened}
        onKeyDown={(event) => (event.key === "Tab" ? box.current?.hidePopover() : moveFocus(event))}
        className={cx(PANEL, "min-w-44 p-1")}
      >
        {label && <p className="eyebrow px-2 py-1">{label}</p>}
        {items.map((item, at) =>
          item ? (
            <Item key={item.label} item={item} choosing={choosing} close={() => box.current?.hidePopover()} />
          ) : (
            <hr key={at} className="my-1 border-line" />
          ),
        )}
      </div>
    </>
  );
}

function Item({ item, choosing, close }: { item: MenuItem; choosing: boolean; close: () => void }) {
  const { label, icon, keys, danger, chosen, disabled, tip, act } = item;
  return (
    <button
      type="button"
      {...(choosing ? { role: "menuitemradio", "aria-checked": chosen ?? false } : { role: "menuitem" })}
      aria-disabled={disabled || undefined}
      tabIndex={-1}
      data-tip={tip}
      onPointerEnter={(event) => event.currentTarget.focus()}
      onClick={() => {
        if (disabled) return;
        close();
        act();
      }}
      className={cx(
        "flex w-full items-center gap-2 rounded-sm px-2 py-1 text-left outline-none focus:bg-hover",
        "aria-disabled:opacity-45 max-sm:py-2",
        danger && "text-failed",
      )}
    >
      {choosing && <Icon name="check" className={chosen ? "text-accent" : "invisible"} />}
      {icon && <Icon name={icon} className={danger ? "" : "text-ink-3"} />}
      <span className="flex-1 whitespace-nowrap">{label}</span>
      {keys && <KeyHint keys={keys} />}
    </button>
  );
}

/** Arrows go round; a letter goes to the next item that begins with it. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = itemsIn(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = (index: number) => items.at(index % items.length);
  const begins = (item: HTMLElement) =>
    item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase());
  const next =
    event.key === "ArrowDown"
      ? to(at + 1)
      : event.key === "ArrowUp"
        ? to(at - 1)
        : event.key === "Home"
          ? to(0)
          : event.key === "End"
            ? to(-1)
            : event.key.length === 1 && event.key !== " "
              ? [...items.slice(at + 1), ...items].find(begins)
              : undefined;
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function itemsIn(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("[role^=menuitem]")];
}

/** What can be done with a row of a table; nothing where there is nothing. */
export function RowMenu({ kind, name, items }: { kind: string; name: string; items: MenuProps["items"] }) {
  if (items.length === 0) return null;
  const trigger = (
    <Button kind="quiet" icon="more" bare>
      {`${kind} ${name}`}
    </Button>
  );
  return <Menu label={name} items={items} trigger={trigger} />;
}

/** A small panel that belongs to a button. */
export function Popover({
  trigger,
  title,
  children,
}: {
  trigger: Trigger;
  title: string;
  children: ReactNode;
}) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const opened = (event: ToggleEvent<HTMLDivElement>) => {
    if (event.newState === "open" && box.current) place(box.current, id, "end");
  };
  return (
    <>
      {cloneElement(trigger, { popoverTarget: id, "aria-haspopup": "dialog" })}
      <div
        ref={box}
        id={id}
        role="dialog"
        aria-label={title}
        popover="auto"
        onToggle={opened}
        className={cx(PANEL, "w-96 max-w-[calc(100vw-24px)] p-3")}
      >
        <p className="eyebrow pb-2">{title}</p>
        {children}
      </div>
    </>
  );
}

function place(box: HTMLElement, id: string, align: "start" | "end"): void {
  const anchor = document.querySelector(`[popovertarget="${id}"]`);
  if (anchor) placeAt(box, anchor.getBoundingClientRect(), align);
}
