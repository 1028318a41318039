import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { dayOf } from "@/core/days.ts";
import { useZone } from "@/core/preferences.ts";

interface LedgerLinkProps {
  job: string;
  /** ISO-8601. */
  at: string;
  state: string;
  className: string;
  children: ReactNode;
}

/** To what of a job became so on the day of a moment. */
export function LedgerLink({ job, at, state, className, children }: LedgerLinkProps) {
  const day = dayOf(Date.parse(at), useZone());
  return (
    <Link to="/jobs/$job" params={{ job }} search={{ tab: "ledger", day, state }} className={className}>
      {children}
    </Link>
  );
}
