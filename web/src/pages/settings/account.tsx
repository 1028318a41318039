import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { changePassword, signOut, signOutEverywhere } from "@/api/account.ts";
import type { MeView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Facts, Panel } from "@/kit/page.tsx";
import { forgetMessages } from "@/kit/toasts.tsx";
import { NewPassword } from "@/parts/new-password.tsx";
import { rolesWords } from "@/parts/roles.ts";

export function Account({ me }: { me: MeView }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [changing, change] = useState(false);
  const leave = async (leaving: Promise<boolean>) => {
    if (!(await leaving)) return;
    await navigate({ to: "/sign-in" });
    client.clear();
    forgetMessages();
  };
  // Who runs without accounts, or comes by a key, has none to change.
  const own = me.kind === "user";
  return (
    <Panel className="flex flex-col gap-3 p-3">
      <Facts
        facts={[
          ["Name", me.display ? `${me.name} (${me.display})` : me.name],
          ["May", rights(me)],
          [
            "Signs in by",
            !own ? "nothing: this server asks nobody" : me.password ? "password" : "links only",
          ],
        ]}
      />
      {own && (
        <div className="flex flex-wrap gap-2">
          <Button icon="key" onClick={() => change(true)}>
            {me.password ? "Change the password …" : "Set a password …"}
          </Button>
          <Button onClick={() => void leave(signOut())}>Sign out</Button>
          <Button onClick={() => void leave(signOutEverywhere())}>Sign out everywhere …</Button>
        </div>
      )}
      {changing && <Password me={me} onClose={() => change(false)} />}
    </Panel>
  );
}

function rights(me: MeView): string {
  if (me.superuser) return "everything (superuser)";
  return rolesWords(me.roles).join(", ") || "nothing yet: an administrator gives roles through groups";
}

function Password({ me, onClose }: { me: MeView; onClose: () => void }) {
  const client = useQueryClient();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  return (
    <FormDialog
      title={me.password ? "Change the password" : "Set a password"}
      action="Set the password"
      onClose={onClose}
      submit={() => changePassword(client, password, me.password ? current : null)}
      done="You have another password"
    >
      {(wrong) => (
        <>
          <p className="text-ink-2">With a new password you are signed out everywhere but here.</p>
          {me.password && (
            <Field label="Current password" error={wrong("current")}>
              <Input
                type="password"
                autoFocus
                required
                autoComplete="current-password"
                value={current}
                onChange={(event) => setCurrent(event.target.value)}
              />
            </Field>
          )}
          <NewPassword
            error={wrong("password")}
            autoFocus={!me.password}
            value={password}
            onChange={setPassword}
          />
        </>
      )}
    </FormDialog>
  );
}
