import { attempt } from "@/api/actions.ts";
import { api, data } from "@/api/client.ts";
import type { JobView } from "@/api/types.ts";
import { confirm } from "@/kit/dialog.tsx";
import { Notice } from "@/kit/page.tsx";

/** What it means to change a job that a board makes, and the way back. */
export function BoardNotice({ job, onReset }: { job: JobView; onReset: () => void }) {
  const reset = async () => {
    const wanted = await confirm({
      title: `Let the board decide about ${job.id} again?`,
      consequences: [
        `All that was changed by hand is taken back: the job becomes what ${job.owner} says.`,
        "What you changed on this page and did not save is lost.",
      ],
      action: "Give it back to the board",
      danger: true,
    });
    if (!wanted) return;
    const given = await attempt(
      data(
        api.POST("/api/v1/jobs/{job}/definition/reset", {
          params: { path: { job: job.id } },
          body: { keys: [] },
        }),
      ),
      `${job.id} is the board's again`,
      `${job.id} could not be given back`,
    );
    if (given) onReset();
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
