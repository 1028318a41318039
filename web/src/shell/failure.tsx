import { ApiError } from "@/api/client.ts";
import { Button } from "@/kit/button.tsx";
import { Notice, Page } from "@/kit/page.tsx";
import { NotFound } from "./not-found.tsx";

/** What stands in the place of a page that could not be shown. */
export function Failure({ error, reset }: { error: unknown; reset?: () => void }) {
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  return (
    <Page title="This page could not be shown">
      <Notice
        kind="failed"
        action={
          <Button icon="again" onClick={() => (reset ? reset() : location.reload())}>
            Try again
          </Button>
        }
      >
        {error instanceof Error ? error.message : String(error)}
      </Notice>
    </Page>
  );
}
