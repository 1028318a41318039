import type { WorkerView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Dialog } from "@/kit/dialog.tsx";
import { Facts, Notice } from "@/kit/page.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { Duration, Time } from "@/kit/time.tsx";
import { Containment } from "./containment.tsx";
import { workerState } from "./worker-state.ts";

interface WorkerDialogProps {
  worker: WorkerView;
  onClose: () => void;
  onDrain: (() => void) | undefined;
}

/** All that is known of one worker: what the table has no room for. */
export function WorkerDialog({ worker, onClose, onDrain }: WorkerDialogProps) {
  return (
    <Dialog
      title={worker.name}
      onClose={onClose}
      footer={
        <>
          {onDrain && (
            <Button icon="pause" onClick={onDrain}>
              Drain …
            </Button>
          )}
          <Button kind="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {worker.paused && <Notice kind="missed">{worker.paused}</Notice>}
        {typeof worker.silent === "number" && (
          <Notice kind="failed">
            It was not heard for <Duration seconds={worker.silent} />, longer than it should be: its runs are
            settled as lost when its lease is over.
          </Notice>
        )}
        <Facts
          facts={[
            ["State", <StateBadge key="state" state={workerState(worker)} />],
            ["Pools", worker.pools.join(", ")],
            ["Seats", worker.concurrency],
            [
              "Load",
              worker.load === null ? "not told" : `${worker.load.toFixed(2)} per processor, over a minute`,
            ],
            ["Containment", <Containment key="rung" rung={worker.containment} />],
            ["Labels", worker.labels.join(", ") || "none"],
            ["Version", worker.version],
            ["Host", `${worker.host}, process ${worker.pid}`],
            ["Heard", <Time key="seen" at={worker.seen} show="exact" />],
            [
              "Session",
              <code key="session" className="font-mono text-xs">
                {worker.session}
              </code>,
            ],
          ]}
        />
      </div>
    </Dialog>
  );
}
