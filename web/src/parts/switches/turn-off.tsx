import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Switched, switchedName, turnOff } from "@/api/fleet.ts";
import type { Scope } from "@/api/types.ts";
import { nowMs } from "@/core/now.ts";
import { Consequences } from "@/kit/dialog.tsx";
import { Field, Input, Select } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { LENGTHS, untilOf } from "./until.ts";

const SKIPPED =
  "What comes due meanwhile is skipped and noted as paused; turning it on asks what to make up for.";
const STAYS = "What runs goes on; what is queued already, or asked for by a person, still begins.";
const QUEUED = "Runs for it stay queued: nothing is skipped, and nothing is lost.";

/** What turning each off means: the person decides on these. */
const CONSEQUENCES: Record<Scope, readonly string[]> = {
  instance: ["No schedule of any project starts anything.", SKIPPED, STAYS],
  project: ["No schedule of its jobs starts anything.", SKIPPED, STAYS],
  task: ["No schedule of the jobs of this task starts anything.", SKIPPED, STAYS],
  job: ["Its schedules start nothing.", SKIPPED, STAYS],
  pool: ["Its workers take no new runs of this pool.", QUEUED, "What runs goes on."],
  worker: [
    "It takes no new runs.",
    "Other workers of its pools take them; without others they wait.",
    "What runs on it goes on.",
  ],
};

interface TurnOffProps {
  what: Switched;
  /** `Turn pool gpu off`, `Drain worker atlas`. */
  title: string;
  onClose: () => void;
}

/** Asks why and until when, and says what will happen. */
export function TurnOff({ what, title, onClose }: TurnOffProps) {
  const client = useQueryClient();
  const [why, setWhy] = useState("");
  const [length, setLength] = useState("");
  const [at, setAt] = useState("");
  return (
    <FormDialog
      title={`${title}?`}
      action={title}
      danger={what.scope === "instance"}
      onClose={onClose}
      submit={() => turnOff(client, what, why, untilOf(length, at, nowMs()))}
    >
      {() => (
        <>
          <Consequences of={CONSEQUENCES[what.scope]} />
          <Field
            label="Why"
            optional
            help={`Shown to everybody who wonders why ${switchedName(what)} is off.`}
          >
            <Input autoFocus maxLength={2000} value={why} onChange={(event) => setWhy(event.target.value)} />
          </Field>
          <Field label="Turn it on again">
            <Select options={LENGTHS} value={length} onChange={setLength} />
          </Field>
          {length === "at" && (
            <Field label="Moment" help="On the clock of this browser.">
              <Input
                type="datetime-local"
                required
                value={at}
                onChange={(event) => setAt(event.target.value)}
              />
            </Field>
          )}
        </>
      )}
    </FormDialog>
  );
}
