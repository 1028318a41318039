import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { putGroup } from "@/api/people.ts";
import { queries } from "@/api/queries.ts";
import type { UserGroupView } from "@/api/types.ts";
import { Choices } from "@/kit/choices.tsx";
import { Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";

/** Who is in a group; null: another one is made. */
export function GroupDialog({ group, onClose }: { group: UserGroupView | null; onClose: () => void }) {
  const client = useQueryClient();
  const { data: users = [] } = useQuery(queries.users());
  const [name, setName] = useState(group?.name ?? "");
  const [members, setMembers] = useState<readonly string[]>(group?.members ?? []);
  return (
    <FormDialog
      title={group ? `Members of ${group.name}` : "New group"}
      action={group ? "Save" : "Make the group"}
      onClose={onClose}
      submit={() => putGroup(client, name, { members: [...members], roles: group?.roles ?? {} })}
      done={group ? `The members of ${name} are changed` : `Group ${name} is made`}
    >
      {(wrong) => (
        <>
          {!group && (
            <Field
              label="Name"
              error={wrong("name")}
              help="What they are in which project is chosen in the table then."
            >
              <Input autoFocus required value={name} onChange={(event) => setName(event.target.value)} />
            </Field>
          )}
          <Choices
            legend="Members"
            options={users.map(({ name: value, display }) => ({
              value,
              label: display ? `${value} (${display})` : value,
            }))}
            chosen={members}
            onChange={setMembers}
          />
          <p className="text-xs text-ink-2">What they may changes at once, also where they are signed in.</p>
        </>
      )}
    </FormDialog>
  );
}
