/** Filters that are wanted again: kept in the browser under a name. */

import { useState } from "react";
import { savedFilters } from "@/core/preferences.ts";
import { useWatched } from "@/core/store.ts";
import { Button } from "@/kit/button.tsx";
import { Field, Input } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Menu, type MenuItem } from "@/kit/menu.tsx";
import { toast } from "@/kit/toasts.tsx";
import { isSame, type JobSearch, keep, type SavedFilter, savedIn, without } from "./saved-filters.ts";

interface SavedProps {
  search: JobSearch;
  onChoose: (search: JobSearch) => void;
}

export function Saved({ search, onChoose }: SavedProps) {
  const [naming, setNaming] = useState(false);
  const saved = savedIn(useWatched(savedFilters));
  const current = saved.find((each) => isSame(each, search));
  const items: (MenuItem | null)[] = [
    ...saved.map((each) => ({
      label: each.name,
      chosen: each === current,
      act: () => onChoose(each.search),
    })),
    saved.length > 0 ? null : undefined,
    current
      ? { label: `Forget “${current.name}”`, act: () => forget(current) }
      : {
          label: "Save these filters …",
          disabled: isSame({ search: {} }, search),
          tip: "Search, state, owner, tags and order, under a name in this browser",
          act: () => setNaming(true),
        },
  ].filter((item) => item !== undefined);
  return (
    <>
      <Menu
        label="Saved filters"
        trigger={<Button icon="filter">{current?.name ?? "Saved"}</Button>}
        items={items}
      />
      {naming && <Naming search={search} onClose={() => setNaming(false)} />}
    </>
  );
}

function forget(filter: SavedFilter): void {
  const before = savedFilters.get();
  savedFilters.set(without(before, filter.name));
  toast.done(`“${filter.name}” is forgotten`, { label: "Undo", act: () => savedFilters.set(before) });
}

function Naming({ search, onClose }: { search: JobSearch; onClose: () => void }) {
  const [name, setName] = useState("");
  return (
    <FormDialog
      title="Save these filters?"
      action="Save"
      onClose={onClose}
      submit={async () => savedFilters.set(keep(savedFilters.get(), name.trim(), search))}
    >
      {() => (
        <Field label="Name" help="Kept in this browser. One of the same name is replaced.">
          <Input
            autoFocus
            required
            pattern=".*\S.*"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      )}
    </FormDialog>
  );
}
