import { cx } from "@/core/classes.ts";

/** Four ticks: what Tickwork is known by. */
export function Mark({ className }: { className: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" className={cx("text-accent", className)} fill="none">
      <path d="M2 12V9M6 12V4M10 12V7M14 12V3" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
