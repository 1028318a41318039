import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { queries } from "@/api/queries.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Tabs } from "@/kit/tabs.tsx";
import { Groups } from "./groups.tsx";
import { Keys } from "./keys.tsx";
import { Users } from "./users.tsx";

const route = getRouteApi("/people");

/** Who can sign in, what they may, and the keys of programs. Everybody has keys; the rest is for superusers. */
export default function People() {
  const me = useQuery(queries.me());
  const waiting = (
    <Page title="Keys">
      <Skeleton lines={8} />
    </Page>
  );
  return (
    <Loaded page query={me} placeholder={waiting}>
      {({ superuser }) => (superuser ? <Everybody /> : <Own />)}
    </Loaded>
  );
}

function Own() {
  return (
    <Page title="Keys">
      <Keys />
    </Page>
  );
}

function Everybody() {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="People & keys">
      <Tabs
        value={tab ?? "users"}
        onChange={(id) =>
          void navigate({
            search: (old) => ({ ...old, tab: id === "users" ? undefined : id }),
            replace: true,
          })
        }
        tabs={[
          { id: "users", label: "Users", content: <Users /> },
          { id: "groups", label: "Groups & roles", content: <Groups /> },
          { id: "keys", label: "Keys", content: <Keys /> },
        ]}
      />
    </Page>
  );
}
