import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import { buttonClass } from "@/kit/button.tsx";
import { EmptyState, Page } from "@/kit/page.tsx";

/** Whether there is anything that the person may see; taken for true until it is known. */
export function useSees(): boolean {
  const { data: me } = useQuery(queries.me());
  const may = useMay();
  return me === undefined || may("viewer", undefined);
}

/** Of somebody who is in no group with a role: their own settings are all that there is for them. */
export function NoRole() {
  return (
    <Page title="Welcome">
      <EmptyState
        icon="people"
        title="You may see nothing yet"
        command="tickwork group add readers NAME --role '*=viewer'"
        action={
          <Link to="/settings" className={buttonClass()}>
            Your account
          </Link>
        }
      >
        Roles come with groups. A superuser puts you into one under People & keys, or so:
      </EmptyState>
    </Page>
  );
}
