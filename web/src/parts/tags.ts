/** Tags in the address: `tag=nightly,billing` asks for jobs that have both. A tag has no comma. */

import type { JobView } from "@/api/types.ts";
import { countsOf } from "@/core/counts.ts";

export function tagsIn(asked: string | undefined): string[] {
  return (asked ?? "").split(",").filter(Boolean);
}

function asked(tags: readonly string[]): string | undefined {
  return tags.join(",") || undefined;
}

/** With one more, each once. */
export function withTag(before: string | undefined, tag: string): string | undefined {
  return asked([...new Set([...tagsIn(before), tag])]);
}

export function withoutTag(before: string | undefined, tag: string): string | undefined {
  return asked(tagsIn(before).filter((each) => each !== tag));
}

/** The tags of these jobs, those of many first. */
export function tagsOf(jobs: readonly JobView[]): { tag: string; count: number }[] {
  return [...countsOf(jobs.flatMap((job) => job.tags ?? []))]
    .map(([tag, count]) => ({ tag, count }))
    .sort((a, b) => b.count - a.count || a.tag.localeCompare(b.tag));
}
