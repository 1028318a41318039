import type {
  InputHTMLAttributes,
  ReactNode,
  Ref,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from "react";
import { createContext, useContext, useId } from "react";
import { cx } from "@/core/classes.ts";
import { first } from "./first.ts";
import { Icon } from "./icon.tsx";

const BOX =
  "rounded-md border border-line-strong bg-surface px-2 text-sm text-ink placeholder:text-ink-3 aria-invalid:border-failed disabled:opacity-50";

interface Wiring {
  id: string;
  note: string | undefined;
  invalid: boolean;
}

const FieldContext = createContext<Wiring | null>(null);

interface FieldProps {
  label: string;
  /** What to write there, and what it does. */
  help?: ReactNode;
  /** What is wrong with it: the server's message for this field. */
  error?: string | undefined;
  optional?: boolean;
  children: ReactNode;
}

/** A labelled input, with help below, or what is wrong with it. */
export function Field({ label, help, error, optional, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? help;
  return (
    <FieldContext value={{ id, note: note ? noteId : undefined, invalid: error !== undefined }}>
      <div className="flex min-w-0 flex-col gap-1">
        <label htmlFor={id} className="font-medium">
          {label}
          {optional && <span className="font-normal text-ink-3"> · optional</span>}
        </label>
        {children}
        {note && (
          <p id={noteId} className={cx("text-xs", error ? "text-failed" : "text-ink-2")}>
            {note}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

/** What ties an input to its field's label and note. */
function useWiring() {
  const wiring = useContext(FieldContext);
  return wiring
    ? { id: wiring.id, "aria-describedby": wiring.note, "aria-invalid": wiring.invalid || undefined }
    : {};
}

export function Input({
  className,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...useWiring()}
      {...first(rest.autoFocus)}
      {...rest}
      className={cx(BOX, "h-control", className)}
    />
  );
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <textarea
      spellCheck={false}
      {...useWiring()}
      {...first(rest.autoFocus)}
      {...rest}
      className={cx(BOX, "min-h-20 py-1 font-mono text-xs", className)}
    />
  );
}

export interface Option<T extends string = string> {
  value: T;
  label: string;
}

type SelectProps<T extends string> = Omit<SelectHTMLAttributes<HTMLSelectElement>, "onChange" | "value"> & {
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
};

/** The browser's own: it is the best one on phones and needs no styles at run time. */
export function Select<T extends string>({ options, value, onChange, className, ...rest }: SelectProps<T>) {
  return (
    <span className={cx("relative inline-flex min-w-0", className)}>
      <select
        {...useWiring()}
        {...rest}
        value={value}
        onChange={(event) => onChange(event.target.value as T)}
        className={cx(BOX, "h-control w-full appearance-none truncate pr-7")}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon
        name="down"
        size={12}
        className="pointer-events-none absolute inset-y-0 right-2 my-auto text-ink-3"
      />
    </span>
  );
}

type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange"> & {
  label: ReactNode;
  onChange: (checked: boolean) => void;
};

export function Checkbox({ label, onChange, className, ...rest }: CheckProps) {
  return (
    <label className={cx("inline-flex items-center gap-2", className)}>
      <input type="checkbox" {...rest} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

interface SearchBoxProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  className?: string;
  ref?: Ref<HTMLInputElement>;
}

/** Focused by `/`. */
export function SearchBox({ value, onChange, label, className, ref }: SearchBoxProps) {
  return (
    <span className={cx("relative inline-flex", className)}>
      <Icon name="search" className="pointer-events-none absolute inset-y-0 left-2 my-auto text-ink-3" />
      <Input
        ref={ref}
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="w-full pl-7"
      />
    </span>
  );
}

interface SegmentsProps<T extends string> {
  label: string;
  options: readonly { value: T; label: string; tip?: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** More of them make a block on a phone. */
const ONE_LINE = 4;

/** One of few, all of them seen. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  const name = useId();
  return (
    <fieldset
      className={cx(
        "inline-flex w-fit flex-wrap rounded-md border border-line-strong bg-surface p-px",
        options.length > ONE_LINE && "max-sm:grid max-sm:w-full max-sm:grid-cols-3",
      )}
    >
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          data-tip={option.tip}
          className="inline-flex h-[calc(var(--spacing-control)-4px)] cursor-pointer items-center justify-center whitespace-nowrap rounded-sm px-2 text-ink-2 has-checked:bg-accent-soft has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
