/** What goes with all runners: variables, secrets, folder, input. */

import { useForm } from "./form.ts";
import { AreaKey, CheckKey, NamesKey, TextKey, useKey } from "./key-fields.tsx";
import { runnerOf } from "./said.ts";
import { Pairs } from "./written.tsx";

export function Surroundings() {
  const runner = runnerOf(useForm().said);
  const env = useKey("env");
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Pairs
        label="Variables"
        sign="="
        placeholder="REGION=eu-west"
        help={env.help}
        error={env.error}
        value={env.value}
        onChange={env.set}
      />
      {(runner === "shell" || runner === "script") && <AreaKey of="stdin" label="Standard input" />}
      <NamesKey of="secrets" label="Secrets" placeholder="DATABASE_URL, TOKEN" />
      {runner !== "http" && runner !== "console" && (
        <TextKey of="cwd" label="Folder" placeholder="/srv/jobs" help="Where it runs." />
      )}
      <TextKey of="user" label="User" placeholder="reports" />
      <div className="self-end">
        <CheckKey of="protected" label="Protected: run by hand only when it is meant" />
      </div>
    </div>
  );
}
