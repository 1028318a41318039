/** When it runs: its schedules, one below the other. */

import type { Said, ScheduleWords } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Field, Input, Segments, Select, TextArea } from "@/kit/field.tsx";
import { Notice } from "@/kit/page.tsx";
import { InYaml, LengthInput, SecondSelect, Suggest } from "./fields.tsx";
import { useForm } from "./form.ts";
import { put, runnerOf, schedulesOf, type Trigger, triggerOf, withSchedules, withTrigger } from "./said.ts";

const KINDS: readonly { value: Trigger; label: string; tip: string }[] = [
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

const ZONES: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];

interface WhenProps {
  described: ScheduleWords | undefined;
  problem: string | undefined;
}

export function When({ described, problem }: WhenProps) {
  const { said, change } = useForm();
  const schedules = schedulesOf(said);
  const set = (next: Said[]) => change(withSchedules(said, next));
  const last = schedules.at(-1);
  const add = () => {
    const fresh = withTrigger(last?.zone ? { zone: last.zone } : {}, "cron");
    set([...schedules, fresh]);
  };
  return (
    <>
      {schedules.length === 0 && (
        <p className="text-ink-2">
          {runnerOf(said) === "elsewhere"
            ? "No schedule: nothing is expected, and whatever it tells of is a run."
            : "No schedule: it runs when asked, or after other jobs."}
        </p>
      )}
      {schedules.map((schedule, at) => (
        <ScheduleCard
          key={at}
          number={schedules.length > 1 ? at + 1 : 0}
          schedule={schedule}
          words={problem ? undefined : described?.words[at]}
          onChange={(changed) => set(schedules.with(at, changed))}
          onRemove={() => set(schedules.toSpliced(at, 1))}
        />
      ))}
      {problem && <Notice kind="failed">{problem}</Notice>}
      <div>
        <Button icon="plus" onClick={add}>
          {schedules.length ? "Add another schedule" : "Add a schedule"}
        </Button>
      </div>
    </>
  );
}

interface CardProps {
  /** 0: it is the only one. */
  number: number;
  schedule: Said;
  words: string | undefined;
  onChange: (schedule: Said) => void;
  onRemove: () => void;
}

function ScheduleCard({ number, schedule, words, onChange, onRemove }: CardProps) {
  const trigger = triggerOf(schedule) ?? "cron";
  const name = number ? `Schedule ${number}` : "Schedule";
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-md border border-line p-3">
      <legend className="sr-only">{name}</legend>
      <div className="flex items-start gap-2">
        <div className="min-w-0 overflow-x-auto">
          <Segments
            label={`${name}: kind`}
            options={KINDS}
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

interface TriggerProps {
  trigger: Trigger;
  value: unknown;
  onChange: (value: unknown) => void;
}

function TriggerFields({ trigger, value, onChange }: TriggerProps) {
  const table = value !== null && typeof value === "object" && !Array.isArray(value);
  if (table)
    return (
      <Field label={KINDS.find((kind) => kind.value === trigger)?.label ?? trigger}>
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
  const times = (Array.isArray(value) ? value : value ? [value] : []).map(String);
  return (
    <Field label="Moments" help="One a line: 2026-12-24T18:00, on the clock of the zone beside it.">
      <TextArea
        placeholder="2026-12-24T18:00"
        value={times.join("\n")}
        onChange={(event) => onChange(event.target.value.split("\n").map((line) => line.trim()))}
      />
    </Field>
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

function More({ schedule, onChange }: { schedule: Said; onChange: (schedule: Said) => void }) {
  const text = (key: string, label: string, placeholder: string) => (
    <ScheduleText
      label={label}
      placeholder={placeholder}
      about={key}
      value={schedule[key]}
      onChange={(value) => onChange(put(schedule, key, value))}
    />
  );
  const choice = (key: string, label: string, options: { value: string; label: string }[]) => (
    <Field label={label}>
      {typeof schedule[key] === "object" ? (
        <InYaml value={schedule[key]} />
      ) : (
        <Select
          options={options}
          value={String(schedule[key] ?? options[0]?.value)}
          onChange={(value) => onChange(put(schedule, key, value === options[0]?.value ? undefined : value))}
        />
      )}
    </Field>
  );
  return (
    <details>
      <summary className="w-fit text-ink-2">Missed moments, clock changes, limits</summary>
      <div className="grid gap-4 pt-3 sm:grid-cols-2">
        {choice("catch_up", "After an outage or a pause", CATCH_UP)}
        {text("start_deadline", "Too late after", "1h")}
        {choice("gap", "A time that the clock jumps over", GAPS)}
        {choice("fold", "A time that comes twice", FOLDS)}
        {text("from", "Not before", "2027-01-01T00:00")}
        {text("until", "Not after", "2027-12-31T00:00")}
        {text("spread", "Spread jobs of the same time over", "10m")}
        {text("jitter", "Each one late by up to", "30s")}
        {schedule.exclude !== undefined && (
          <Field label="Excluded">
            <InYaml value={schedule.exclude} />
          </Field>
        )}
      </div>
    </details>
  );
}

interface ScheduleTextProps {
  label: string;
  placeholder: string;
  about: string;
  value: unknown;
  onChange: (value: string) => void;
}

function ScheduleText({ label, placeholder, about, value, onChange }: ScheduleTextProps) {
  const { schema } = useForm();
  return (
    <Field label={label} help={schema?.properties?.[about]?.description}>
      <Input
        placeholder={placeholder}
        value={String(value ?? "")}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
