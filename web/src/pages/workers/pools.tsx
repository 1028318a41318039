import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { forgetPool, turnOn } from "@/api/fleet.ts";
import { useMay, useSuperuser } from "@/api/hooks.ts";
import type { PoolView } from "@/api/types.ts";
import { type MenuItem, RowMenu } from "@/kit/menu.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Duration, Elapsed, Time } from "@/kit/time.tsx";
import { TurnOff } from "@/parts/switches/turn-off.tsx";
import { PoolDialog } from "./pool-dialog.tsx";
import { Seats } from "./seats.tsx";

type Doing = { pool: PoolView; what: "edit" | "off" };

export function PoolTable({ pools, empty }: { pools: readonly PoolView[]; empty: ReactNode }) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const menu = useMenu(setDoing);
  const columns = useMemo(() => columnsOf(menu), [menu]);
  const close = () => setDoing(null);
  return (
    <>
      <Table label="Pools" columns={columns} rows={pools} rowKey={(pool) => pool.name} empty={empty} />
      {doing?.what === "edit" && <PoolDialog pool={doing.pool} onClose={close} />}
      {doing?.what === "off" && (
        <TurnOff
          what={{ scope: "pool", target: doing.pool.name }}
          title={`Turn pool ${doing.pool.name} off`}
          onClose={close}
        />
      )}
    </>
  );
}

/** What the person may do with a pool. */
function useMenu(does: (doing: Doing) => void): (pool: PoolView) => MenuItem[] {
  const client = useQueryClient();
  const operates = useMay()("operator", "*");
  const superuser = useSuperuser();
  return useMemo(
    () => (pool: PoolView) => {
      const items: (MenuItem | false)[] = [
        operates &&
          (pool.paused
            ? {
                label: "Turn on",
                icon: "play",
                act: () => void turnOn(client, { scope: "pool", target: pool.name }),
              }
            : { label: "Turn off …", icon: "pause", act: () => does({ pool, what: "off" }) }),
        superuser && { label: "Edit …", icon: "edit", act: () => does({ pool, what: "edit" }) },
        superuser && {
          label: "Forget its description …",
          icon: "trash",
          danger: true,
          act: () => void forgetPool(client, pool.name),
        },
      ];
      return items.filter((item) => item !== false);
    },
    [client, operates, superuser, does],
  );
}

/** What needs a look first: off, nobody serves it, runs wait. */
function poolState(pool: PoolView): string {
  if (pool.paused) return "paused";
  if (pool.unresponsive_since) return "unserved";
  if (pool.workers.length > 0) return "ready";
  return pool.waiting_since ? "unserved" : "idle";
}

function columnsOf(menu: (pool: PoolView) => MenuItem[]): Column<PoolView>[] {
  return [
    {
      id: "name",
      title: "Pool",
      width: "minmax(90px, 2fr)",
      cell: (pool) => (
        <span data-tip={pool.description || undefined}>
          <span className="font-medium">{pool.name}</span>
          {pool.description && <span className="pl-2 text-ink-2 max-sm:hidden">{pool.description}</span>}
        </span>
      ),
    },
    { id: "state", title: "State", width: "minmax(104px, 172px)", cell: stateCell },
    {
      id: "seats",
      title: "Seats",
      width: "minmax(64px, 132px)",
      cell: (pool) => <Seats busy={pool.busy} seats={pool.seats} />,
    },
    { id: "waiting", title: "Waits since", width: "96px", cell: waitingCell, wide: true },
    {
      id: "limit",
      title: "Limit",
      width: "60px",
      align: "right",
      cell: (pool) => pool.max_running ?? <span className="text-ink-3">none</span>,
      wide: true,
    },
    {
      id: "lease",
      title: "Lease",
      width: "84px",
      align: "right",
      cell: (pool) =>
        pool.lease === null ? (
          <span className="text-ink-3">worker's</span>
        ) : (
          <Duration seconds={pool.lease} />
        ),
      wide: true,
    },
    {
      id: "projects",
      title: "For projects",
      width: "minmax(90px, 1fr)",
      cell: (pool) => pool.projects.join(", ") || <span className="text-ink-3">all</span>,
      wide: true,
    },
    {
      id: "workers",
      title: "Workers",
      width: "minmax(90px, 1fr)",
      cell: (pool) => pool.workers.join(", ") || <span className="text-ink-3">none</span>,
      wide: true,
    },
    {
      id: "do",
      title: "",
      width: "44px",
      cell: (pool) => <RowMenu kind="Pool" name={pool.name} items={menu(pool)} />,
    },
  ];
}

function stateCell(pool: PoolView) {
  const since = pool.unresponsive_since;
  return (
    <span data-tip={pool.paused ?? (since ? "Runs are queued, and no worker of it is heard" : undefined)}>
      <StateBadge state={poolState(pool)} />
      {!pool.paused && since && (
        <span className="pl-1 text-ink-3 max-sm:hidden">
          <Elapsed since={since} />
        </span>
      )}
    </span>
  );
}

function waitingCell(pool: PoolView) {
  return <Time at={pool.waiting_since} />;
}
