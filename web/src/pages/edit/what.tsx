/** What runs: one of the runners. */

import { Segments } from "@/kit/field.tsx";
import { CallFields } from "./call-fields.tsx";
import { ElsewhereFields } from "./elsewhere-fields.tsx";
import { useForm } from "./form.ts";
import { HttpFields } from "./http-fields.tsx";
import { AreaKey } from "./key-fields.tsx";
import { RunnerText } from "./runner-text.tsx";
import { type Runner, runnerOf, withRunner } from "./said.ts";

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
        <RunnerText
          of="script"
          label="Script"
          placeholder={"#!/usr/bin/env python3\nprint('hello')"}
          rows="many"
        />
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
