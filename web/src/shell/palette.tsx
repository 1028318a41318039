/** Everything by keyboard: jobs, runs, places and what can be done here. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { queries } from "@/api/queries.ts";
import { cx } from "@/core/classes.ts";
import { useWatched, Watched } from "@/core/store.ts";
import { useModal } from "@/kit/dialog.tsx";
import { Icon } from "@/kit/icon.tsx";
import { KeyHint } from "@/kit/key-hint.tsx";
import { type Action, actions } from "./actions.ts";
import { useProject } from "./project.tsx";
import { ranked } from "./ranking.ts";

const SHOWN = 12;
/** What is offered on every page comes after what this one offers. */
const EVERYWHERE = ["Go to", "Anywhere", "Looks"];

/** The beginning of a run's id. */
const ID = /^0[0-9a-hjkmnp-tv-z]{3,19}$/;

export const paletteOpen = new Watched(false);

export function Palette() {
  return useWatched(paletteOpen) ? <OpenPalette /> : null;
}

function OpenPalette() {
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = useFound(text);
  const close = () => paletteOpen.set(false);
  const take = (action: Action | undefined) => {
    close();
    action?.act();
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && found.length) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    }
    if (event.key === "Enter") take(found[at]);
  };
  return (
    <dialog
      {...useModal(close)}
      aria-label="Search and commands"
      className="mx-auto mt-[12vh] w-[calc(100vw-24px)] max-w-[560px] overflow-hidden rounded-lg border border-line-strong bg-raised p-0 text-ink shadow-raised"
    >
      <div className="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" className="text-ink-3" />
        <input
          role="combobox"
          aria-label="Search jobs, runs and commands"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
          placeholder="A job, a run's id, or what to do"
          spellCheck={false}
          className="h-11 flex-1 bg-transparent text-base outline-none placeholder:text-ink-3"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
        <KeyHint keys="escape" />
      </div>
      <Found id={list} found={found} at={at} onPoint={setAt} onTake={take} />
    </dialog>
  );
}

interface FoundProps {
  id: string;
  found: readonly Action[];
  /** The one that Enter takes. */
  at: number;
  onPoint: (at: number) => void;
  onTake: (action: Action) => void;
}

function Found({ id, found, at, onPoint, onTake }: FoundProps) {
  return (
    <div role="listbox" id={id} aria-label="Found" className="max-h-[50vh] overflow-auto p-1">
      {found.map((action, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field above, as a combobox has it
        <div
          key={`${action.group} ${action.label}`}
          role="option"
          tabIndex={-1}
          id={`${id}-${index}`}
          aria-selected={index === at}
          ref={(element) => {
            if (index === at) element?.scrollIntoView({ block: "nearest" });
          }}
          onPointerMove={() => onPoint(index)}
          onClick={() => onTake(action)}
          className={cx("flex h-8 items-center gap-2.5 rounded-md px-2", index === at && "bg-accent-soft")}
        >
          <Icon name={action.icon ?? "right"} className="text-ink-3" />
          <span className="min-w-0 flex-1 truncate">{action.label}</span>
          <span className="text-xs text-ink-3">{action.group}</span>
          {action.keys && <KeyHint keys={action.keys} />}
        </div>
      ))}
      {found.length === 0 && (
        <p className="px-2 py-3 text-ink-2">Nothing of that name. Runs are found by how their id begins.</p>
      )}
    </div>
  );
}

function useFound(text: string): Action[] {
  const navigate = useNavigate();
  const offered = useWatched(actions);
  const { data: jobs } = useInfiniteQuery(queries.jobs(useProject()));
  const id = text.trim().toLowerCase();
  const { data: begun } = useQuery({ ...queries.runsBeginning(id), enabled: ID.test(id) });
  const ofJobs = useMemo(
    () =>
      (jobs ?? []).map((job): Action => {
        const act = () => void navigate({ to: "/jobs/$job", params: { job: job.id } });
        return { label: job.id, group: "Job", icon: "jobs", words: `${job.name} ${job.project}`, act };
      }),
    [jobs, navigate],
  );
  return useMemo(() => {
    const runs = (begun ?? []).map(
      (run): Action => ({
        label: `${run.job} · ${run.id}`,
        group: "Run",
        icon: "runs",
        act: () => void navigate({ to: "/runs/$run", params: { run: run.id } }),
      }),
    );
    const far = (action: Action) => Number(EVERYWHERE.includes(action.group));
    const nearest = [...offered].sort((a, b) => far(a) - far(b));
    return [...runs, ...ranked([...nearest, ...ofJobs], text, SHOWN)];
  }, [begun, offered, ofJobs, text, navigate]);
}
