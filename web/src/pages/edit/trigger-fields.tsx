/** What sets a schedule off, a kind a field. */

import { Field, Input, TextArea } from "@/kit/field.tsx";
import { InYaml, LengthInput, SecondSelect } from "./inputs.tsx";
import { listOf, type Trigger } from "./said.ts";

export const TRIGGER_KINDS: readonly { value: Trigger; label: string; tip: string }[] = [
  { value: "cron", label: "Cron", tip: "At times of the clock: every day at 04:00" },
  { value: "every", label: "Every", tip: "At a fixed interval" },
  { value: "months", label: "Months", tip: "Every so many calendar months" },
  { value: "at", label: "At", tip: "Once at each of these moments" },
  { value: "after_completion", label: "After it ended", tip: "So long after its own last run ended" },
];

const PRESETS = [
  { value: "", label: "Presets" },
  { value: "0 * * * *", label: "Every hour" },
  { value: "0 4 * * *", label: "Daily at 04:00" },
  { value: "0 9 * * mon-fri", label: "Weekdays at 09:00" },
  { value: "0 7 * * mon", label: "Mondays at 07:00" },
  { value: "30 2 1 * *", label: "On the 1st at 02:30" },
  { value: "H H * * *", label: "Once a day, at a time of its own" },
  { value: "@reboot", label: "When a worker's machine starts" },
];

interface TriggerProps {
  trigger: Trigger;
  value: unknown;
  onChange: (value: unknown) => void;
}

export function TriggerFields({ trigger, value, onChange }: TriggerProps) {
  const table = value !== null && typeof value === "object" && !Array.isArray(value);
  if (table)
    return (
      <Field label={TRIGGER_KINDS.find((kind) => kind.value === trigger)?.label ?? trigger}>
        <InYaml value={value} />
      </Field>
    );
  switch (trigger) {
    case "cron":
      return <CronField value={String(value ?? "")} onChange={onChange} />;
    case "every":
      return (
        <Field label="Every">
          <LengthInput label="Every" value={value} onChange={onChange} />
        </Field>
      );
    case "after_completion":
      return (
        <Field label="So long after its last run ended">
          <LengthInput label="So long after" value={value} onChange={onChange} />
        </Field>
      );
    case "months":
      return (
        <Field label="Every so many months">
          <Input
            type="number"
            min={1}
            className="w-24"
            value={String(value ?? 1)}
            onChange={(event) => onChange(Number(event.target.value) || 1)}
          />
        </Field>
      );
    case "at":
      return <AtField value={value} onChange={onChange} />;
  }
}

function CronField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field label="Cron expression" help="minute hour day month weekday; L, W, # and H as in other crons">
      <span className="flex gap-2">
        <Input
          className="min-w-0 flex-1 font-mono"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        <SecondSelect
          label="Presets"
          className="w-28 shrink-0"
          options={PRESETS}
          value=""
          onChange={(preset) => preset && onChange(preset)}
        />
      </span>
    </Field>
  );
}

function AtField({ value, onChange }: { value: unknown; onChange: (value: string[]) => void }) {
  return (
    <Field label="Moments" help="One a line: 2026-12-24T18:00, on the clock of the zone beside it.">
      <TextArea
        placeholder="2026-12-24T18:00"
        value={listOf(value).join("\n")}
        onChange={(event) => onChange(event.target.value.split("\n").map((line) => line.trim()))}
      />
    </Field>
  );
}
