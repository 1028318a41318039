import { useQuery } from "@tanstack/react-query";
import { queries } from "@/api/queries.ts";
import type { Said } from "@/api/types.ts";
import { type Checked, useDescribed } from "./checked.ts";
import { FormContext, jobSchema, messageOf } from "./form.ts";
import { Fields } from "./form-fields.tsx";
import type { Head } from "./use-draft.ts";

interface FormTabProps {
  said: Said;
  head: Head;
  /** A stored job keeps its name and project. */
  stored: boolean;
  checked: Checked;
  touched: ReadonlySet<string>;
  onHead: (head: Head) => void;
  onChange: (said: Said) => void;
}

/** The definition as fields, each with what the server says is wrong with it once it was touched. */
export function FormTab({ said, head, stored, checked, touched, onHead, onChange }: FormTabProps) {
  const { data: board } = useQuery(queries.schema());
  const { words, problem } = useDescribed(said);
  const form = {
    said,
    change: onChange,
    schema: jobSchema(board),
    project: head.project,
    error: (key: string) => {
      const found = touched.has(key) || touched.has("body") ? checked.problem?.field(key) : undefined;
      return found === undefined ? undefined : messageOf(found, key);
    },
  };
  return (
    <FormContext value={form}>
      <Fields
        head={stored ? null : head}
        onHead={onHead}
        described={words}
        scheduleProblem={problem && messageOf(problem.problem.errors?.[0]?.message ?? problem.message)}
      />
    </FormContext>
  );
}
