import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Switched, turnOnWith } from "@/api/fleet.ts";
import type { Choice } from "@/api/types.ts";
import { Field, Select } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";

const CHOICES: readonly { value: Choice; label: string }[] = [
  { value: "policy", label: "As each schedule's catch-up policy says" },
  { value: "none", label: "Nothing" },
  { value: "latest", label: "Of each job the latest" },
  { value: "all", label: "All of it" },
];

/** Turns on again what skipped due moments while it was off: asks what is made up for. */
export function TurnOn({ what, title, onClose }: { what: Switched; title: string; onClose: () => void }) {
  const client = useQueryClient();
  const [choice, setChoice] = useState<Choice>("policy");
  return (
    <FormDialog
      title={`${title}?`}
      action={title}
      onClose={onClose}
      submit={() => turnOnWith(client, what, choice)}
    >
      {() => (
        <>
          <p>Moments that come due from now on are run again.</p>
          <Field
            label="Make up for what was skipped"
            help="What is made up for is queued at once. What is not stays in the ledger as skipped."
          >
            <Select options={CHOICES} value={choice} onChange={setChoice} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
