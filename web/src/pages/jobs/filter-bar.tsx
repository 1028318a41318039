import type { JobView } from "@/api/types.ts";
import { lookOf } from "@/core/states.ts";
import { SearchBox, Select } from "@/kit/field.tsx";
import { ownersOf, STATES } from "./filters.ts";
import { Saved } from "./saved.tsx";
import type { JobSearch } from "./saved-filters.ts";
import { TagFilter } from "./tag-filter.tsx";

interface FilterBarProps {
  search: JobSearch;
  narrow: (change: JobSearch) => void;
  all: readonly JobView[];
  /** Those that fit: tags that narrow them further are among theirs. */
  shown: readonly JobView[];
}

export function FilterBar({ search, narrow, all, shown }: FilterBarProps) {
  return (
    <>
      <SearchBox
        label="Name, tag, project or schedule"
        value={search.q ?? ""}
        onChange={(q) => narrow({ q: q || undefined })}
        className="w-64 max-sm:w-full"
      />
      <Select
        aria-label="State"
        value={search.state ?? ""}
        options={[
          { value: "", label: "All states" },
          ...STATES.map((state) => ({ value: state, label: lookOf(state).word })),
        ]}
        onChange={(state) => narrow({ state: state || undefined })}
      />
      <Select
        aria-label="Owner"
        value={search.owner ?? ""}
        options={[{ value: "", label: "All owners" }, ...ownersOf(all)]}
        onChange={(owner) => narrow({ owner: owner || undefined })}
      />
      <TagFilter value={search.tag} jobs={shown} onChange={(tag) => narrow({ tag })} />
      <Saved
        search={search}
        onChoose={({ q, state, owner, tag, sort }) => narrow({ q, state, owner, tag, sort })}
      />
    </>
  );
}
