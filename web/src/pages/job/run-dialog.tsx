/** Run a job now: with which parameters, with what of its chain, and whether it is meant. */

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { queries } from "@/api/queries.ts";
import { submitRun } from "@/api/runs.ts";
import type { JobDetailView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Checkbox, Field, Input, Select, TextArea } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Notice } from "@/kit/page.tsx";
import { isProtected, PROTECTED } from "@/parts/job-words.ts";
import { formOf, type ParamField, paramsOf, type Row } from "./params.ts";

interface Props {
  detail: JobDetailView;
  onClose: () => void;
  onBegun: (run: string) => void;
}

export function RunDialog({ detail, onClose, onBegun }: Props) {
  const { job, definition } = detail;
  const form = useMemo(() => formOf(definition), [definition]);
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [rows, setRows] = useState<Row[]>([{ name: "", text: "" }]);
  const [meant, setMeant] = useState(false);
  const [deps, setDeps] = useState(false);
  const [dependants, setDependants] = useState(false);
  const guarded = isProtected(definition);
  const submit = async () =>
    submitRun(job.id, {
      params: paramsOf(form, texts, form.others ? rows : []),
      armed: meant,
      with_deps: deps,
      with_dependants: dependants,
    });
  return (
    <FormDialog
      title={`Run ${job.id} now?`}
      action="Run now"
      danger={guarded}
      onClose={onClose}
      submit={submit}
      done={`${job.id} is queued`}
      onDone={onBegun}
    >
      {() => (
        <>
          {form.fields.map((field) => (
            <Field
              key={field.name}
              label={field.name}
              optional={!field.required}
              help={<code className="font-mono">{field.type}</code>}
            >
              <Value
                field={field}
                text={texts[field.name] ?? field.given}
                onChange={(text) => setTexts({ ...texts, [field.name]: text })}
              />
            </Field>
          ))}
          {form.others && <Rows rows={rows} onChange={setRows} />}
          {!form.others && form.fields.length === 0 && <p className="text-ink-2">It takes no parameters.</p>}
          <Chain job={job.id} {...{ deps, setDeps, dependants, setDependants }} />
          {guarded && (
            <Notice kind="missed">
              <p className="pb-1">{PROTECTED}</p>
              <Checkbox required label="I mean it: run it now" checked={meant} onChange={setMeant} />
            </Notice>
          )}
        </>
      )}
    </FormDialog>
  );
}

interface ValueProps {
  field: ParamField;
  text: string;
  onChange: (text: string) => void;
}

const INPUTS = { text: "text", date: "date", moment: "datetime-local", time: "time" } as const;

function Value({ field, text, onChange }: ValueProps) {
  const { kind, choices, required } = field;
  if (kind === "truth" || kind === "choice") {
    const values = kind === "truth" ? ["true", "false"] : choices;
    const none = required || field.given ? [] : [{ value: "", label: "as the function has it" }];
    const options = [...none, ...values.map((value) => ({ value, label: value }))];
    // What is required begins with a choice that is none.
    if (required) options.unshift({ value: "", label: "choose one" });
    return <Select required={required} options={options} value={text} onChange={onChange} />;
  }
  if (kind === "json")
    return <TextArea required={required} value={text} onChange={(event) => onChange(event.target.value)} />;
  if (kind === "number") {
    return (
      <Input
        inputMode="decimal"
        required={required}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <Input
      type={INPUTS[kind]}
      step={kind === "moment" || kind === "time" ? 1 : undefined}
      required={required}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Names and values of a job that does not say what it takes; one empty row is always there. */
function Rows({ rows, onChange }: { rows: Row[]; onChange: (rows: Row[]) => void }) {
  const change = (at: number, part: Partial<Row>) =>
    onChange(rows.map((row, n) => (n === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="pb-1 font-medium">
        Parameters<span className="font-normal text-ink-3"> · optional</span>
      </legend>
      {rows.map((row, at) => (
        <div key={at} className="flex gap-1.5">
          <Input
            aria-label={`Name of parameter ${at + 1}`}
            placeholder="name"
            className="w-36 max-sm:w-28"
            value={row.name}
            onChange={(event) => change(at, { name: event.target.value })}
          />
          <Input
            aria-label={`Value of parameter ${at + 1}`}
            placeholder="value: JSON, or a text"
            className="min-w-0 flex-1 font-mono text-xs"
            value={row.text}
            onChange={(event) => change(at, { text: event.target.value })}
          />
          <Button
            kind="quiet"
            icon="close"
            bare
            disabled={rows.length === 1}
            onClick={() => onChange(rows.filter((_row, n) => n !== at))}
          >
            {`Remove parameter ${at + 1}`}
          </Button>
        </div>
      ))}
      <Button
        kind="quiet"
        icon="plus"
        className="self-start"
        onClick={() => onChange([...rows, { name: "", text: "" }])}
      >
        Another parameter
      </Button>
    </fieldset>
  );
}

interface ChainProps {
  job: string;
  deps: boolean;
  setDeps: (wanted: boolean) => void;
  dependants: boolean;
  setDependants: (wanted: boolean) => void;
}

/** Offered where the job is part of a chain. */
function Chain({ job, deps, setDeps, dependants, setDependants }: ChainProps) {
  const nodes = useQuery(queries.chain(job)).data?.nodes ?? [];
  const own = nodes.find((node) => node.job === job);
  const stands = nodes.some((node) => node.needs.includes(job));
  return (
    <>
      {own && own.needs.length > 0 && (
        <Checkbox label="First what it needs, as far as that is outdated" checked={deps} onChange={setDeps} />
      )}
      {stands && (
        <Checkbox label="Afterwards what stands on it" checked={dependants} onChange={setDependants} />
      )}
    </>
  );
}
