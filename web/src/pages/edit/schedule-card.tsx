import type { Said } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Field, Segments } from "@/kit/field.tsx";
import { FormContext, useForm } from "./form.ts";
import { InYaml, Suggest } from "./inputs.tsx";
import { ChoiceKey, TextKey } from "./key-fields.tsx";
import { put, triggerOf, withTrigger } from "./said.ts";
import { TRIGGER_KINDS, TriggerFields } from "./trigger-fields.tsx";

const ZONES: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];

interface ScheduleCardProps {
  /** 0: it is the only one. */
  number: number;
  schedule: Said;
  words: string | undefined;
  onChange: (schedule: Said) => void;
  onRemove: () => void;
}

/** One schedule: what sets it off, and the rest of it folded away. */
export function ScheduleCard({ number, schedule, words, onChange, onRemove }: ScheduleCardProps) {
  const trigger = triggerOf(schedule) ?? "cron";
  const name = number ? `Schedule ${number}` : "Schedule";
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-md border border-line p-3">
      <legend className="sr-only">{name}</legend>
      <div className="flex items-start gap-2">
        <div className="min-w-0 overflow-x-auto">
          <Segments
            label={`${name}: kind`}
            options={TRIGGER_KINDS}
            value={trigger}
            onChange={(kind) => onChange(withTrigger(schedule, kind))}
          />
        </div>
        <Button kind="quiet" icon="trash" bare className="ml-auto" onClick={onRemove}>
          Remove the schedule
        </Button>
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TriggerFields
          trigger={trigger}
          value={schedule[trigger]}
          onChange={(value) => onChange({ ...schedule, [trigger]: value })}
        />
        {trigger !== "after_completion" && (
          <Field label="Time zone" help="Whose clock the times are meant on.">
            <Suggest
              label="Time zone"
              among={ZONES}
              placeholder="UTC"
              value={String(schedule.zone ?? "")}
              onChange={(zone) => onChange(put(schedule, "zone", zone))}
            />
          </Field>
        )}
      </div>
      {words && <p className="font-medium">{words}</p>}
      <More schedule={schedule} onChange={onChange} />
    </fieldset>
  );
}

const CATCH_UP = [
  { value: "latest", label: "Run the latest one" },
  { value: "all", label: "Run all of them" },
  { value: "none", label: "Run none" },
];
const GAPS = [
  { value: "cron", label: "As cron does" },
  { value: "shift", label: "Run after the jump" },
  { value: "skip", label: "Skip it" },
];
const FOLDS = [
  { value: "cron", label: "As cron does" },
  { value: "first", label: "Run the first time" },
  { value: "second", label: "Run the second time" },
  { value: "both", label: "Run both times" },
];

/** A schedule is a table, too: the same fields change its keys. Nothing of it is said to be wrong by itself. */
function More({ schedule, onChange }: { schedule: Said; onChange: (schedule: Said) => void }) {
  const form = { ...useForm(), said: schedule, change: onChange, error: () => undefined };
  return (
    <FormContext value={form}>
      <details>
        <summary className="w-fit text-ink-2">Missed moments, clock changes, limits</summary>
        <div className="grid gap-4 pt-3 sm:grid-cols-2">
          <ChoiceKey of="catch_up" label="After an outage or a pause" options={CATCH_UP} help="" />
          <TextKey of="start_deadline" label="Too late after" placeholder="1h" />
          <ChoiceKey of="gap" label="A time that the clock jumps over" options={GAPS} help="" />
          <ChoiceKey of="fold" label="A time that comes twice" options={FOLDS} help="" />
          <TextKey of="from" label="Not before" placeholder="2027-01-01T00:00" />
          <TextKey of="until" label="Not after" placeholder="2027-12-31T00:00" />
          <TextKey of="spread" label="Spread jobs of the same time over" placeholder="10m" />
          <TextKey of="jitter" label="Each one late by up to" placeholder="30s" />
          {schedule.exclude !== undefined && (
            <Field label="Excluded">
              <InYaml value={schedule.exclude} />
            </Field>
          )}
        </div>
      </details>
    </FormContext>
  );
}
