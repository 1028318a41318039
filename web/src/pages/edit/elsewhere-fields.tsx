import { Field, Input } from "@/kit/field.tsx";
import { useForm } from "./form.ts";
import { LengthInput } from "./inputs.tsx";
import { elsewhereOf, put } from "./said.ts";

/** What stands in somebody's own crontab, and is only watched from here. */
export function ElsewhereFields() {
  const { said, change, error } = useForm();
  const { where, within } = elsewhereOf(said);
  // Where it runs stays, empty or not: the server says what is missing.
  const set = (key: string, value: unknown) =>
    change({ ...said, elsewhere: { where: "", ...put({ where, within }, key, value) } });
  return (
    <>
      <p className="text-ink-2">
        It stays where it is, in a crontab say, and tells of each of its runs: by a URL that its page here
        makes once it is saved, or started by <code>tickwork wrap</code>. A due moment that nobody tells of is
        missed.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Where it runs"
          help="In words, for people."
          error={error("where") ?? error("elsewhere")}
        >
          <Input
            placeholder="root's crontab on db1"
            value={where}
            onChange={(event) => set("where", event.target.value)}
          />
        </Field>
        <Field
          label="Missed after"
          help="So long after it was due, without word of it. Default: 10 minutes."
          error={error("within")}
        >
          <LengthInput label="Missed after" value={within} onChange={(length) => set("within", length)} />
        </Field>
      </div>
    </>
  );
}
