import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";

interface RowLinkProps {
  to: "jobs" | "runs";
  id: string;
  className?: string;
  children: ReactNode;
}

/** A link for the rows of long tables. The router's own works out more than a row that is scrolled past has time for. */
export function RowLink({ to, id, className, children }: RowLinkProps) {
  const router = useRouter();
  const project = new URLSearchParams(location.search).get("project");
  const path = `/${to}/${encodeURIComponent(id)}${project ? `?${new URLSearchParams({ project })}` : ""}`;
  const go = (event: MouseEvent) => {
    // Other clicks are the browser's: a tab of its own, a download.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(`/ui${path}`);
  };
  return (
    <a href={`/ui${path}`} onClick={go} className={className}>
      {children}
    </a>
  );
}
