/** What runs: one of the runners, and what goes with it. */

import { useState } from "react";
import type { Said } from "@/api/types.ts";
import { Checkbox, Field, Input, Segments, TextArea } from "@/kit/field.tsx";
import { AreaKey, ChoiceKey, LengthInput, SecondSelect, TextKey } from "./fields.tsx";
import { useForm } from "./form.ts";
import { elsewhereOf, pairsOf, pairsText, put, type Runner, runnerOf, withRunner } from "./said.ts";

const KINDS: readonly { value: Runner; label: string; tip: string }[] = [
  { value: "shell", label: "Command", tip: "A command line, run by /bin/sh" },
  { value: "script", label: "Script", tip: "A text with a #! line" },
  { value: "call", label: "Python", tip: "A function: module:function" },
  { value: "http", label: "HTTP", tip: "A request; its response is the result" },
  { value: "console", label: "Text", tip: "Printed into the run's log" },
  { value: "elsewhere", label: "Elsewhere", tip: "Nothing is started here: it tells of its runs itself" },
];

export function What() {
  const { said, change } = useForm();
  const runner = runnerOf(said);
  const kinds = runner === "command" ? [...KINDS, { value: runner, label: "Program", tip: "" }] : KINDS;
  return (
    <>
      <div className="overflow-x-auto">
        <Segments
          label="Kind"
          options={kinds}
          value={runner}
          onChange={(kind) => change(withRunner(said, kind))}
        />
      </div>
      <Runs runner={runner} />
    </>
  );
}

function Runs({ runner }: { runner: Runner }) {
  switch (runner) {
    case "shell":
      return <RunnerText of="shell" label="Command line" placeholder="make report" />;
    case "script":
      return (
        <RunnerText of="script" label="Script" placeholder={"#!/usr/bin/env python3\nprint('hello')"} tall />
      );
    case "console":
      return <RunnerText of="console" label="Text" placeholder="It is time" />;
    case "call":
      return <CallFields />;
    case "http":
      return <HttpFields />;
    case "elsewhere":
      return <ElsewhereFields />;
    case "command":
      return (
        <>
          <RunnerText of="command" label="Program" placeholder="" />
          <AreaKey of="payload" label="What it is given" />
        </>
      );
  }
}

interface RunnerTextProps {
  of: Runner;
  label: string;
  placeholder: string;
  tall?: boolean;
}

/** The runner's own text. It stays in the definition when it is emptied: it says which runner it is. */
function RunnerText({ of, label, placeholder, tall }: RunnerTextProps) {
  const { said, change, error, schema } = useForm();
  return (
    <Field label={label} help={schema?.properties?.[of]?.description} error={error(of)}>
      <TextArea
        className={tall ? "min-h-48" : "min-h-14"}
        placeholder={placeholder}
        value={String(said[of] ?? "")}
        onChange={(event) => change({ ...said, [of]: event.target.value })}
      />
    </Field>
  );
}

function CallFields() {
  const { said, change, error, schema } = useForm();
  return (
    <>
      <Field label="Function" help={schema?.properties?.call?.description} error={error("call")}>
        <Input
          className="font-mono"
          placeholder="reports.daily:build"
          value={String(said.call ?? "")}
          onChange={(event) => change({ ...said, call: event.target.value })}
        />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <JsonKey of="args" label="Positional arguments" placeholder='["eu-west", 500]' />
        <JsonKey of="kwargs" label="Keyword arguments" placeholder='{"dry_run": true}' />
        <TextKey of="path" label="Imported from" placeholder="/srv/jobs" />
        <ChoiceKey of="mode" label="Called in" options={MODES} />
      </div>
    </>
  );
}

const MODES = [
  { value: "process", label: "A process of its own" },
  { value: "thread", label: "A thread" },
  { value: "async", label: "An event loop" },
];

/** A value as JSON. What is not (yet) JSON stays in the field and out of the definition. */
function JsonKey({ of, label, placeholder }: { of: string; label: string; placeholder: string }) {
  const { said, change, error, schema } = useForm();
  const [text, setText] = useState(() => (said[of] === undefined ? "" : JSON.stringify(said[of])));
  const wrong = text.trim() !== "" && parsed(text) === undefined;
  return (
    <Field
      label={label}
      help={`${schema?.properties?.[of]?.description ?? ""} As JSON.`}
      error={wrong ? "This is not JSON yet" : error(of)}
    >
      <TextArea
        className="min-h-14"
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const value = event.target.value.trim() === "" ? null : parsed(event.target.value);
          if (value !== undefined) change(put(said, of, value));
        }}
      />
    </Field>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands in somebody's own crontab, and is only watched from here. */
