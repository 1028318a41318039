/** On again: what was missed meanwhile, and which of it is made up for. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resumeJob } from "@/api/jobs.ts";
import { queries } from "@/api/queries.ts";
import type { RunView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { toggled } from "@/core/sets.ts";
import { plural } from "@/core/text.ts";
import { Checkbox } from "@/kit/field.tsx";
import { FormDialog } from "@/kit/form-dialog.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Notice } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Time } from "@/kit/time.tsx";
import { isElsewhere } from "./job-words.ts";

const CHOICES = [
  { value: "policy", label: "As each schedule says", help: "its catch_up policy" },
  { value: "latest", label: "The latest one", help: "one run for the newest slot" },
  { value: "all", label: "All of them", help: "a run for each slot" },
  { value: "none", label: "None", help: "they stay skipped" },
  { value: "pick", label: "Those I choose", help: "" },
] as const;
type Choice = (typeof CHOICES)[number]["value"];

/** What is made up for; null: each schedule's policy says. */
function slotsOf(choice: Choice, missed: readonly string[], picked: ReadonlySet<string>): string[] | null {
  if (choice === "policy") return null;
  if (choice === "pick") return missed.filter((slot) => picked.has(slot));
  return choice === "all" ? [...missed] : choice === "latest" ? missed.slice(-1) : [];
}

interface ResumeProps {
  job: string;
  onClose: () => void;
}

export function ResumeDialog({ job, onClose }: ResumeProps) {
  const query = useQuery({ ...queries.missed(job), staleTime: 0 });
  const elsewhere = isElsewhere(useQuery(queries.job(job)).data?.definition);
  const client = useQueryClient();
  const [choice, setChoice] = useState<Choice>("policy");
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const missed = query.data ?? [];
  const done = (runs: readonly RunView[]) =>
    `${job} is on again; ${runs.length ? `${plural(runs.length, "run")} queued` : "nothing is made up for"}`;
  return (
    <FormDialog
      title={`Resume ${job}?`}
      action={choice === "pick" ? `Resume, and run ${plural(picked.size, "slot")}` : "Resume"}
      cancel="Keep it paused"
      ready
      onClose={onClose}
      submit={() => resumeJob(client, job, slotsOf(choice, missed, picked))}
      done={done}
    >
      {() => (
        <Loaded query={query} placeholder={<Skeleton lines={5} />}>
          {() =>
            missed.length === 0 || elsewhere ? (
              <p>
                {missed.length === 0
                  ? "Nothing was missed in the last 24 hours."
                  : "It runs elsewhere: what it missed is made up for there."}{" "}
                Moments from now on are due again.
              </p>
            ) : (
              <div className="flex flex-col gap-4">
                <p>
                  Moments from now on are due again. {plural(missed.length, "moment")} of the last 24 hours
                  did not run; what is made up for?
                </p>
                <Choices choice={choice} onChoose={setChoice} />
                <Slots
                  slots={missed}
                  active={choice === "pick"}
                  picked={picked}
                  onPick={(next) => {
                    setChoice("pick");
                    setPicked(next);
                  }}
                />
              </div>
            )
          }
        </Loaded>
      )}
    </FormDialog>
  );
}

function Choices({ choice, onChoose }: { choice: Choice; onChoose: (choice: Choice) => void }) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="sr-only">What is made up for</legend>
      {CHOICES.map(({ value, label, help }) => (
        <label key={value} className="inline-flex items-center gap-2">
          <input
            type="radio"
            name="choice"
            className="accent-accent"
            checked={choice === value}
            onChange={() => onChoose(value)}
          />
          {label}
          {help && <span className="text-ink-3">{help}</span>}
        </label>
      ))}
    </fieldset>
  );
}

interface SlotsProps {
  slots: readonly string[];
  active: boolean;
  picked: ReadonlySet<string>;
  onPick: (picked: ReadonlySet<string>) => void;
}

const SHOWN = 500;

/** The newest first: they are what is wanted most. */
function Slots({ slots, active, picked, onPick }: SlotsProps) {
  const newest = slots.toReversed().slice(0, SHOWN);
  const all = picked.size === slots.length;
  return (
    <div className={cx("rounded-md border border-line", !active && "opacity-70")}>
      <div className="border-b border-line px-3 py-1.5">
        <Checkbox
          label={`All ${slots.length}`}
          checked={active && all}
          onChange={() => onPick(new Set(all ? [] : slots))}
        />
      </div>
      <ul aria-label="Missed moments" className="max-h-56 overflow-auto px-3 py-1.5">
        {newest.map((slot) => (
          <li key={slot} className="flex items-center gap-2 py-0.5">
            <Checkbox
              label={<Time at={slot} show="clock" />}
              checked={active && picked.has(slot)}
              onChange={() => onPick(toggled(picked, slot))}
            />
            <Time at={slot} className="ml-auto text-ink-3" />
          </li>
        ))}
      </ul>
      {slots.length > SHOWN && (
        <Notice>{slots.length - SHOWN} older ones are not listed; “All” means them too.</Notice>
      )}
    </div>
  );
}
