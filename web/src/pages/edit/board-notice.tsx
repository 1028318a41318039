import { giveBack } from "@/api/definitions.ts";
import type { JobView } from "@/api/types.ts";
import { Notice } from "@/kit/page.tsx";

/** What it means to change a job that a board makes, and the way back. */
export function BoardNotice({ job, onReset }: { job: JobView; onReset: () => void }) {
  const reset = async () => {
    if (await giveBack(job)) onReset();
  };
  return (
    <Notice>
      The board <code className="font-mono text-xs">{job.owner}</code> makes this job. What you save here
      stands over the board, key by key, whenever it is loaded again.{" "}
      <button type="button" className="link" onClick={() => void reset()}>
        Give it back to the board
      </button>
    </Notice>
  );
}
