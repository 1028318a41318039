/** What the fields of the form share: the definition, how it is changed, what is wrong with it, what its keys mean. */

import { createContext, useContext } from "react";
import type { Said, Schema } from "@/api/types.ts";

export interface Form {
  said: Said;
  change: (said: Said) => void;
  /** What the server says is wrong with a key, once it was touched. */
  error: (key: string) => string | undefined;
  /** The schema of a job. */
  schema: Schema | undefined;
  project: string;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error("a field of the form stands outside of it");
  return form;
}

/** The schema of one job within that of a board. */
export function jobSchema(board: Schema | undefined): Schema | undefined {
  const each = board?.properties?.jobs?.additionalProperties;
  return typeof each === "object" ? each : undefined;
}

/** A server's message without the place that it begins with: the field beside it says that. */
export function messageOf(problem: string, key = ""): string {
  const text = problem.replace(/^(body|yaml)[\w.]*(:\d+)?: /, "");
  return key && text.startsWith(`${key}: `) ? text.slice(key.length + 2) : text;
}
