/** The tags of a job: what it has, and room for one more, with those of other jobs offered. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useMemo, useState } from "react";
import { queries } from "@/api/queries.ts";
import { Field } from "@/kit/field.tsx";
import { RemovableTag } from "@/kit/tag.tsx";
import { tagsOf } from "@/parts/tags.ts";
import { Suggest } from "./inputs.tsx";
import { useKey } from "./key-fields.tsx";
import { listOf, wordsOf } from "./said.ts";

export function TagsKey() {
  const { value, set, help, error } = useKey("tags");
  const { data: jobs = [] } = useInfiniteQuery(queries.jobs(""));
  const [begun, setBegun] = useState("");
  const tags = listOf(value);
  const known = useMemo(() => tagsOf(jobs).map(({ tag }) => tag), [jobs]);
  /** Words that are whole: a blank or a comma ends one. */
  const take = (text: string) => {
    const words = wordsOf(text);
    if (words.length > 0) set([...new Set([...tags, ...words])]);
    setBegun("");
  };
  const typed = (text: string) => (/[\s,]/.test(text) || known.includes(text) ? take(text) : setBegun(text));
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && begun) {
      event.preventDefault();
      take(begun);
    } else if (event.key === "Backspace" && !begun) set(tags.slice(0, -1));
  };
  return (
    <Field label="Tags" help={help} error={error}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys and the leaving are those of the input within */}
      <span className="flex flex-wrap items-center gap-1" onKeyDown={onKey} onBlur={() => take(begun)}>
        {tags.map((tag) => (
          <RemovableTag key={tag} tag={tag} onRemove={() => set(tags.filter((each) => each !== tag))} />
        ))}
        <Suggest
          label="Another tag"
          among={known.filter((tag) => !tags.includes(tag))}
          placeholder={tags.length ? "" : "nightly, billing"}
          value={begun}
          onChange={typed}
          className="w-40"
        />
      </span>
    </Field>
  );
}
