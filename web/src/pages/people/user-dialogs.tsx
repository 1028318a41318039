import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { createUser, describeUser, makeLink, setPassword } from "@/api/people.ts";
import type { UserView } from "@/api/types.ts";
import { Checkbox, Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { NewPassword } from "@/parts/new-password.tsx";

interface NewUserProps {
  onClose: () => void;
  /** They sign in by it the first time. */
  onLink: (name: string, link: string) => void;
}

export function NewUser({ onClose, onLink }: NewUserProps) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [display, setDisplay] = useState("");
  const [email, setEmail] = useState("");
  const [superuser, setSuperuser] = useState(false);
  const submit = async () => {
    await createUser(client, { name, display, email, superuser });
    return makeLink(name);
  };
  return (
    <FormDialog
      title="New user"
      action="Create, and make a sign-in link"
      onClose={onClose}
      submit={submit}
      onDone={(link) => (link ? onLink(name, link) : onClose())}
    >
      {(wrong) => (
        <>
          <Field label="Name" error={wrong("name")} help="What they sign in with; it does not change later.">
            <Input autoFocus required value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Described
            display={display}
            email={email}
            wrong={wrong}
            onDisplay={setDisplay}
            onEmail={setEmail}
          />
          <Checkbox
            label="Superuser: may do everything, everywhere"
            checked={superuser}
            onChange={setSuperuser}
          />
          <p className="text-xs text-ink-2">
            Everybody else may do what their groups give them. With the link they sign in, and set a password
            of their own in Settings.
          </p>
        </>
      )}
    </FormDialog>
  );
}

export function DescribeUser({ user, onClose }: { user: UserView; onClose: () => void }) {
  const client = useQueryClient();
  const [display, setDisplay] = useState(user.display);
  const [email, setEmail] = useState(user.email);
  return (
    <FormDialog
      title={`Edit ${user.name}`}
      action="Save"
      onClose={onClose}
      submit={() => describeUser(client, user.name, { display, email })}
      done={`${user.name} is changed`}
    >
      {(wrong) => (
        <Described display={display} email={email} wrong={wrong} onDisplay={setDisplay} onEmail={setEmail} />
      )}
    </FormDialog>
  );
}

interface DescribedProps {
  display: string;
  email: string;
  wrong: (field: string) => string | undefined;
  onDisplay: (display: string) => void;
  onEmail: (email: string) => void;
}

function Described({ display, email, wrong, onDisplay, onEmail }: DescribedProps) {
  return (
    <>
      <Field label="Shown as" optional error={wrong("display")}>
        <Input maxLength={200} value={display} onChange={(event) => onDisplay(event.target.value)} />
      </Field>
      <Field label="Email" optional error={wrong("email")}>
        <Input type="email" maxLength={200} value={email} onChange={(event) => onEmail(event.target.value)} />
      </Field>
    </>
  );
}

export function SetPassword({ user, onClose }: { user: UserView; onClose: () => void }) {
  const client = useQueryClient();
  const [password, change] = useState("");
  return (
    <FormDialog
      title={`Set the password of ${user.name}`}
      action="Set the password"
      onClose={onClose}
      submit={() => setPassword(client, user.name, password)}
      done={`${user.name} has another password`}
    >
      {(wrong) => (
        <>
          <p className="text-ink-2">
            They are signed out everywhere, and sign in with this one from now on. A sign-in link is better
            where they can open it: nobody else learns a password then.
          </p>
          <NewPassword error={wrong("password")} autoFocus value={password} onChange={change} />
        </>
      )}
    </FormDialog>
  );
}
