/** One outage makes many jobs miss what was due: said once, with the jobs named. */

import type { NeedView } from "@/api/types.ts";

export interface NeedGroup {
  key: string;
  /** The newest first; of one kind and for one cause. */
  needs: [NeedView, ...NeedView[]];
  /** Why, where several say the same: `no scheduler was running`. */
  cause: string;
}

/** In the order of their first. Only what was missed is put together: each failure is its own. */
export function groupedNeeds(needs: readonly NeedView[]): NeedGroup[] {
  const groups = new Map<string, NeedGroup>();
  for (const need of needs) {
    const cause = need.kind === "missed" ? causeOf(need.sentence) : "";
    const key = cause ? `missed ${cause}` : `${need.kind} ${need.job} ${need.run} ${need.pool}`;
    const known = groups.get(key);
    if (known) known.needs.push(need);
    else groups.set(key, { key, needs: [need], cause });
  }
  return [...groups.values()];
}

/** What stands behind `was missed: ` or `were missed: `. */
function causeOf(sentence: string): string {
  return /\bw(?:as|ere) missed: (.+)$/s.exec(sentence)?.[1] ?? "";
}

interface Concerned {
  job: string;
  project: string | null;
  count: number;
  at: string;
  /** Nobody here can run it. */
  elsewhere: boolean;
}

/** Each job once, with how many of its due moments it concerns, most first. */
export function jobsOf({ needs }: NeedGroup): Concerned[] {
  const found = new Map<string, Concerned>();
  for (const { job, project, count, at, elsewhere = false } of needs) {
    if (job === null) continue;
    const known = found.get(job);
    if (known) known.count += count;
    else found.set(job, { job, project, count, at, elsewhere });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || a.job.localeCompare(b.job));
}

/** A sentence about a job begins with its name: the name, and what is said of it. */
export function parted(sentence: string, job: string | null): { name: string; rest: string } {
  if (!job || !sentence.startsWith(job)) return { name: "", rest: sentence };
  return { name: job, rest: sentence.slice(job.length) };
}
