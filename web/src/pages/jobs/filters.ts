import type { JobView } from "@/api/types.ts";
import { ownerName } from "@/parts/job-words.ts";
import { tagsIn } from "@/parts/tags.ts";

/** The states of a job, those that ask for a look first. `failed`: its last run failed. */
export const STATES = ["failed", "running", "queued", "waiting", "paused", "disabled", "idle"] as const;

export interface JobFilters {
  q?: string | undefined;
  state?: string | undefined;
  /** A board's name; `-` for jobs that people made. */
  owner?: string | undefined;
  /** With commas between: all of them. */
  tag?: string | undefined;
}

/** All words of `q` must be found in a job's names, tags or schedules. */
export function filtered(jobs: readonly JobView[], { q, state, owner, tag }: JobFilters): JobView[] {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = tagsIn(tag);
  return jobs.filter((job) => {
    const tags = job.tags ?? [];
    if (!wanted.every((each) => tags.includes(each))) return false;
    if (state && !(state === "failed" ? job.last?.state === "failed" : job.state === state)) return false;
    if (owner && job.owner !== (owner === "-" ? "" : owner)) return false;
    if (words.length === 0) return true;
    const text =
      `${job.id} ${job.name} ${job.project} ${tags.join(" ")} ${job.schedules.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function ownersOf(jobs: readonly JobView[]): { value: string; label: string }[] {
  const owners = [...new Set(jobs.map((job) => job.owner))].sort();
  return owners.map((owner) =>
    owner ? { value: owner, label: ownerName(owner) } : { value: "-", label: "Made by people" },
  );
}
