import { useQuery } from "@tanstack/react-query";
import { useMay, useSuperuser } from "@/api/hooks.ts";
import { queries } from "@/api/queries.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { Page, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Account } from "./account.tsx";
import { Everything } from "./everything.tsx";
import { Looks } from "./looks.tsx";
import { Notify } from "./notify.tsx";
import { Server } from "./server.tsx";
import { What } from "./what.tsx";

/** Oneself, the looks, the switch of everything, and how the server is and is set. */
export default function Settings() {
  const superuser = useSuperuser();
  const operates = useMay()("operator", "*");
  const me = useQuery(queries.me());
  return (
    <Page title="Settings">
      <div className="grid gap-x-8 gap-y-6 md:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-6">
          <Section title="Your account">
            <Loaded query={me} placeholder={<Skeleton className="h-[134px]" />}>
              {(found) => <Account me={found} />}
            </Loaded>
          </Section>
          <Looks />
          {operates && <Everything />}
        </div>
        <Server />
      </div>
      {superuser && <Notify />}
      {superuser && <What />}
    </Page>
  );
}
