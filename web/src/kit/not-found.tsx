import { Link } from "@tanstack/react-router";
import { buttonClass } from "./button.tsx";
import { EmptyState, Page } from "./page.tsx";

export function NotFound() {
  return (
    <Page title="No such page">
      <EmptyState
        title="There is nothing at this address"
        action={
          <Link to="/" className={buttonClass("primary")}>
            Go to Today
          </Link>
        }
      >
        What it named may have been deleted, or lies in a project that you do not see.
      </EmptyState>
    </Page>
  );
}
