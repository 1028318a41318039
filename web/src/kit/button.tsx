import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "@/core/classes.ts";
import type { IconName } from "@/core/states.ts";
import { first } from "./first.ts";
import { Icon } from "./icon.tsx";
import { KeyHint } from "./key-hint.tsx";
import { Spinner } from "./progress.tsx";

type Kind = "plain" | "primary" | "danger" | "quiet";

const KINDS: Record<Kind, string> = {
  plain: "border border-line-strong bg-surface text-ink hover:bg-hover",
  primary: "border border-transparent bg-accent text-on-accent hover:bg-accent-strong",
  danger: "border border-failed/40 bg-surface text-failed hover:bg-failed-soft",
  quiet: "border border-transparent text-ink-2 hover:bg-hover hover:text-ink",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind;
  icon?: IconName;
  /** It is being done: the button stays, says so and takes no second press. */
  busy?: boolean;
  /** The shortcut that does the same. */
  keys?: string;
  /** Only the icon is seen; the children are its name. */
  bare?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = "plain",
  icon,
  busy,
  keys,
  bare,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      {...first(rest.autoFocus)}
      {...rest}
      onClick={busy ? undefined : rest.onClick}
      data-tip={
        bare && typeof children === "string" ? (rest["data-tip" as keyof typeof rest] ?? children) : undefined
      }
      className={buttonClass(kind, cx(bare && "w-control px-0", className))}
    >
      <Content icon={icon} busy={busy} bare={bare}>
        {children}
      </Content>
      {keys && !bare && <KeyHint keys={keys} />}
    </button>
  );
}

/** For links that look like buttons. */
export function buttonClass(kind: Kind = "plain", more?: string): string {
  return cx(
    "inline-flex h-control items-center justify-center gap-1.5 whitespace-nowrap rounded-md px-2.5 text-sm font-medium",
    "disabled:opacity-45 aria-disabled:opacity-60",
    KINDS[kind],
    more,
  );
}

interface ContentProps {
  icon?: IconName;
  busy?: boolean;
  bare?: boolean;
  children: ReactNode;
}

function Content({ icon, busy, bare, children }: ContentProps) {
  return (
    <>
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {bare ? <span className="sr-only">{children}</span> : children}
    </>
  );
}
