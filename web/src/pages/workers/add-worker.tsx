import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client.ts";
import { queries } from "@/api/queries.ts";
import type { MadeKey, PoolView } from "@/api/types.ts";
import { Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Icon } from "@/kit/icon.tsx";
import { CodeView } from "@/kit/json-view.tsx";
import { Spinner } from "@/kit/progress.tsx";
import { ShownOnce } from "@/kit/shown-once.tsx";
import { workerCommand } from "./command.ts";

interface AddWorkerProps {
  pools: readonly PoolView[];
  onClose: () => void;
}

/** Makes a key for a worker, says what to run where, and waits until the worker is heard. */
export function AddWorker({ pools, onClose }: AddWorkerProps) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [pool, setPool] = useState("default");
  const [made, setMade] = useState<MadeKey | null>(null);
  if (made) return <Begin made={made} name={name} pool={pool} onClose={onClose} />;
  const done = (key: MadeKey) => {
    setMade(key);
    void client.invalidateQueries({ queryKey: ["keys"] });
  };
  return (
    <FormDialog
      title="Add a worker"
      action="Make its key"
      onClose={onClose}
      submit={() => data(api.POST("/api/v1/keys/workers", { body: { name, pools: [pool] } }))}
      onDone={done}
    >
      {(wrong) => (
        <>
          <p className="text-ink-2">
            A worker on another machine needs nothing but this server's address and a key. With the key it
            takes runs of its pool and reports on them; it reads nothing else.
          </p>
          <Field
            label="Name"
            error={wrong("name")}
            help="Of the worker, and of its key: shown wherever it runs something."
          >
            <Input
              autoFocus
              required
              placeholder="atlas"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Field label="Pool" error={wrong("pools")} help="Whose runs it takes. A new name makes a new pool.">
            <Input
              required
              list="known-pools"
              value={pool}
              onChange={(event) => setPool(event.target.value)}
            />
          </Field>
          <datalist id="known-pools">
            {pools.map((each) => (
              <option key={each.name} value={each.name} />
            ))}
          </datalist>
        </>
      )}
    </FormDialog>
  );
}

interface BeginProps {
  made: MadeKey;
  name: string;
  pool: string;
  onClose: () => void;
}

function Begin({ made, name, pool, onClose }: BeginProps) {
  const { data: settings } = useQuery(queries.settings());
  const server = String(settings?.public_url || location.origin);
  return (
    <ShownOnce title={`The key of worker ${name}`} label="The key" secret={made.secret} onClose={onClose}>
      <p>On its machine, put the key into a file that only you can read (paste it, then Enter and Ctrl-D):</p>
      <CodeView label="Command that keeps the key" text="(umask 077; cat > worker.key)" />
      <p>Then begin the worker:</p>
      <CodeView label="Command that begins the worker" text={workerCommand({ server, pool, name })} />
      <Arrival name={name} />
    </ShownOnce>
  );
}

/** Whether it is heard already. */
function Arrival({ name }: { name: string }) {
  const { data: workers = [] } = useQuery(queries.workers());
  const [before] = useState(() => new Set(workers.map((worker) => worker.session)));
  const here = workers.some((worker) => worker.name === name && !before.has(worker.session));
  return (
    <p role="status" className="flex items-center gap-2 text-ink-2">
      {here ? <Icon name="check" className="text-succeeded" /> : <Spinner />}
      {here ? `Worker ${name} is here and takes runs.` : `Waiting to hear from worker ${name} …`}
    </p>
  );
}
