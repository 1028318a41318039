/** Inputs of the form that know no key. */

import { useId } from "react";
import { cx } from "@/core/classes.ts";
import { Input, type Option, Select } from "@/kit/field.tsx";
import { lengthOf, UNITS } from "./said.ts";

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
