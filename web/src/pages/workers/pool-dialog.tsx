import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { describePool } from "@/api/fleet.ts";
import { queries } from "@/api/queries.ts";
import type { PoolView } from "@/api/types.ts";
import { Choices } from "@/kit/choices.tsx";
import { Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";

/** What is said of a pool; without `pool` another one is described. */
export function PoolDialog({ pool, onClose }: { pool?: PoolView; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(pool?.name ?? "");
  const [description, setDescription] = useState(pool?.description ?? "");
  const [limit, setLimit] = useState(pool?.max_running?.toString() ?? "");
  const [lease, setLease] = useState(pool?.lease?.toString() ?? "");
  const [jobTimeout, setJobTimeout] = useState(pool?.job_timeout?.toString() ?? "");
  const [projects, setProjects] = useState<readonly string[]>(pool?.projects ?? []);
  const submit = () =>
    describePool(client, name, {
      description,
      max_running: numberOf(limit),
      lease: numberOf(lease),
      job_timeout: numberOf(jobTimeout),
      projects: [...projects],
    });
  return (
    <FormDialog
      title={pool ? `Pool ${pool.name}` : "Describe a pool"}
      action="Save"
      onClose={onClose}
      submit={submit}
      done={`Pool ${name} is described`}
    >
      {(wrong) => (
        <>
          {!pool && (
            <Field
              label="Name"
              error={wrong("name")}
              help={
                <>
                  As jobs name it (<code className="font-mono">pool: …</code>) and workers serve it.
                </>
              }
            >
              <Input autoFocus required value={name} onChange={(event) => setName(event.target.value)} />
            </Field>
          )}
          <Field label="Description" optional error={wrong("description")}>
            <Input value={description} onChange={(event) => setDescription(event.target.value)} />
          </Field>
          <Limit
            label="Runs at a time"
            help="Over all its workers, from now on. Empty: as many as they have seats."
            error={wrong("max_running")}
            step={1}
            value={limit}
            onChange={setLimit}
          />
          <Limit
            label="Lease in seconds"
            help="Silence after which a worker's runs count as lost. Holds for workers that begin from now on. Empty: as each worker is set."
            error={wrong("lease")}
            value={lease}
            onChange={setLease}
          />
          <Limit
            label="Time-out in seconds"
            help="Runs of jobs that have no time-out of their own are stopped after it. Empty: as the server is set."
            error={wrong("job_timeout")}
            least={0}
            value={jobTimeout}
            onChange={setJobTimeout}
          />
          <Projects chosen={projects} choose={setProjects} />
        </>
      )}
    </FormDialog>
  );
}

function Projects({
  chosen,
  choose,
}: {
  chosen: readonly string[];
  choose: (names: readonly string[]) => void;
}) {
  const { data: known = [] } = useQuery(queries.projects());
  const names = [...new Set([...known.map((project) => project.name), ...chosen])].sort();
  return (
    <Choices
      inline
      legend="Whose jobs may use it"
      options={names.map((name) => ({ value: name, label: name }))}
      chosen={chosen}
      onChange={choose}
    >
      <p className="text-xs text-ink-2">None chosen: all projects.</p>
    </Choices>
  );
}

interface LimitProps {
  label: string;
  help: string;
  error: string | undefined;
  least?: number;
  /** Absent: fractions are good, too. */
  step?: number;
  value: string;
  onChange: (value: string) => void;
}

/** A number, or nothing. */
function Limit({ label, help, error, least = 1, step, value, onChange }: LimitProps) {
  return (
    <Field label={label} optional error={error} help={help}>
      <Input
        type="number"
        min={least}
        step={step ?? "any"}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}

function numberOf(text: string): number | null {
  return text ? Number(text) : null;
}
