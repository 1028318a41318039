import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "@/shell/failure.tsx";
import { Skeleton } from "./progress.tsx";

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "error" | "refetch">;
  /** As large as what will stand there. */
  placeholder?: ReactNode;
  children: (data: T) => ReactNode;
}

/** What a query gave; until then its place, and if it failed the reason. Old data stays while new is fetched. */
export function Loaded<T>({ query, placeholder, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} reset={() => void query.refetch()} />;
  return placeholder ?? <Skeleton lines={6} />;
}
