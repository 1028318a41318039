import type { KeyView } from "@/api/types.ts";
import { nowMs } from "@/core/now.ts";
import { Icon } from "@/kit/icon.tsx";
import { RowMenu } from "@/kit/menu.tsx";
import { StateBadge } from "@/kit/state.tsx";
import type { Column } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";

export interface KeyVerbs {
  rotate: (key: KeyView) => void;
  revoke: (key: KeyView) => void;
}

export function keyState(key: KeyView, now: number): "active" | "expired" | "revoked" {
  if (key.revoked) return "revoked";
  return key.expires && Date.parse(key.expires) <= now ? "expired" : "active";
}

/** What it is good for, in words. */
export function goodFor(key: KeyView): string {
  if (key.kind === "worker") return `worker of ${key.pools.join(", ")}`;
  return `${key.scopes.join(", ")}${key.project ? ` in ${key.project}` : ""}`;
}

export function keyColumns(everybodys: boolean, { rotate, revoke }: KeyVerbs): Column<KeyView>[] {
  const columns: (Column<KeyView> | false)[] = [
    {
      id: "name",
      title: "Key",
      width: "minmax(110px, 2fr)",
      cell: (key) => (
        <span className="inline-flex items-center gap-2 align-middle">
          <Icon name={key.kind === "worker" ? "workers" : "key"} className="text-ink-3" />
          <span className="font-medium">{key.name}</span>
        </span>
      ),
    },
    {
      id: "state",
      title: "State",
      width: "92px",
      cell: (key) => <StateBadge state={keyState(key, nowMs())} />,
    },
    {
      id: "good",
      title: "Good for",
      width: "minmax(110px, 3fr)",
      cell: (key) => <span data-tip={goodFor(key)}>{goodFor(key)}</span>,
    },
    everybodys && {
      id: "owner",
      title: "Of",
      width: "minmax(80px, 1fr)",
      cell: (key) => key.owner || <span className="text-ink-3">nobody</span>,
      wide: true,
    },
    { id: "created", title: "Made", width: "84px", cell: (key) => <Time at={key.created} />, wide: true },
    {
      id: "expires",
      title: "Expires",
      width: "92px",
      cell: (key) => (key.expires ? <Time at={key.expires} /> : <span className="text-ink-3">never</span>),
      wide: true,
    },
    {
      id: "used",
      title: "Used",
      width: "84px",
      cell: (key) => (key.used ? <Time at={key.used} /> : <span className="text-ink-3">never</span>),
      wide: true,
    },
    {
      id: "do",
      title: "",
      width: "44px",
      cell: (key) =>
        !key.revoked && (
          <RowMenu
            kind="Key"
            name={key.name}
            items={[
              { label: "Another secret …", icon: "again", act: () => rotate(key) },
              { label: "Revoke …", icon: "trash", danger: true, act: () => revoke(key) },
            ]}
          />
        ),
    },
  ];
  return columns.filter((column) => column !== false);
}
