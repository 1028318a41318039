/** How it runs: limits, tries, what it does beside itself, where. */

import { useForm } from "./form.ts";
import { CheckKey, ChoiceKey, NamesKey, NumberKey, TextKey } from "./key-fields.tsx";
import { runnerOf } from "./said.ts";

const OVERLAP = [
  { value: "skip", label: "Is skipped" },
  { value: "queue", label: "Waits for its end (one)" },
  { value: "allow", label: "Runs beside it" },
  { value: "replace", label: "Takes its place" },
];
const DELIVERY = [
  { value: "at_least_once", label: "Yes, at least once" },
  { value: "at_most_once", label: "No, at most once" },
];

export function Policies() {
  const { said } = useForm();
  if (runnerOf(said) === "elsewhere") return <ElsewherePolicies />;
  return (
    <>
      <CheckKey of="enabled" label="Enabled: its schedules make runs" usual />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextKey of="timeout" label="Timeout" placeholder="none" />
        <TextKey of="grace" label="Grace" placeholder="10s" />
        <NumberKey of="retries" label="Retries" placeholder="0" />
        <ChoiceKey of="overlap" label="A run that is due while another goes on" options={OVERLAP} />
        <ChoiceKey of="delivery" label="Started again when its worker dies" options={DELIVERY} />
        <NumberKey of="max_running" label="At most at a time" placeholder="no limit" />
        <TextKey of="pool" label="Pool" placeholder="default" />
        <NumberKey of="priority" label="Priority" placeholder="0" />
        <NamesKey of="labels" label="Labels" placeholder="gpu, eu-west" />
        <NumberKey of="disable_after_failures" label="Switched off after failures" placeholder="never" />
      </div>
    </>
  );
}

/** Of what runs elsewhere nothing else is decided here. */
function ElsewherePolicies() {
  return (
    <>
      <CheckKey of="enabled" label="Enabled: word of it is expected" usual />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextKey
          of="timeout"
          label="Timeout"
          placeholder="1d"
          help="A run whose end nobody tells of for so long is taken for lost."
        />
        <NumberKey of="disable_after_failures" label="Switched off after failures" placeholder="never" />
      </div>
    </>
  );
}
