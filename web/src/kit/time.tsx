import { cx } from "@/core/classes.ts";
import { useNow, useRoughNow } from "@/core/now.ts";
import { zone, zoneFor } from "@/core/preferences.ts";
import { useWatched } from "@/core/store.ts";
import { countdownText, exactText, lengthText, momentText, relativeText, soonText } from "@/core/text.ts";

interface TimeProps {
  /** ISO-8601; null shows a dash. */
  at: string | null | undefined;
  /** The IANA zone of the job, for those who chose its clock. */
  zone?: string;
  /** relative: `3 min ago`; clock: `14:05:09`, with the day if it is another one; soon: `14:05`, `Fri 14:05`, `1 Dec`;
   * exact: everything. */
  show?: "relative" | "clock" | "soon" | "exact";
  className?: string;
}

/** A moment. Hovering gives it exactly, on the chosen clock and in UTC. */
export function Time({ at, zone: job, show = "relative", className }: TimeProps) {
  const chosen = useWatched(zone);
  if (!at) return <span className="text-ink-3">–</span>;
  const ms = Date.parse(at);
  const named = zoneFor(chosen, job);
  const utc = exactText(ms, "UTC");
  const exact = exactText(ms, named);
  return (
    <time
      dateTime={at}
      data-tip={exact === utc ? exact : `${exact}\n${utc}`}
      className={cx("figures whitespace-nowrap", className)}
    >
      {show === "exact" && exact}
      {show === "relative" && <Relative ms={ms} />}
      {show === "clock" && <Clock ms={ms} zone={named} />}
      {show === "soon" && <Soon ms={ms} zone={named} />}
    </time>
  );
}

function Relative({ ms }: { ms: number }) {
  return relativeText(ms, useNow());
}

function Clock({ ms, zone: named }: { ms: number; zone: string | undefined }) {
  return momentText(ms, useRoughNow(60), named);
}

function Soon({ ms, zone: named }: { ms: number; zone: string | undefined }) {
  return soonText(ms, useRoughNow(60), named);
}

/** How long until then, second by second. */
export function Countdown({ to }: { to: string }) {
  const left = (Date.parse(to) - useNow()) / 1000;
  return <span className="figures whitespace-nowrap">{left <= 0 ? "due" : countdownText(left)}</span>;
}

/** How long since then, second by second. */
export function Elapsed({ since, className }: { since: string; className?: string }) {
  const seconds = Math.max(0, (useNow() - Date.parse(since)) / 1000);
  return (
    <span className={cx("figures whitespace-nowrap", className)}>{lengthText(Math.floor(seconds))}</span>
  );
}

/** A length in seconds. */
export function Duration({ seconds, className }: { seconds: number | null | undefined; className?: string }) {
  if (seconds === null || seconds === undefined) return <span className="text-ink-3">–</span>;
  return <span className={cx("figures whitespace-nowrap", className)}>{lengthText(seconds)}</span>;
}
