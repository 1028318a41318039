/** Fields for single keys of a definition: label here, help from the schema, what is wrong from the server. */

import type { ReactNode } from "react";
import { Checkbox, Field, Input, type Option, Select, TextArea } from "@/kit/field.tsx";
import { useForm } from "./form.ts";
import { InYaml } from "./inputs.tsx";
import { namesOf, put } from "./said.ts";
import { jsonOf, Names, useWritten } from "./written.tsx";

interface KeyProps {
  /** The key in the definition. */
  of: string;
  label: string;
  placeholder?: string;
  help?: string;
  className?: string;
}

/** What the fields of a key have in common. */
export function useKey(of: string) {
  const { said, change, error, schema } = useForm();
  return {
    value: said[of],
    set: (value: unknown) => change(put(said, of, value)),
    error: error(of),
    help: schema?.properties?.[of]?.description,
  };
}

interface KeyFieldProps {
  of: string;
  label: string;
  help?: string | undefined;
  children: (value: unknown, set: (value: unknown) => void) => ReactNode;
}

/** A value that the field cannot say (a table) is shown, and changed in YAML. */
function KeyField({ of, label, help, children }: KeyFieldProps) {
  const key = useKey(of);
  return (
    <Field label={label} help={help ?? key.help} error={key.error}>
      {typeof key.value === "object" ? <InYaml value={key.value} /> : children(key.value, key.set)}
    </Field>
  );
}

/** A line of text. */
export function TextKey({ of, label, placeholder, help, className }: KeyProps) {
  return (
    <KeyField of={of} label={label} help={help}>
      {(value, set) => (
        <Input
          placeholder={placeholder}
          value={String(value ?? "")}
          onChange={(event) => set(event.target.value)}
          className={className}
        />
      )}
    </KeyField>
  );
}

export function AreaKey({ of, label, placeholder, help, className }: KeyProps) {
  return (
    <KeyField of={of} label={label} help={help}>
      {(value, set) => (
        <TextArea
          placeholder={placeholder}
          value={String(value ?? "")}
          onChange={(event) => set(event.target.value)}
          className={className}
        />
      )}
    </KeyField>
  );
}

export function NumberKey({ of, label, placeholder, help }: KeyProps) {
  return (
    <KeyField of={of} label={label} help={help}>
      {(value, set) => (
        <Input
          type="number"
          placeholder={placeholder}
          value={String(value ?? "")}
          onChange={(event) => set(event.target.value === "" ? undefined : Number(event.target.value))}
        />
      )}
    </KeyField>
  );
}

/** One of few; the first one is the default, which needs not be said. */
export function ChoiceKey({ of, label, options, help }: KeyProps & { options: readonly Option[] }) {
  const usual = options[0]?.value ?? "";
  return (
    <KeyField of={of} label={label} help={help}>
      {(value, set) => (
        <Select
          options={options}
          value={String(value ?? usual)}
          onChange={(chosen) => set(chosen === usual ? undefined : chosen)}
        />
      )}
    </KeyField>
  );
}

export function CheckKey({ of, label, usual = false }: KeyProps & { usual?: boolean }) {
  const { value, set } = useKey(of);
  const checked = (value ?? usual) === true;
  return <Checkbox label={label} checked={checked} onChange={(on) => set(on === usual ? undefined : on)} />;
}

/** A name, or several with commas between. */
export function NamesKey({ of, label, placeholder }: KeyProps) {
  const { value, set, help, error } = useKey(of);
  const names = namesOf(value);
  return (
    <Field label={label} help={help} error={error}>
      {names ? <Names value={names} placeholder={placeholder} onChange={set} /> : <InYaml value={value} />}
    </Field>
  );
}

/** A value as JSON. */
export function JsonKey({ of, label, placeholder }: KeyProps) {
  const { value, set, help = "", error } = useKey(of);
  const { text, write, wrong } = useWritten(
    () => (value === undefined ? "" : JSON.stringify(value)),
    jsonOf,
    set,
  );
  return (
    <Field label={label} help={`${help} As JSON.`} error={wrong ? "This is not JSON yet" : error}>
      <TextArea
        className="min-h-14"
        placeholder={placeholder}
        value={text}
        onChange={(event) => write(event.target.value)}
      />
    </Field>
  );
}
