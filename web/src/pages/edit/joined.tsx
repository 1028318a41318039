/** What it hangs on: jobs that set it off, and jobs whose results it needs. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import { Button } from "@/kit/button.tsx";
import { type Option, Select } from "@/kit/field.tsx";
import { useForm } from "./form.ts";
import { InYaml, Suggest } from "./inputs.tsx";
import { type AfterOn, afterOf, neededJob, needsOf, put } from "./said.ts";

const ENDS: readonly Option<AfterOn>[] = [
  { value: "success", label: "succeeded" },
  { value: "failure", label: "failed" },
  { value: "any", label: "ended" },
];

/** As a board names them: those of the same project by their names. */
function useNames(): string[] {
  const { project } = useForm();
  const { data: jobs = [] } = useInfiniteQuery(queries.jobs(""));
  return jobs.map((job) => (job.project === project ? job.name : job.id));
}

export function AfterJobs() {
  const { said, change, error } = useForm();
  const names = useNames();
  const rows = afterOf(said);
  const set = (next: [string, AfterOn][]) => change(put(said, "after", Object.fromEntries(next)));
  return (
    <div className="flex flex-col gap-2">
      {rows.map(([job, on], at) => (
        <div key={at} className="flex flex-wrap items-center gap-2">
          <span className="text-ink-2">{at ? "and" : "when"}</span>
          <Suggest
            label="Job that sets it off"
            among={names}
            value={job}
            onChange={(name) => set(rows.with(at, [name, on]))}
            className="w-56"
          />
          <Select
            aria-label="How it ended"
            options={ENDS}
            value={on}
            onChange={(end) => set(rows.with(at, [job, end]))}
          />
          <Remove label="Remove the job" onClick={() => set(rows.toSpliced(at, 1))} />
        </div>
      ))}
      {error("after") && <p className="text-xs text-failed">{error("after")}</p>}
      <div>
        <Button
          icon="plus"
          disabled={rows.some(([job]) => job === "")}
          onClick={() => set([...rows, ["", "success"]])}
        >
          {rows.length ? "And after another job" : "Run after another job"}
        </Button>
      </div>
    </div>
  );
}

export function NeededJobs() {
  const { said, change, error } = useForm();
  const names = useNames();
  const rows = needsOf(said);
  const set = (next: typeof rows) => change(put(said, "needs", next));
  return (
    <div className="flex flex-col gap-2">
      {rows.map((need, at) => (
        <div key={at} className="flex items-center gap-2">
          {typeof need === "string" ? (
            <Suggest
              label="Job that it needs"
              among={names}
              value={need}
              onChange={(name) => set(rows.with(at, name))}
              className="w-56"
            />
          ) : (
            <InYaml value={need} />
          )}
          <Remove label={`Remove ${neededJob(need)}`} onClick={() => set(rows.toSpliced(at, 1))} />
        </div>
      ))}
      {error("needs") && <p className="text-xs text-failed">{error("needs")}</p>}
      <div>
        <Button icon="plus" disabled={rows.includes("")} onClick={() => set([...rows, ""])}>
          Need another job's result
        </Button>
      </div>
    </div>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button kind="quiet" icon="trash" bare onClick={onClick}>
      {label}
    </Button>
  );
}
