import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { makeKey } from "@/api/people.ts";
import { queries } from "@/api/queries.ts";
import type { MadeKey, Permission } from "@/api/types.ts";
import { Choices } from "@/kit/choices.tsx";
import { Field, Input, Select } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";

const DAY = 86_400;
/** What a key can be good for. Each stands for itself: one that may operate reads only if it may read, too. */
const SCOPES = [
  scope("read", "jobs, runs, logs, the ledger"),
  scope("operate", "run, kill, pause, replay"),
  scope("edit", "define jobs, apply boards"),
  scope("admin", "secrets, and the audit"),
  scope("metrics", "the numbers that a monitor collects"),
];
const LENGTHS = [
  { value: String(30 * DAY), label: "30 days" },
  { value: String(90 * DAY), label: "90 days" },
  { value: String(365 * DAY), label: "A year" },
  { value: "", label: "For ever, until it is revoked" },
];

interface NewKeyProps {
  onClose: () => void;
  onMade: (made: MadeKey) => void;
}

/** A key for a program of one's own. */
export function NewKey({ onClose, onMade }: NewKeyProps) {
  const client = useQueryClient();
  const { data: projects = [] } = useQuery(queries.projects());
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Permission[]>(["read"]);
  const [project, setProject] = useState("");
  const [lasts, setLasts] = useState(String(90 * DAY));
  const submit = () =>
    makeKey(client, {
      name,
      scopes: [...scopes],
      project: project || null,
      lasts: lasts ? Number(lasts) : null,
    });
  return (
    <FormDialog title="New key" action="Make the key" onClose={onClose} submit={submit} onDone={onMade}>
      {(wrong) => (
        <>
          <p className="text-ink-2">
            It may do what you may do, within what is chosen here, and never more than you: what you lose it
            loses too.
          </p>
          <Field label="Name" error={wrong("name")} help="Of the program that uses it: the audit shows it.">
            <Input
              autoFocus
              required
              maxLength={200}
              placeholder="deploy pipeline"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Choices legend="It may" options={SCOPES} chosen={scopes} onChange={setScopes}>
            {scopes.includes("read") || scopes.length === 0 || (
              <p className="text-xs text-missed">Without “read” it sees nothing of what it does.</p>
            )}
          </Choices>
          <Field label="Project" error={wrong("project")}>
            <Select
              value={project}
              onChange={setProject}
              options={[
                { value: "", label: "All that you may use" },
                ...projects.map((each) => ({ value: each.name, label: each.name })),
              ]}
            />
          </Field>
          <Field label="Good for" error={wrong("lasts")}>
            <Select value={lasts} onChange={setLasts} options={LENGTHS} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}

function scope(value: Permission, what: string) {
  const label = (
    <span>
      {value} <span className="text-ink-2">· {what}</span>
    </span>
  );
  return { value, label };
}
