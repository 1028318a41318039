import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure, PartFailure } from "./failure.tsx";
import { Skeleton } from "./progress.tsx";

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "error" | "refetch">;
  /** As large as what will stand there. */
  placeholder?: ReactNode;
  /** It is the whole page: what cannot be shown takes its place. Else a notice does, and the rest of the page stays. */
  page?: boolean;
  children: (data: T) => ReactNode;
}

/** What a query gave; until then its place, and if it failed the reason. Old data stays while new is fetched. */
export function Loaded<T>({ query, placeholder, page, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    const reset = () => void query.refetch();
    return page ? (
      <Failure error={query.error} reset={reset} />
    ) : (
      <PartFailure error={query.error} reset={reset} />
    );
  }
  return placeholder ?? <Skeleton lines={6} />;
}
