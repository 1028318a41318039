/** Fields for single keys of a definition: label here, help from the schema, what is wrong from the server. */

import { useId } from "react";
import type { Said } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { Checkbox, Field, Input, type Option, Select, TextArea } from "@/kit/field.tsx";
import { useForm } from "./form.ts";
import { lengthOf, put, UNITS } from "./said.ts";

interface KeyProps {
  /** The key in the definition. */
  of: string;
  label: string;
  placeholder?: string;
  help?: string;
  className?: string;
}

/** What the fields of a key have in common. */
function useKey(of: string) {
  const { said, change, error, schema } = useForm();
  return {
    value: said[of],
    set: (value: unknown) => change(put(said, of, value)),
    error: error(of),
    help: schema?.properties?.[of]?.description,
  };
}

/** A line of text. A value that one line cannot say (a table) is shown, and changed in YAML. */
export function TextKey({ of, label, placeholder, help, className }: KeyProps) {
  const key = useKey(of);
  return (
    <Field label={label} help={help ?? key.help} error={key.error}>
      {typeof key.value === "object" ? (
        <InYaml value={key.value} />
      ) : (
        <Input
          placeholder={placeholder}
          value={String(key.value ?? "")}
          onChange={(event) => key.set(event.target.value)}
          className={className}
        />
      )}
    </Field>
  );
}

export function NumberKey({ of, label, placeholder, help }: KeyProps) {
  const key = useKey(of);
  return (
    <Field label={label} help={help ?? key.help} error={key.error}>
      {typeof key.value === "object" ? (
        <InYaml value={key.value} />
      ) : (
        <Input
          type="number"
          placeholder={placeholder}
          value={String(key.value ?? "")}
          onChange={(event) => key.set(event.target.value === "" ? undefined : Number(event.target.value))}
        />
      )}
    </Field>
  );
}

/** One of few; the first one is the default, which needs not be said. */
export function ChoiceKey({ of, label, options, help }: KeyProps & { options: readonly Option[] }) {
  const key = useKey(of);
  const usual = options[0]?.value ?? "";
  return (
    <Field label={label} help={help ?? key.help} error={key.error}>
      {typeof key.value === "object" ? (
        <InYaml value={key.value} />
      ) : (
        <Select
          options={options}
          value={String(key.value ?? usual)}
          onChange={(value) => key.set(value === usual ? undefined : value)}
        />
      )}
    </Field>
  );
}

export function CheckKey({ of, label, usual = false }: KeyProps & { usual?: boolean }) {
  const { value, set } = useKey(of);
  const checked = (value ?? usual) === true;
  return <Checkbox label={label} checked={checked} onChange={(on) => set(on === usual ? undefined : on)} />;
}

export function AreaKey({ of, label, placeholder, help, className }: KeyProps) {
  const key = useKey(of);
  return (
    <Field label={label} help={help ?? key.help} error={key.error}>
      <TextArea
        placeholder={placeholder}
        value={String(key.value ?? "")}
        onChange={(event) => key.set(event.target.value)}
        className={className}
      />
    </Field>
  );
}

/** What stands in a table that only YAML can say. */
export function InYaml({ value }: { value: unknown }) {
  return (
    <code
      data-tip="More than a field can say: change it on the tab YAML"
      className="truncate rounded-md border border-line bg-sunken px-2 py-1 font-mono text-xs"
    >
      {JSON.stringify(value)}
    </code>
  );
}

interface LengthProps {
  label: string;
  value: unknown;
  onChange: (value: string) => void;
}

/** A length of time: a number and a unit, or free text (`1h30m`) where one unit is not enough. */
export function LengthInput({ label, value, onChange }: LengthProps) {
  const length = lengthOf(value);
  if (value !== undefined && value !== "" && !length)
    return (
      <Input
        aria-label={label}
        value={String(value)}
        onChange={(event) => onChange(event.target.value)}
        className="w-40"
      />
    );
  return (
    <span className="flex gap-2">
      <Input
        aria-label={label}
        type="number"
        min={1}
        className="w-24"
        value={length?.count ?? ""}
        onChange={(event) => onChange(`${event.target.value || 1}${length?.unit ?? "m"}`)}
      />
      <SecondSelect
        label={`${label}: unit`}
        className="w-28"
        options={UNITS}
        value={length?.unit ?? "m"}
        onChange={(unit) => onChange(`${length?.count ?? 1}${unit}`)}
      />
    </span>
  );
}

interface SecondProps {
  label: string;
  options: readonly Option[];
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** A choice beside the input of a field: the field's label is the input's, so it has a name of its own. */
export function SecondSelect({ label, ...rest }: SecondProps) {
  return <Select {...rest} id={useId()} aria-label={label} aria-describedby={undefined} />;
}

interface SuggestProps {
  label: string;
  value: string;
  among: readonly string[];
  placeholder?: string;
  onChange: (value: string) => void;
  className?: string;
}

/** Text with the known ones offered below it. */
export function Suggest({ label, value, among, placeholder, onChange, className }: SuggestProps) {
  const list = useId();
  return (
    <>
      <Input
        aria-label={label}
        list={list}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={cx("min-w-0", className)}
      />
      <datalist id={list}>
        {among.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}

/** The keys that are set and that no field of the form shows. */
export function alsoSet(said: Said, shown: readonly string[]): string[] {
  return Object.keys(said).filter((key) => !shown.includes(key));
}
