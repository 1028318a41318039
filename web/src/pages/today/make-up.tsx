import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { makeUp } from "@/api/jobs.ts";
import { queries } from "@/api/queries.ts";
import { plural } from "@/core/text.ts";
import { Segments } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";

const CHOICES = [
  { value: "latest", label: "The latest of each job" },
  { value: "all", label: "All of them" },
] as const;
type Choice = (typeof CHOICES)[number]["value"];

/** Runs what jobs missed in the last day, which is not made up for yet: each job's latest, or all. */
export default function MakeUp({ jobs, onClose }: { jobs: readonly string[]; onClose: () => void }) {
  const client = useQueryClient();
  const [choice, setChoice] = useState<Choice>("latest");
  const found = useQueries({ queries: jobs.map((job) => ({ ...queries.missed(job), staleTime: 0 })) });
  const missed = jobs.map((job, at) => ({ job, slots: found[at]?.data ?? [] }));
  const wanted = missed
    .map(({ job, slots }) => ({ job, slots: choice === "all" ? slots : slots.slice(-1) }))
    .filter(({ slots }) => slots.length > 0);
  const count = wanted.reduce((sum, { slots }) => sum + slots.length, 0);
  const loading = found.some((query) => query.isPending);
  const done = (made: number) =>
    made ? `${plural(made, "run")} queued for what was missed` : "Nothing was left to make up for";
  return (
    <FormDialog
      title="Make up for what was missed?"
      action={count ? `Queue ${plural(count, "run")}` : "Nothing to run"}
      onClose={onClose}
      submit={() => makeUp(client, wanted)}
      done={done}
    >
      {() => (
        <>
          <p>
            Each chosen moment of the last 24 hours is run now, as a run that knows when it was due. Its entry
            in the ledger stays as it is.
          </p>
          <Segments label="Which" options={CHOICES} value={choice} onChange={setChoice} />
          <ul aria-label="What was missed" className="max-h-56 overflow-auto rounded-md border border-line">
            {missed.map(({ job, slots }) => (
              <li
                key={job}
                className="flex justify-between gap-4 border-b border-line px-3 py-1 last:border-b-0"
              >
                <span className="min-w-0 truncate">{job}</span>
                <span className="figures whitespace-nowrap text-ink-2">
                  {loading ? "…" : slots.length ? `${slots.length} missed` : "made up for"}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </FormDialog>
  );
}
