/** The filter for tags: those that are asked for, and one more of those that the jobs still have. */

import type { JobView } from "@/api/types.ts";
import { Select } from "@/kit/field.tsx";
import { RemovableTag } from "@/kit/tag.tsx";
import { tagsIn, tagsOf, withoutTag, withTag } from "@/parts/tags.ts";

interface TagFilterProps {
  value: string | undefined;
  /** What is shown: the tags that narrow it further are among theirs. */
  jobs: readonly JobView[];
  onChange: (value: string | undefined) => void;
}

export function TagFilter({ value, jobs, onChange }: TagFilterProps) {
  const chosen = tagsIn(value);
  const others = tagsOf(jobs).filter(({ tag }) => !chosen.includes(tag));
  if (chosen.length === 0 && others.length === 0) return null;
  return (
    <>
      {others.length > 0 && (
        <Select
          aria-label="Tag"
          value=""
          options={[
            { value: "", label: chosen.length ? "And tag …" : "All tags" },
            ...others.map(({ tag, count }) => ({ value: tag, label: `${tag} (${count})` })),
          ]}
          onChange={(tag) => onChange(withTag(value, tag))}
          className="max-w-48"
        />
      )}
      {chosen.map((tag) => (
        <RemovableTag key={tag} tag={tag} onRemove={() => onChange(withoutTag(value, tag))} />
      ))}
    </>
  );
}
