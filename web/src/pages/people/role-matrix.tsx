import { useQueryClient } from "@tanstack/react-query";
import { attempt } from "@/api/actions.ts";
import { ROLES } from "@/api/hooks.ts";
import { deleteGroup, putGroup } from "@/api/people.ts";
import type { Role, UserGroupView } from "@/api/types.ts";
import { type Option, Select } from "@/kit/field.tsx";
import { RowMenu } from "@/kit/menu.tsx";
import { placeName } from "@/parts/roles.ts";

const OPTIONS: readonly Option<Role | "">[] = [
  { value: "", label: "–" },
  ...ROLES.map((role) => ({ value: role, label: role })),
];

interface MatrixProps {
  groups: readonly UserGroupView[];
  projects: readonly string[];
  onEdit: (group: UserGroupView) => void;
}

/** A group a line, a project a column; the first column is for all projects, also those to come. */
export function RoleMatrix({ groups, projects, onEdit }: MatrixProps) {
  const columns = ["*", ...projects];
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Groups and their roles"
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-collapse text-left">
        <thead className="text-xs text-ink-2">
          <tr className="border-b border-line-strong">
            <th className="sticky left-0 z-10 bg-surface px-3 py-1.5 font-medium">Group</th>
            {columns.map((project) => (
              <th key={project} className="whitespace-nowrap px-2 py-1.5 font-medium">
                {project === "*" ? "All projects" : project}
              </th>
            ))}
            <th className="w-full" aria-label="What can be done" />
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {groups.map((group) => (
            <GroupLine key={group.name} group={group} columns={columns} onEdit={() => onEdit(group)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface LineProps {
  group: UserGroupView;
  columns: readonly string[];
  onEdit: () => void;
}

function GroupLine({ group, columns, onEdit }: LineProps) {
  const client = useQueryClient();
  const give = useGive(group);
  return (
    <tr>
      <th scope="row" className="sticky left-0 z-10 max-w-60 bg-surface px-3 py-1.5 align-top font-normal">
        <span className="font-medium">{group.name}</span>
        <span className="block truncate text-xs text-ink-2" data-tip={group.members.join("\n")}>
          {group.members.join(", ") || "nobody is in it"}
        </span>
      </th>
      {columns.map((project) => (
        <td key={project} className="px-2 py-1.5">
          <Select
            aria-label={`Role of ${group.name} in ${placeName(project)}`}
            className="w-28"
            value={group.roles[project] ?? ""}
            options={OPTIONS}
            onChange={(role) => void give(project, role)}
          />
        </td>
      ))}
      <td className="px-2 text-right">
        <RowMenu
          kind="Group"
          name={group.name}
          items={[
            { label: "Members …", icon: "people", act: onEdit },
            {
              label: "Delete …",
              icon: "trash",
              danger: true,
              act: () => void deleteGroup(client, group.name, group.members.length),
            },
          ]}
        />
      </td>
    </tr>
  );
}

/** Gives the group a role in a project, or none; it can be undone. */
function useGive(group: UserGroupView): (project: string, role: Role | "") => Promise<void> {
  const client = useQueryClient();
  const { name, members, roles } = group;
  const give = async (project: string, role: Role | ""): Promise<void> => {
    const { [project]: old, ...others } = roles;
    const place = placeName(project);
    await attempt(
      putGroup(client, name, { members, roles: role ? { ...others, [project]: role } : others }),
      `${name} is ${role || "nothing any more"} in ${place}`,
      `The role of ${name} in ${place} could not be changed`,
      () => void give(project, old ?? ""),
    );
  };
  return give;
}
