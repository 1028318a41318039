import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { enrol } from "@/api/fleet.ts";
import { queries } from "@/api/queries.ts";
import type { EnrolmentView, PoolView } from "@/api/types.ts";
import { Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Icon } from "@/kit/icon.tsx";
import { CodeView } from "@/kit/json-view.tsx";
import { Spinner } from "@/kit/progress.tsx";
import { ShownOnce } from "@/kit/shown-once.tsx";
import { Time } from "@/kit/time.tsx";
import { enrolCommand, workerCommand } from "./command.ts";

interface AddWorkerProps {
  pools: readonly PoolView[];
  /** The pool that it is to serve. */
  wanted: string;
  onClose: () => void;
}

/** Makes a token for a worker, says what to run where, and waits until the worker is heard. */
export function AddWorker({ pools, wanted, onClose }: AddWorkerProps) {
  const [name, setName] = useState("");
  const [pool, setPool] = useState(wanted);
  const [made, setMade] = useState<EnrolmentView | null>(null);
  if (made) return <Begin made={made} name={name} pool={pool} onClose={onClose} />;
  return (
    <FormDialog
      title="Add a worker"
      action="Show what to run"
      onClose={onClose}
      submit={() => enrol(pool)}
      onDone={setMade}
    >
      {(wrong) => (
        <>
          <p className="text-ink-2">
            A worker on another machine needs nothing but this server's address and a key of its own. With it,
            it takes runs of its pool and reports on them; it reads nothing else.
          </p>
          <Field label="Name" error={wrong("name")} help="Shown wherever it runs something.">
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
  made: EnrolmentView;
  name: string;
  pool: string;
  onClose: () => void;
}

function Begin({ made, name, pool, onClose }: BeginProps) {
  const { data: settings } = useQuery(queries.settings());
  const server = String(settings?.public_url || location.origin);
  return (
    <ShownOnce
      title={`Enrol worker ${name}`}
      label="Command that enrols the worker"
      secret={enrolCommand({ server, name, token: made.token })}
      onClose={onClose}
    >
      <p>
        Run it on the worker's machine: it gets a key of its own and keeps it in a file. The token is good
        once
        {made.expires && (
          <>
            , until <Time at={made.expires} show="clock" />
          </>
        )}
        . Then begin the worker:
      </p>
      <CodeView label="Command that begins the worker" text={workerCommand({ server, name, pool })} />
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
