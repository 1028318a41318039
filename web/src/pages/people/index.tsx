import { getRouteApi } from "@tanstack/react-router";
import { useSuperuser } from "@/api/hooks.ts";
import { Page } from "@/kit/page.tsx";
import { Tabs } from "@/kit/tabs.tsx";
import { Groups } from "./groups.tsx";
import { Keys } from "./keys.tsx";
import { Users } from "./users.tsx";

const route = getRouteApi("/people");

/** Who can sign in, what they may, and the keys of programs. Everybody has keys; the rest is for superusers. */
export default function People() {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const superuser = useSuperuser();
  if (!superuser)
    return (
      <Page title="Keys">
        <Keys />
      </Page>
    );
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
