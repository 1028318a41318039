import { ProgressBar } from "@/kit/progress.tsx";

/** How many of its seats are taken; only how many there are where nobody counted. */
export function Seats({ busy, seats }: { busy: number | null; seats: number }) {
  if (busy === null) return <span className="figures">{seats}</span>;
  return (
    <span className="flex items-center gap-2">
      <span className="figures whitespace-nowrap">
        {busy} / {seats}
      </span>
      {seats > 0 && (
        <ProgressBar
          share={busy / seats}
          label={`${busy} of ${seats} seats taken`}
          className="min-w-6 flex-1 max-sm:hidden"
        />
      )}
    </span>
  );
}
