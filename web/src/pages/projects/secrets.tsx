import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { removeSecret, setSecret } from "@/api/projects.ts";
import { queries } from "@/api/queries.ts";
import type { SecretView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Checkbox, Field, Input, TextArea } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { RowMenu } from "@/kit/menu.tsx";
import { EmptyState, Section } from "@/kit/page.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";

/** The secrets of a project: written here, given to jobs, never shown. */
export function Secrets({ project }: { project: string }) {
  const query = useQuery(queries.secrets(project));
  const client = useQueryClient();
  /** The name of the one that is set; "" is a new one. */
  const [setting, set] = useState<string | null>(null);
  const columns = useMemo(() => columnsOf(set, (secret) => void removeSecret(client, secret)), [client]);
  return (
    <Section
      title="Secrets"
      count={query.data?.length}
      actions={
        <Button kind="quiet" icon="plus" onClick={() => set("")}>
          Set a secret
        </Button>
      }
    >
      <Loaded query={query}>
        {(secrets) => (
          <Table
            label="Secrets"
            columns={columns}
            rows={secrets}
            rowKey={(secret) => secret.name}
            empty={
              <EmptyState icon="lock" title="No secrets" command="secrets: [API_TOKEN]">
                A value that jobs need and nobody should read: set it here, and name it in a job, which finds
                it in its environment.
              </EmptyState>
            }
          />
        )}
      </Loaded>
      {setting !== null && <SetSecret project={project} known={setting} onClose={() => set(null)} />}
    </Section>
  );
}

function columnsOf(set: (name: string) => void, remove: (secret: SecretView) => void): Column<SecretView>[] {
  return [
    {
      id: "name",
      title: "Name",
      width: "minmax(120px, 1fr)",
      cell: (secret) => <code className="font-mono text-xs">{secret.name}</code>,
    },
    { id: "changed", title: "Set", width: "96px", cell: (secret) => <Time at={secret.changed} /> },
    { id: "by", title: "By", width: "minmax(90px, 1fr)", cell: (secret) => secret.by, wide: true },
    {
      id: "jobs",
      title: "Given to",
      width: "minmax(110px, 2fr)",
      cell: (secret) =>
        secret.jobs.length === 0 ? (
          <span className="text-ink-3">no job</span>
        ) : (
          <span data-tip={secret.jobs.join("\n")}>{secret.jobs.join(", ")}</span>
        ),
      wide: true,
    },
    {
      id: "do",
      title: "",
      width: "44px",
      cell: (secret) => (
        <RowMenu
          kind="Secret"
          name={secret.name}
          items={[
            { label: "Give it another value …", icon: "edit", act: () => set(secret.name) },
            { label: "Remove …", icon: "trash", danger: true, act: () => remove(secret) },
          ]}
        />
      ),
    },
  ];
}

interface SetSecretProps {
  project: string;
  /** The one that gets another value; "" for a new one. */
  known: string;
  onClose: () => void;
}

function SetSecret({ project, known, onClose }: SetSecretProps) {
  const client = useQueryClient();
  const [name, setName] = useState(known);
  const [value, setValue] = useState("");
  const [seen, show] = useState(false);
  return (
    <FormDialog
      title={known ? `Another value for ${known}` : `Set a secret of ${project}`}
      action="Set the secret"
      onClose={onClose}
      submit={() => setSecret(client, project, name, value)}
      done={`Secret ${name} is set`}
    >
      {(wrong) => (
        <>
          <p className="text-ink-2">
            It is sealed, and nobody is ever shown it again. Runs that begin from now on get it; what runs
            already keeps the value that it has.
          </p>
          {!known && (
            <Field label="Name" error={wrong("name")} help="As environment variables are called: API_TOKEN.">
              <Input
                autoFocus
                required
                pattern="[A-Za-z_][A-Za-z0-9_]*"
                className="font-mono"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            </Field>
          )}
          <Field label="Value" error={wrong("value")}>
            {/* Not a password's field: that would swallow the line ends of a PEM key. */}
            <TextArea
              required
              autoFocus={Boolean(known)}
              autoComplete="off"
              className={seen ? "" : "[-webkit-text-security:disc]"}
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          </Field>
          <Checkbox label="Show what I write" checked={seen} onChange={show} />
        </>
      )}
    </FormDialog>
  );
}
