import { Link } from "@tanstack/react-router";
import { cx } from "@/core/classes.ts";
import { lookOf } from "@/core/states.ts";
import { Icon } from "@/kit/icon.tsx";
import type { DrawnJob } from "./drawing.ts";

/** A job in a graph: its name, and how it stands in icon and word. */
export function JobBox({ job, about, dim }: { job: DrawnJob; about: boolean; dim: boolean }) {
  const look = job.state === null ? null : lookOf(job.state);
  const box = cx(
    "flex h-11 w-[196px] items-center gap-2 rounded-md border bg-surface px-2.5 text-left text-ink",
    about ? "border-accent ring-1 ring-accent" : "border-line-strong",
    job.state === "running" && "bg-running-soft",
    job.state === "failed" && "bg-failed-soft",
    dim && "opacity-30",
  );
  const inner = (
    <>
      <Icon name={look?.icon ?? "external"} className={look?.text ?? "text-ink-3"} />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm/4 font-medium">{job.id}</span>
        <span className={cx("block truncate text-2xs", look?.text ?? "text-ink-3")}>
          {look?.word ?? "not here"}
        </span>
      </span>
    </>
  );
  const tip = [job.id, job.note].filter(Boolean).join("\n");
  if (!job.known)
    return (
      <span data-tip={tip} className={cx(box, "border-dashed")}>
        {inner}
      </span>
    );
  return (
    <Link
      to="/jobs/$job"
      params={{ job: job.id }}
      preload={false}
      data-tip={tip}
      className={cx(box, "nopan pointer-events-auto hover:border-accent")}
    >
      {inner}
    </Link>
  );
}
