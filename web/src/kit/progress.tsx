import { cx } from "@/core/classes.ts";

export function Spinner() {
  return (
    <svg aria-hidden="true" className="size-3.5 animate-spin" viewBox="0 0 16 16" fill="none">
      <circle cx="8" cy="8" r="6" stroke="currentColor" strokeWidth="2" opacity="0.25" />
      <path d="M14 8a6 6 0 0 0-6-6" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}

interface BarProps {
  /** 0 … 1; null where nobody knows. */
  share: number | null;
  label: string;
  /** Class of the bar's colour. */
  tone?: string;
  className?: string;
}

/** How far something is. */
export function ProgressBar({ share, label, tone = "bg-running", className }: BarProps) {
  const known = share !== null;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.round(share * 100) : undefined}
      className={cx("h-1 overflow-hidden rounded-sm bg-line", className)}
    >
      <div
        className={cx("h-full rounded-sm", tone, !known && "w-1/4 animate-pulse")}
        style={known ? { width: `${Math.min(100, Math.max(0, share * 100))}%` } : undefined}
      />
    </div>
  );
}

/** The place of what is still being fetched, as large as what will stand there. */
export function Skeleton({ className, lines = 1 }: { className?: string; lines?: number }) {
  return (
    <div aria-hidden="true" className="flex flex-col gap-2">
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className={cx("animate-pulse rounded-sm bg-line", className ?? "h-4")} />
      ))}
    </div>
  );
}
