import { Field, Input } from "@/kit/field.tsx";

interface NewPasswordProps {
  error: string | undefined;
  autoFocus: boolean;
  value: string;
  onChange: (password: string) => void;
}

/** Where a password is chosen: the browser offers one, and keeps it. */
export function NewPassword({ error, autoFocus, value, onChange }: NewPasswordProps) {
  return (
    <Field label="New password" error={error}>
      <Input
        type="password"
        autoFocus={autoFocus}
        required
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
