import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { Button } from "@/kit/button.tsx";
import { Input, Select } from "@/kit/field.tsx";
import { KINDS } from "./wanted.ts";

type Wanted = Partial<Record<"kind" | "id" | "by" | "verb" | "since" | "until", string | undefined>>;

interface FiltersProps {
  wanted: Wanted;
  narrow: (change: Wanted) => void;
}

const NONE: Wanted = {
  kind: undefined,
  id: undefined,
  by: undefined,
  verb: undefined,
  since: undefined,
  until: undefined,
};

export function Filters({ wanted, narrow }: FiltersProps) {
  const any = Object.keys(NONE).some((name) => wanted[name as keyof Wanted]);
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:grid max-sm:grid-cols-2">
      <Select
        aria-label="Kind of object"
        value={wanted.kind ?? ""}
        options={[{ value: "", label: "Everything" }, ...KINDS.map((kind) => ({ value: kind, label: kind }))]}
        onChange={(kind) => narrow({ kind: kind || undefined })}
      />
      <Typed
        label="Object's id"
        value={wanted.id}
        onChange={(id) => narrow({ id })}
        className="w-44 max-sm:w-full"
        first
      />
      <Typed
        label="By whom"
        value={wanted.by}
        onChange={(by) => narrow({ by })}
        className="w-32 max-sm:w-full"
      />
      <Typed
        label="Verb"
        value={wanted.verb}
        onChange={(verb) => narrow({ verb })}
        className="w-24 max-sm:w-full"
      />
      <Moment label="since" value={wanted.since} onChange={(since) => narrow({ since })} />
      <Moment label="until" value={wanted.until} onChange={(until) => narrow({ until })} />
      {any && (
        <Button kind="quiet" icon="close" onClick={() => narrow(NONE)}>
          All
        </Button>
      )}
    </div>
  );
}

interface TypedProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  className?: string;
  /** `/` goes to it. */
  first?: boolean;
}

/** Looked for when it is written whole (Enter, or leaving the field): a part of a name finds nothing. */
function Typed({ label, value = "", onChange, className, first }: TypedProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const take = () => text.trim() !== value && onChange(text.trim() || undefined);
  return (
    <Input
      aria-label={label}
      placeholder={label}
      className={className}
      data-search={first || undefined}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={take}
      onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && take()}
    />
  );
}

function Moment({ label, value = "", onChange }: Omit<TypedProps, "className" | "first">) {
  const id = useId();
  return (
    <span className="inline-flex items-center gap-1.5 text-ink-2 max-sm:col-span-2">
      <label htmlFor={id} className="max-sm:w-10">
        {label}
      </label>
      <Input
        id={id}
        type="datetime-local"
        className="max-sm:min-w-0 max-sm:flex-1"
        value={value}
        onChange={(event) => onChange(event.target.value || undefined)}
      />
    </span>
  );
}
