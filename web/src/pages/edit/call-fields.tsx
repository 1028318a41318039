import { ChoiceKey, JsonKey, TextKey } from "./key-fields.tsx";
import { RunnerText } from "./runner-text.tsx";

const MODES = [
  { value: "process", label: "A process of its own" },
  { value: "thread", label: "A thread" },
  { value: "async", label: "An event loop" },
];

/** A function of Python, and what it is called with. */
export function CallFields() {
  return (
    <>
      <RunnerText of="call" label="Function" placeholder="reports.daily:build" rows="one" />
      <div className="grid gap-4 sm:grid-cols-2">
        <JsonKey of="args" label="Positional arguments" placeholder='["eu-west", 500]' />
        <JsonKey of="kwargs" label="Keyword arguments" placeholder='{"dry_run": true}' />
        <TextKey of="path" label="Imported from" placeholder="/srv/jobs" />
        <ChoiceKey of="mode" label="Called in" options={MODES} />
      </div>
    </>
  );
}
