import { ApiError } from "@/core/problem.ts";
import { Button } from "./button.tsx";
import { NotFound } from "./not-found.tsx";
import { Notice, Page } from "./page.tsx";

interface FailureProps {
  error: unknown;
  reset?: () => void;
}

/** What stands in the place of a page that could not be shown. */
export function Failure({ error, reset }: FailureProps) {
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  return (
    <Page title="This page could not be shown">
      <PartFailure error={error} reset={reset ?? (() => location.reload())} />
    </Page>
  );
}

/** What stands in the place of a part of a page. */
export function PartFailure({ error, reset }: FailureProps) {
  return (
    <Notice
      kind="failed"
      action={
        <Button icon="again" onClick={reset}>
          Try again
        </Button>
      }
    >
      {error instanceof Error ? error.message : String(error)}
    </Notice>
  );
}
