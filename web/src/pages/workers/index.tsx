import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { turnOn } from "@/api/fleet.ts";
import { useMay, useSuperuser, useTopic } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import type { Scope } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Notice, Page, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { SwitchWords } from "@/parts/switches/switch-words.tsx";
import { AddWorker } from "./add-worker.tsx";
import { PoolDialog } from "./pool-dialog.tsx";
import { PoolTable } from "./pools.tsx";
import { WorkerTable } from "./worker-table.tsx";

const route = getRouteApi("/workers");
const WORKERS = { topic: "workers" } as const;

/** Who runs things: the workers and the pools that they serve, as they are now. */
export default function Workers() {
  useTopic(WORKERS);
  const workers = useQuery(queries.workers());
  const pools = useQuery(queries.pools());
  const superuser = useSuperuser();
  const { add } = route.useSearch();
  const navigate = route.useNavigate();
  const [dialog, setDialog] = useState<"worker" | "pool" | null>(add ? "worker" : null);
  const close = () => {
    setDialog(null);
    if (add) void navigate({ search: (old) => ({ ...old, add: undefined }), replace: true });
  };
  return (
    <Page
      title="Workers & pools"
      actions={
        superuser && (
          <Button icon="plus" kind="primary" onClick={() => setDialog("worker")}>
            Add a worker
          </Button>
        )
      }
    >
      <Off />
      <Section title="Workers" count={workers.data?.length}>
        <Loaded query={workers} placeholder={<Skeleton lines={4} className="h-8" />}>
          {(found) => <WorkerTable workers={found} empty={<NoWorkers />} />}
        </Loaded>
      </Section>
      <Section
        title="Pools"
        count={pools.data?.length}
        actions={
          superuser && (
            <Button kind="quiet" icon="plus" onClick={() => setDialog("pool")}>
              Describe a pool
            </Button>
          )
        }
      >
        <Loaded query={pools} placeholder={<Skeleton lines={3} className="h-8" />}>
          {(found) => <PoolTable pools={found} empty={<NoPools />} />}
        </Loaded>
      </Section>
      {superuser && dialog === "worker" && (
        <AddWorker pools={pools.data ?? []} wanted={add ?? "default"} onClose={close} />
      )}
      {dialog === "pool" && <PoolDialog onClose={close} />}
    </Page>
  );
}

/** What takes nothing new, each with its reason and the button that ends it. */
function Off() {
  const client = useQueryClient();
  const may = useMay()("operator", "*");
  const { data: switches = [] } = useQuery(queries.switches());
  const off = switches.filter(({ scope }) => scope === "worker" || scope === "pool");
  return off.map((each) => (
    <Notice
      key={`${each.scope}:${each.target}`}
      kind="missed"
      action={
        may && (
          <Button
            className="-my-1"
            onClick={() => void turnOn(client, { scope: each.scope as Scope, target: each.target })}
          >
            {each.scope === "worker" ? "Take runs again" : "Turn it on"}
          </Button>
        )
      }
    >
      <SwitchWords off={each} />
    </Notice>
  ));
}

function NoWorkers() {
  return (
    <EmptyState icon="workers" title="No worker is heard" command="tickwork worker">
      Workers take runs from the queues of their pools and run them. <code>tickwork up</code> brings one of
      its own; others begin on any machine that reaches this server, or its store:
    </EmptyState>
  );
}

function NoPools() {
  return (
    <EmptyState icon="workers" title="No pools yet">
      A pool is a queue that some workers serve. It is there as soon as a job names it or a worker serves it.
    </EmptyState>
  );
}
