import { type KeyboardEvent, useEffect, useState } from "react";
import { plural } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { SearchBox } from "@/kit/field.tsx";
import type { LogBuffer } from "./buffer.ts";

const SEARCH_PAUSE_MS = 150;

/** What is typed, and what is searched for a moment later. */
export function useLogSearch(buffer: LogBuffer) {
  const [typed, setTyped] = useState("");
  const [searched, setSearched] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => {
      buffer.setQuery(typed);
      setSearched(typed.toLowerCase());
    }, SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [buffer, typed]);
  return { typed, setTyped, searched };
}

interface LogSearchProps {
  query: ReturnType<typeof useLogSearch>;
  found: number;
  step: (back: boolean) => void;
}

export function LogSearch({ query, found, step }: LogSearchProps) {
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") step(event.shiftKey);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside
    <div className="flex items-center gap-1 max-sm:min-w-0 max-sm:flex-1" onKeyDown={press}>
      <SearchBox
        label="Search the log"
        value={query.typed}
        onChange={query.setTyped}
        className="w-44 max-sm:w-auto max-sm:min-w-0 max-sm:flex-1"
      />
      {query.searched && (
        <>
          <span className="px-1 text-xs text-ink-2">
            {found ? plural(found, "match", "matches") : "no match"}
          </span>
          <Button kind="quiet" icon="up" bare disabled={!found} onClick={() => step(true)}>
            Previous match
          </Button>
          <Button kind="quiet" icon="down" bare disabled={!found} onClick={() => step(false)}>
            Next match
          </Button>
        </>
      )}
    </div>
  );
}
