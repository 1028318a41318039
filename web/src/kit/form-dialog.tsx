/** A dialog that is filled in: it stays, with what was wrong, until what it asks for is done. */

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId } from "react";
import { ApiError } from "@/core/problem.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Notice } from "./page.tsx";
import { toast } from "./toasts.tsx";

interface FormDialogProps<T> {
  title: string;
  /** The verb on the button: `Create the group`. */
  action: string;
  /** The way out: `Cancel`. */
  cancel?: string;
  danger?: boolean;
  wide?: boolean;
  /** Nothing needs to be filled in: Enter does it. */
  ready?: boolean;
  onClose: () => void;
  /** Does it; what it throws is shown. */
  submit: () => Promise<T>;
  /** What is said when it is done. */
  done?: string | ((value: T) => string);
  /** It is done; absent: the dialog closes. */
  onDone?: (value: T) => void;
  /** The fields; `wrong` gives the server's message for one of them. */
  children: (wrong: (field: string) => string | undefined) => ReactNode;
}

export function FormDialog<T>(props: FormDialogProps<T>) {
  const {
    title,
    action,
    cancel = "Cancel",
    danger,
    wide,
    ready,
    onClose,
    submit,
    done,
    onDone = onClose,
    children,
  } = props;
  const form = useId();
  const { mutate, isPending, error } = useMutation({
    mutationFn: submit,
    onSuccess: (value: T) => {
      if (done !== undefined) toast.done(typeof done === "string" ? done : done(value));
      onDone(value);
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending) mutate();
  };
  return (
    <Dialog
      title={title}
      wide={wide ?? false}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{cancel}</Button>
          <Button
            type="submit"
            form={form}
            kind={danger ? "danger" : "primary"}
            busy={isPending}
            autoFocus={ready}
          >
            {action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={send} className="flex flex-col gap-3">
        {children((field) => (error instanceof ApiError ? error.field(field) : undefined))}
        {error && (
          <div role="alert">
            <Notice kind="failed">{error.message}</Notice>
          </div>
        )}
      </form>
    </Dialog>
  );
}
