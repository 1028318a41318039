import type { Said } from "@/api/types.ts";
import { Field, Input, TextArea } from "@/kit/field.tsx";
import { useForm } from "./form.ts";
import { SecondSelect } from "./inputs.tsx";
import { put } from "./said.ts";
import { Pairs } from "./written.tsx";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].map((each) => ({
  value: each,
  label: each,
}));

/** A request, and what is sent with it. */
export function HttpFields() {
  const { said, change, error } = useForm();
  const http = (typeof said.http === "string" ? { url: said.http } : (said.http ?? {})) as Said;
  // The address stays, empty or not: the server says what is missing.
  const set = (key: string, value: unknown) =>
    change({ ...said, http: { url: "", ...put(http, key, value) } });
  return (
    <>
      <Field label="Address" error={error("http") ?? error("url")}>
        <span className="flex gap-2">
          <SecondSelect
            label="Method"
            className="w-28 shrink-0"
            options={METHODS}
            value={String(http.method ?? "GET")}
            onChange={(method) => set("method", method === "GET" ? undefined : method)}
          />
          <Input
            className="min-w-0 flex-1 font-mono"
            placeholder="https://example.org/ping"
            value={String(http.url ?? "")}
            onChange={(event) => set("url", event.target.value)}
          />
        </span>
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Pairs
          label="Headers"
          sign=":"
          placeholder="Accept: application/json"
          value={http.headers}
          onChange={(headers) => set("headers", headers)}
        />
        <Field label="Body" help="What is sent.">
          <TextArea value={String(http.body ?? "")} onChange={(event) => set("body", event.target.value)} />
        </Field>
      </div>
    </>
  );
}
