import { Field, Input, TextArea } from "@/kit/field.tsx";
import { useForm } from "./form.ts";
import type { Runner } from "./said.ts";

interface RunnerTextProps {
  of: Runner;
  label: string;
  placeholder: string;
  /** How much room it has; absent: a few lines. */
  rows?: "one" | "many";
}

/** The runner's own text. It stays in the definition when it is emptied: it says which runner it is. */
export function RunnerText({ of, label, placeholder, rows }: RunnerTextProps) {
  const { said, change, error, schema } = useForm();
  const value = String(said[of] ?? "");
  const write = (text: string) => change({ ...said, [of]: text });
  return (
    <Field label={label} help={schema?.properties?.[of]?.description} error={error(of)}>
      {rows === "one" ? (
        <Input
          className="font-mono"
          placeholder={placeholder}
          value={value}
          onChange={(event) => write(event.target.value)}
        />
      ) : (
        <TextArea
          className={rows === "many" ? "min-h-48" : "min-h-14"}
          placeholder={placeholder}
          value={value}
          onChange={(event) => write(event.target.value)}
        />
      )}
    </Field>
  );
}
