/** What comes on a day, or in an hour of it. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "@/api/queries.ts";
import type { AgendaItem } from "@/api/types.ts";
import { dayAfter, dayName, HOUR_MS, startOf } from "@/core/days.ts";
import { BROWSER_ZONE } from "@/core/preferences.ts";
import { clockText, countText } from "@/core/text.ts";
import { Loaded } from "@/kit/loaded.tsx";
import { EmptyState, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { type Column, Table } from "@/kit/table.tsx";
import { shortWords } from "@/parts/job-words.ts";
import { hourSpan } from "./load.ts";

interface DayProps {
  /** `2026-11-27` or `2026-11-27T04` */
  at: string;
  project: string;
  zone: string | undefined;
  /** The beginning of the chosen hour, where one is. */
  hour: string | null;
  /** Now, in ms, where the day is today: what is over does not come. */
  since: number | null;
}

export function Day({ at, project, zone, hour, since }: DayProps) {
  const day = at.slice(0, 10);
  const start = Math.max(hour ? Date.parse(hour) : startOf(day, zone), since ?? 0);
  const end = hour ? Date.parse(hour) + HOUR_MS : startOf(dayAfter(day, 1), zone);
  const query = useQuery(queries.agenda(project, iso(start), iso(end)));
  const title = hour ? `${dayName(day)}, ${hourSpan(Number(at.slice(11)))}` : dayName(day);
  return (
    <Section title={title} count={query.data && countText(total(query.data.items))}>
      <Loaded query={query} placeholder={<Skeleton lines={8} />}>
        {(agenda) => (
          <>
            <Table
              label={`What is due: ${title}`}
              columns={columnsFor(zone)}
              rows={agenda.items.slice(0, SHOWN)}
              rowKey={(item) => `${item.job} ${item.words}`}
              empty={
                <EmptyState icon="calendar" title="Nothing is due">
                  No schedule has a moment here.
                </EmptyState>
              }
            />
            {agenda.items.length + agenda.left_out > SHOWN && (
              <p className="text-ink-2">
                {countText(agenda.items.length + agenda.left_out - SHOWN)} schedules more: choose an hour.
              </p>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

/** As many as one reads; an hour narrows it. */
const SHOWN = 200;
const iso = (ms: number) => new Date(ms).toISOString();
const total = (items: readonly AgendaItem[]) => items.reduce((sum, item) => sum + item.count, 0);

function columnsFor(zone: string | undefined): Column<AgendaItem>[] {
  const clock = (at: string) => clockText(Date.parse(at), zone);
  return [
    {
      id: "first",
      title: "When",
      width: "118px",
      cell: (item) => (
        <span className="figures">
          {clock(item.first)}
          {item.count > 1 && <span className="text-ink-3"> – {clock(item.last)}</span>}
        </span>
      ),
    },
    {
      id: "count",
      title: "Times",
      width: "64px",
      align: "right",
      cell: (item) => countText(item.count),
    },
    {
      id: "job",
      title: "Job",
      width: "minmax(120px, 1fr)",
      cell: (item) => (
        <Link
          to="/jobs/$job"
          params={{ job: item.job }}
          preload={false}
          className="font-medium hover:underline"
        >
          {item.job}
        </Link>
      ),
    },
    {
      id: "words",
      title: "Schedule",
      width: "minmax(120px, 1fr)",
      cell: (item) => (
        <span data-tip={item.words} className="text-ink-2">
          {shortWords(item.words, zone ?? BROWSER_ZONE)}
        </span>
      ),
      wide: true,
    },
  ];
}
