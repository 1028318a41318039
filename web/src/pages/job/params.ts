/** The form of a run's parameters: which fields there are, and what their texts mean. */

import type { Said } from "@/api/types.ts";
import { isProtected } from "@/parts/job-words.ts";

export type Kind = "text" | "number" | "truth" | "choice" | "date" | "moment" | "time" | "json";

export interface ParamField {
  name: string;
  /** As the function says it: `int | None`. */
  type: string;
  kind: Kind;
  /** Must be given: neither the function nor the job has a value for it. */
  required: boolean;
  /** What the job gives, as a text; "" where it gives nothing. */
  given: string;
  choices: string[];
}

interface ParamForm {
  fields: ParamField[];
  /** Names beyond the fields may be given. */
  others: boolean;
}

interface Call {
  args?: unknown[];
  kwargs?: Said;
  signature?: { parameters?: { name: string; type?: string; required?: boolean }[]; others?: boolean } | null;
}

/** What a job takes; a job that says nothing of it takes any names. */
export function formOf(definition: unknown): ParamForm {
  const task = ((definition as { task?: Call } | null)?.task ?? {}) as Call;
  if (!task.signature) return { fields: [], others: true };
  const named = (task.signature.parameters ?? []).slice(task.args?.length ?? 0);
  const fields = named.map(({ name, type = "Any", required = true }): ParamField => {
    const given = task.kwargs?.[name];
    return {
      name,
      type,
      ...kindOf(type),
      required: required && given === undefined,
      given: given === undefined ? "" : typeof given === "string" ? given : JSON.stringify(given),
    };
  });
  return { fields, others: task.signature.others ?? false };
}

const KINDS: Record<string, Kind> = {
  str: "text",
  int: "number",
  float: "number",
  bool: "truth",
  Decimal: "text",
  UUID: "text",
  timedelta: "text",
  date: "date",
  datetime: "moment",
  time: "time",
};

function kindOf(type: string): { kind: Kind; choices: string[] } {
  const bare = type.replace(/\s*\|\s*None$/, "");
  const literal = /^Literal\[(.*)\]$/.exec(bare)?.[1];
  // Only literals that are texts: of others it could not be told which type was meant.
  const choices = literal ? [...literal.matchAll(/'([^']*)'|"([^"]*)"/g)].map((m) => m[1] ?? m[2] ?? "") : [];
  return choices.length ? { kind: "choice", choices } : { kind: KINDS[bare] ?? "json", choices: [] };
}

/** Whether anything must be asked before it can run. */
export function mustAsk(definition: unknown): boolean {
  return isProtected(definition) || formOf(definition).fields.some((field) => field.required);
}

export interface Row {
  name: string;
  text: string;
}

/** The parameters. A field left as the job has it is left out, and so is an empty one.
 *
 * Throws a `SyntaxError` that names a field whose text is no JSON.
 */
export function paramsOf(form: ParamForm, texts: Record<string, string>, rows: readonly Row[]): Said {
  const params: Said = {};
  for (const field of form.fields) {
    const text = texts[field.name] ?? field.given;
    if (text !== field.given) params[field.name] = readAs(field, text);
  }
  for (const { name, text } of rows) if (name.trim()) params[name.trim()] = loose(text);
  return params;
}

function readAs({ name, kind }: ParamField, text: string): unknown {
  // An emptied field: the value of none, where the job would give another.
  if (text === "" && kind !== "text") return null;
  if (kind === "number") return Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === "truth") return text === "true";
  if (kind !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(`${name}: write JSON, as "a text", 12, [1, 2] or {"key": true}`);
  }
}

/** As `tickwork run -p KEY=VALUE` reads it: JSON if it is JSON, else a text. */
function loose(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