function ElsewhereFields() {
  const { said, change, error } = useForm();
  const { where, within } = elsewhereOf(said);
  // Where it runs stays, empty or not: the server says what is missing.
  const set = (key: string, value: unknown) =>
    change({ ...said, elsewhere: { where: "", ...put({ where, within }, key, value) } });
  return (
    <>
      <p className="text-ink-2">
        It stays where it is, in a crontab say, and tells of each of its runs: by a URL that its page here
        makes once it is saved, or started by <code>tickwork wrap</code>. A due moment that nobody tells of is
        missed.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Where it runs"
          help="In words, for people."
          error={error("where") ?? error("elsewhere")}
        >
          <Input
            placeholder="root's crontab on db1"
            value={where}
            onChange={(event) => set("where", event.target.value)}
          />
        </Field>
        <Field
          label="Missed after"
          help="So long after it was due, without word of it. Default: 10 minutes."
          error={error("within")}
        >
          <LengthInput label="Missed after" value={within} onChange={(length) => set("within", length)} />
        </Field>
      </div>
    </>
  );
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].map((each) => ({
  value: each,
  label: each,
}));

function HttpFields() {
  const { said, change, error } = useForm();
  const http = (typeof said.http === "string" ? { url: said.http } : (said.http ?? {})) as Said;
  // The address stays, empty or not: the server says what is missing.
  const set = (key: string, value: unknown) =>
    change({ ...said, http: { url: "", ...put(http, key, value) } });
  return (
    <>
      <Field label="Address" error={error("http") ?? error("url")}>
        <span className="flex gap-2">
          <SecondSelect
            label="Method"
            className="w-28 shrink-0"
            options={METHODS}
            value={String(http.method ?? "GET")}
            onChange={(method) => set("method", method === "GET" ? undefined : method)}
          />
          <Input
            className="min-w-0 flex-1 font-mono"
            placeholder="https://example.org/ping"
            value={String(http.url ?? "")}
            onChange={(event) => set("url", event.target.value)}
          />
        </span>
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Pairs
          label="Headers"
          sign=":"
          placeholder="Accept: application/json"
          value={http.headers}
          onChange={(headers) => set("headers", headers)}
        />
        <Field label="Body" help="What is sent.">
          <TextArea value={String(http.body ?? "")} onChange={(event) => set("body", event.target.value)} />
        </Field>
      </div>
    </>
  );
}

interface PairsProps {
  label: string;
  sign: "=" | ":";
  placeholder: string;
  help?: string | undefined;
  error?: string | undefined;
  value: unknown;
  onChange: (table: Record<string, string>) => void;
}

/** Names and values, a pair a line. */
function Pairs({ label, sign, placeholder, help, error, value, onChange }: PairsProps) {
  const [text, setText] = useState(() => pairsText(value, sign));
  const wrong = pairsOf(text, sign) === undefined;
  return (
    <Field label={label} help={help} error={wrong ? `Each line is NAME${sign}VALUE` : error}>
      <TextArea
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const table = pairsOf(event.target.value, sign);
          if (table) onChange(table);
        }}
      />
    </Field>
  );
}

/** What goes with all of them: variables, secrets, folder, input. */
export function Surroundings() {
  const { said, change, error, schema } = useForm();
  const runner = runnerOf(said);
  const names = Array.isArray(said.secrets) ? said.secrets : said.secrets ? [said.secrets] : [];
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Pairs
        label="Variables"
        sign="="
        placeholder="REGION=eu-west"
        help={schema?.properties?.env?.description}
        error={error("env")}
        value={said.env}
        onChange={(env) => change(put(said, "env", env))}
      />
      {(runner === "shell" || runner === "script") && <AreaKey of="stdin" label="Standard input" />}
      {names.every((name) => typeof name === "string") && (
        <Field label="Secrets" help={schema?.properties?.secrets?.description} error={error("secrets")}>
          <Names
            value={names as string[]}
            placeholder="DATABASE_URL, TOKEN"
            onChange={(secrets) => change(put(said, "secrets", secrets))}
          />
        </Field>
      )}
      {runner !== "http" && runner !== "console" && (
        <TextKey of="cwd" label="Folder" placeholder="/srv/jobs" help="Where it runs." />
      )}
      <TextKey of="user" label="User" placeholder="reports" />
      <div className="self-end">
        <Checkbox
          label="Protected: run by hand only when it is meant"
          checked={said.protected === true}
          onChange={(on) => change(put(said, "protected", on || undefined))}
        />
      </div>
    </div>
  );
}

/** Names, with commas between. */
export function Names(props: { value: string[]; placeholder: string; onChange: (names: string[]) => void }) {
  const [text, setText] = useState(() => props.value.join(", "));
  return (
    <Input
      placeholder={props.placeholder}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        props.onChange(event.target.value.split(/[\s,]+/).filter(Boolean));
      }}
    />
  );
}
