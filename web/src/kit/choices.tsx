import type { ReactNode } from "react";
import { cx } from "@/core/classes.ts";
import { Checkbox } from "./field.tsx";

interface ChoicesProps<T extends string> {
  legend: string;
  options: readonly { value: T; label: ReactNode }[];
  chosen: readonly T[];
  onChange: (chosen: readonly T[]) => void;
  /** Side by side instead of one below the other. */
  inline?: boolean;
  /** What there is to say about what is chosen. */
  children?: ReactNode;
}

/** Any of several. */
export function Choices<T extends string>(props: ChoicesProps<T>) {
  const { legend, options, chosen, onChange, inline, children } = props;
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className={cx("font-medium", !inline && "pb-1")}>{legend}</legend>
      <div className={inline ? "flex flex-wrap gap-x-4 gap-y-1" : "contents"}>
        {options.map(({ value, label }) => (
          <Checkbox
            key={value}
            label={label}
            checked={chosen.includes(value)}
            onChange={(on) => onChange(on ? [...chosen, value] : chosen.filter((each) => each !== value))}
          />
        ))}
      </div>
      {children}
    </fieldset>
  );
}
