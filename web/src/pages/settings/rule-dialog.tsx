import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { putInstanceRule } from "@/api/notify.ts";
import type { Occasion, RuleView } from "@/api/types.ts";
import { toggled } from "@/core/sets.ts";
import { Checkbox } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { toast } from "@/kit/toasts.tsx";
import { OCCASIONS } from "./occasions.ts";

interface RuleProps {
  names: readonly string[];
  rules: readonly RuleView[];
  onClose: () => void;
}

/** The rule of the instance; projects, pools, tasks and jobs may add their own. */
export function RuleDialog({ names, rules, onClose }: RuleProps) {
  const client = useQueryClient();
  const now = rules.find((rule) => rule.scope === "instance");
  const [channels, setChannels] = useState<ReadonlySet<string>>(new Set(now?.channels));
  const [on, setOn] = useState<ReadonlySet<Occasion>>(new Set(now?.on));
  const submit = async () => {
    await putInstanceRule(client, [...channels], [...on]);
    toast.done(
      channels.size ? `${[...channels].join(", ")} is told from now on` : "Nobody is told from now on",
    );
  };
  return (
    <FormDialog title="Who hears of trouble?" action="Set the rule" onClose={onClose} submit={submit}>
      {() => (
        <>
          <p className="text-ink-2">
            Of everything on this instance. Projects, pools, tasks and jobs may name more channels (`notify`).
          </p>
          <Choices legend="By" all={names} label={(name) => name} chosen={channels} onChange={setChannels} />
          <Choices
            legend="Of what · none chosen: all trouble"
            all={Object.keys(OCCASIONS) as Occasion[]}
            label={(occasion) => OCCASIONS[occasion]}
            chosen={on}
            onChange={setOn}
          />
        </>
      )}
    </FormDialog>
  );
}

interface ChoicesProps<T extends string> {
  legend: string;
  all: readonly T[];
  label: (value: T) => string;
  chosen: ReadonlySet<T>;
  onChange: (chosen: ReadonlySet<T>) => void;
}

function Choices<T extends string>({ legend, all, label, chosen, onChange }: ChoicesProps<T>) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="pb-1 font-medium">{legend}</legend>
      {all.map((value) => (
        <Checkbox
          key={value}
          label={label(value)}
          checked={chosen.has(value)}
          onChange={() => onChange(toggled(chosen, value))}
        />
      ))}
    </fieldset>
  );
}
