import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { deleteUser, makeLink, setActive, setSuperuser } from "@/api/people.ts";
import { queries } from "@/api/queries.ts";
import type { UserView } from "@/api/types.ts";
import { plural } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { type MenuItem, RowMenu } from "@/kit/menu.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { ShownOnce } from "@/kit/shown-once.tsx";
import { Badge, StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { rolesWords } from "@/parts/roles.ts";
import { DescribeUser, NewUser, SetPassword } from "./user-dialogs.tsx";

/** What is being done, to whom; `link`: the address that signs them in. */
type Doing =
  | { what: "new" }
  | { what: "describe" | "password"; user: UserView }
  | { what: "link"; name: string; link: string };

/** Everybody who can sign in. */
export function Users() {
  const query = useQuery(queries.users());
  const client = useQueryClient();
  const [doing, setDoing] = useState<Doing | null>(null);
  const columns = useMemo(() => columnsOf(client, setDoing), [client]);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <p className="mr-auto text-ink-2">{query.data && plural(query.data.length, "person", "people")}</p>
        <Button icon="plus" kind="primary" onClick={() => setDoing({ what: "new" })}>
          New user
        </Button>
      </div>
      <Loaded query={query} placeholder={<Skeleton lines={5} className="h-8" />}>
        {(users) => <Table label="Users" columns={columns} rows={users} rowKey={(user) => user.name} />}
      </Loaded>
      {doing && <DoingDialog doing={doing} setDoing={setDoing} />}
    </div>
  );
}

function DoingDialog({ doing, setDoing }: { doing: Doing; setDoing: (doing: Doing | null) => void }) {
  const close = () => setDoing(null);
  switch (doing.what) {
    case "new":
      return <NewUser onClose={close} onLink={(name, link) => setDoing({ what: "link", name, link })} />;
    case "describe":
      return <DescribeUser user={doing.user} onClose={close} />;
    case "password":
      return <SetPassword user={doing.user} onClose={close} />;
    case "link":
      return (
        <ShownOnce title={`A link for ${doing.name}`} label="The link" secret={doing.link} onClose={close}>
          <p className="text-ink-2">
            Whoever opens it first is signed in as {doing.name}: give it to nobody else. It is good once, for
            a quarter of an hour.
          </p>
        </ShownOnce>
      );
  }
}

function menuOf(client: QueryClient, user: UserView, does: (doing: Doing) => void): (MenuItem | null)[] {
  const link = async () => {
    const made = await makeLink(user.name);
    if (made) does({ what: "link", name: user.name, link: made });
  };
  return [
    { label: "Make a sign-in link", icon: "external", disabled: !user.active, act: () => void link() },
    { label: "Set a password …", icon: "key", act: () => does({ what: "password", user }) },
    { label: "Edit …", icon: "edit", act: () => does({ what: "describe", user }) },
    null,
    {
      label: user.superuser ? "Take superuser away …" : "Make superuser …",
      icon: "lock",
      act: () => void setSuperuser(client, user),
    },
    {
      label: user.active ? "Deactivate …" : "Activate …",
      icon: user.active ? "disabled" : "check",
      danger: user.active,
      act: () => void setActive(client, user),
    },
    { label: "Delete …", icon: "trash", danger: true, act: () => void deleteUser(client, user.name) },
  ];
}

function columnsOf(client: QueryClient, does: (doing: Doing) => void): Column<UserView>[] {
  return [
    {
      id: "name",
      title: "User",
      width: "minmax(80px, 2fr)",
      cell: (user) => (
        <>
          <span className="font-medium">{user.name}</span>
          {user.display && <span className="pl-2 text-ink-2 max-sm:hidden">{user.display}</span>}
        </>
      ),
    },
    {
      id: "state",
      title: "State",
      width: "92px",
      cell: (user) => <StateBadge state={user.active ? "active" : "inactive"} />,
    },
    {
      id: "rights",
      title: "Rights",
      width: "minmax(144px, 2fr)",
      cell: (user) => <Rights user={user} />,
    },
    {
      id: "groups",
      title: "Groups",
      width: "minmax(100px, 2fr)",
      cell: (user) => user.groups.join(", ") || <span className="text-ink-3">none</span>,
      wide: true,
    },
    {
      id: "email",
      title: "Email",
      width: "minmax(100px, 2fr)",
      cell: (user) => user.email || <span className="text-ink-3">–</span>,
      wide: true,
    },
    {
      id: "password",
      title: "Signs in by",
      width: "112px",
      cell: (user) => (user.password ? "password" : "link only"),
      wide: true,
    },
    {
      id: "do",
      title: "",
      width: "44px",
      cell: (user) => <RowMenu kind="User" name={user.name} items={menuOf(client, user, does)} />,
    },
  ];
}

function Rights({ user }: { user: UserView }) {
  if (user.superuser) return <Badge tip="May do everything, everywhere">superuser</Badge>;
  const words = rolesWords(user.roles);
  if (words.length === 0) return <span className="text-ink-3">none yet</span>;
  return <span data-tip={words.join("\n")}>{words.join(", ")}</span>;
}
