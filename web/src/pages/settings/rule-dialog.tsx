import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { putInstanceRule } from "@/api/notify.ts";
import type { Occasion, RuleView } from "@/api/types.ts";
import { Choices } from "@/kit/choices.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { OCCASIONS } from "./occasions.ts";

const OPTIONS = (Object.keys(OCCASIONS) as Occasion[]).map((value) => ({ value, label: OCCASIONS[value] }));

interface RuleProps {
  names: readonly string[];
  rules: readonly RuleView[];
  onClose: () => void;
}

/** The rule of the instance; projects, pools, tasks and jobs may add their own. */
export function RuleDialog({ names, rules, onClose }: RuleProps) {
  const client = useQueryClient();
  const now = rules.find((rule) => rule.scope === "instance");
  const [channels, setChannels] = useState<readonly string[]>(now?.channels ?? []);
  const [on, setOn] = useState<readonly Occasion[]>(now?.on ?? []);
  return (
    <FormDialog
      title="Who hears of trouble?"
      action="Set the rule"
      onClose={onClose}
      submit={() => putInstanceRule(client, channels, on)}
      done={channels.length ? `${channels.join(", ")} is told from now on` : "Nobody is told from now on"}
    >
      {() => (
        <>
          <p className="text-ink-2">
            Of everything on this instance. Projects, pools, tasks and jobs may name more channels (`notify`).
          </p>
          <Choices
            legend="By"
            options={names.map((name) => ({ value: name, label: name }))}
            chosen={channels}
            onChange={setChannels}
          />
          <Choices
            legend="Of what · none chosen: all trouble"
            options={OPTIONS}
            chosen={on}
            onChange={setOn}
          />
        </>
      )}
    </FormDialog>
  );
}
