import { Link } from "@tanstack/react-router";
import { useSuperuser } from "@/api/hooks.ts";
import type { MemberView } from "@/api/types.ts";
import { EmptyState, Section } from "@/kit/page.tsx";
import { Badge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { ROLE_TIPS } from "@/parts/roles.ts";

const COLUMNS: Column<MemberView>[] = [
  { id: "user", title: "Who", width: "minmax(110px, 1fr)", cell: (member) => member.user },
  {
    id: "role",
    title: "Role",
    width: "104px",
    cell: (member) => <Badge tip={ROLE_TIPS[member.role]}>{member.role}</Badge>,
  },
  {
    id: "groups",
    title: "By group",
    width: "minmax(110px, 2fr)",
    cell: (member) => <span data-tip={member.groups.join("\n")}>{member.groups.join(", ")}</span>,
  },
];

/** Who is what in it, through which groups. */
export function Members({ members }: { members: readonly MemberView[] }) {
  const superuser = useSuperuser();
  return (
    <Section
      title="Members"
      count={members.length}
      actions={
        superuser && (
          <Link to="/people" search={{ tab: "groups" }} className="link">
            Groups and their roles
          </Link>
        )
      }
    >
      <p className="max-w-180 text-ink-2">
        People have roles by belonging to groups; the highest one counts. Superusers, who may do everything
        everywhere, are not listed.
      </p>
      <Table
        label="Members"
        columns={COLUMNS}
        rows={members}
        rowKey={(member) => member.user}
        empty={
          <EmptyState icon="people" title="Nobody but superusers">
            A group with a role in this project makes its people members of it.
          </EmptyState>
        }
      />
    </Section>
  );
}
