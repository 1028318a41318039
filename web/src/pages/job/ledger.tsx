/** Every due moment of a day and what became of it, each with its sentence. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { LEDGER, queries } from "@/api/queries.ts";
import type { LedgerEntry } from "@/api/types.ts";
import { asDay, dayAfter, dayOf, spanOf } from "@/core/days.ts";
import { nowMs } from "@/core/now.ts";
import { useZone } from "@/core/preferences.ts";
import { lookOf } from "@/core/states.ts";
import { countText } from "@/core/text.ts";
import { Button } from "@/kit/button.tsx";
import { Input, Select } from "@/kit/field.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Notice } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { Time } from "@/kit/time.tsx";

const stateOf = (entry: LedgerEntry) => entry.state ?? entry.entry;

/** Job and moment stand beside it. */
function whatBecame({ sentence }: LedgerEntry): string {
  return sentence.replace(/^\S+, due \S+Z, /, "");
}

const COLUMNS: Column<LedgerEntry>[] = [
  { id: "due", title: "Due", width: "120px", cell: (entry) => <Time at={entry.slot} show="clock" /> },
  {
    id: "state",
    title: "Became",
    width: "minmax(130px, 1fr)",
    cell: (entry) => <StateBadge state={stateOf(entry)} reason={entry.reason ?? null} />,
  },
  {
    id: "why",
    title: "Why",
    width: "minmax(160px, 4fr)",
    cell: (entry) => (
      <span data-tip={entry.sentence}>
        <Sentence text={whatBecame(entry)} />
      </span>
    ),
    wide: true,
  },
  { id: "run", title: "", width: "64px", cell: runCell },
];

function runCell(entry: LedgerEntry) {
  if (!entry.run) return null;
  return (
    <Link to="/runs/$run" params={{ run: entry.run }} preload={false} className="link">
      Run
    </Link>
  );
}

interface LedgerProps {
  job: string;
  /** `2026-11-26`; absent: today. */
  day: string | undefined;
  /** Only what became of it; absent: everything. */
  state: string | undefined;
  onChange: (change: { day?: string | undefined; state?: string | undefined }) => void;
}

export function Ledger({ job, day, state, onChange }: LedgerProps) {
  const zone = useZone();
  const shown = asDay(day) ?? dayOf(nowMs(), zone);
  const { start, end } = useMemo(() => spanOf(shown, zone), [shown, zone]);
  const query = useQuery(queries.ledger(job, start, end));
  const entries = query.data ?? [];
  const states = [...new Set(entries.map(stateOf))];
  const rows = useMemo(
    () => (query.data ?? []).filter((entry) => !state || stateOf(entry) === state),
    [query.data, state],
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3">
      <Bar shown={shown} {...{ day, state, states, onChange }} />
      {entries.length >= LEDGER && (
        <Notice>Only the first {countText(LEDGER)} due moments of the day are listed.</Notice>
      )}
      <Loaded query={query} placeholder={<Skeleton lines={10} />}>
        {() => (
          <Table
            fill
            label={`Ledger of ${shown}`}
            columns={COLUMNS}
            rows={rows}
            rowKey={(entry) => `${entry.slot} ${entry.schedule} ${entry.run ?? entry.gap ?? ""}`}
            empty={
              <EmptyState title="Nothing was due">
                Each moment at which one of its schedules is due stands here with what became of it.
              </EmptyState>
            }
          />
        )}
      </Loaded>
    </div>
  );
}

interface BarProps extends Omit<LedgerProps, "job"> {
  shown: string;
  states: readonly string[];
}

/** Which day, and what of it. */
function Bar({ shown, day, state, states, onChange }: BarProps) {
  const offered = new Set([...states, ...(state ? [state] : [])]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button icon="left" bare onClick={() => onChange({ day: dayAfter(shown, -1) })}>
        The day before
      </Button>
      <Input
        type="date"
        aria-label="Day"
        value={shown}
        onChange={(event) => onChange({ day: event.target.value || undefined })}
      />
      <Button icon="right" bare onClick={() => onChange({ day: dayAfter(shown, 1) })}>
        The day after
      </Button>
      <Button disabled={day === undefined} onClick={() => onChange({ day: undefined })}>
        Today
      </Button>
      <Select
        aria-label="Became"
        value={state ?? ""}
        options={[
          { value: "", label: "Everything" },
          ...[...offered].map((each) => ({
            value: each,
            label: lookOf(each).word,
          })),
        ]}
        onChange={(value) => onChange({ state: value || undefined })}
      />
    </div>
  );
}
