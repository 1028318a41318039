import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "@/api/queries.ts";
import type { UserGroupView } from "@/api/types.ts";
import { plural } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { GroupDialog } from "./group-dialog.tsx";
import { RoleMatrix } from "./role-matrix.tsx";

/** Groups: who is in them, and what that makes them in which project. */
export function Groups() {
  const query = useQuery(queries.groups());
  const { data: projects = [] } = useQuery(queries.projects());
  /** null: another one is made. */
  const [editing, edit] = useState<UserGroupView | null | undefined>(undefined);
  const making = (
    <Button icon="plus" kind="primary" onClick={() => edit(null)}>
      New group
    </Button>
  );
  return (
    <div className="flex flex-col gap-3">
      <Loaded query={query} placeholder={<Skeleton lines={5} className="h-8" />}>
        {(groups) =>
          groups.length === 0 ? (
            <EmptyState icon="people" title="No groups yet" action={making}>
              A group gives its members a role in projects: viewer, operator, editor or admin. Without one
              only superusers see anything.
            </EmptyState>
          ) : (
            <>
              <div className="flex flex-wrap items-center gap-3">
                <p className="mr-auto text-ink-2">
                  {plural(groups.length, "group")}. Who is in several has in each project the highest role.
                </p>
                {making}
              </div>
              <RoleMatrix groups={groups} projects={projects.map((each) => each.name)} onEdit={edit} />
            </>
          )
        }
      </Loaded>
      {editing !== undefined && <GroupDialog group={editing} onClose={() => edit(undefined)} />}
    </div>
  );
}
