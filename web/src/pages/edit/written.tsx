/** Values that are written as text. What means none (yet) stays in the field and out of the definition. */

import { useState } from "react";
import { Field, Input, TextArea } from "@/kit/field.tsx";
import { pairsOf, pairsText, wordsOf } from "./said.ts";

/** `meaning`: undefined where the text has none. */
export function useWritten<T>(
  begin: () => string,
  meaning: (text: string) => T | undefined,
  onChange: (value: T) => void,
) {
  const [text, setText] = useState(begin);
  const write = (next: string) => {
    setText(next);
    const value = meaning(next);
    if (value !== undefined) onChange(value);
  };
  return { text, write, wrong: meaning(text) === undefined };
}

/** JSON; null where nothing is written. */
export function jsonOf(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface PairsProps {
  label: string;
  sign: "=" | ":";
  placeholder: string;
  help?: string | undefined;
  error?: string | undefined;
  value: unknown;
  onChange: (table: Record<string, string>) => void;
}

/** Names and values, a pair a line. */
export function Pairs({ label, sign, placeholder, help, error, value, onChange }: PairsProps) {
  const { text, write, wrong } = useWritten(
    () => pairsText(value, sign),
    (lines) => pairsOf(lines, sign),
    onChange,
  );
  return (
    <Field label={label} help={help} error={wrong ? `Each line is NAME${sign}VALUE` : error}>
      <TextArea placeholder={placeholder} value={text} onChange={(event) => write(event.target.value)} />
    </Field>
  );
}

interface NamesProps {
  value: readonly string[];
  placeholder: string | undefined;
  onChange: (names: string[]) => void;
}

/** Names, with commas between. */
export function Names({ value, placeholder, onChange }: NamesProps) {
  const { text, write } = useWritten(() => value.join(", "), wordsOf, onChange);
  return <Input placeholder={placeholder} value={text} onChange={(event) => write(event.target.value)} />;
}
