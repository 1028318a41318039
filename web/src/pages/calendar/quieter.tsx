import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/hooks.ts";
import type { Forecast } from "@/api/types.ts";
import { clockText, countText, dayText, plural } from "@/core/text.ts";
import { Panel, Section } from "@/kit/page.tsx";
import { type HourCell, hourSpan, quietest } from "./load.ts";

/** Where a new job would stand least in the way. */
export function Quieter({ week, zone }: { week: HourCell[][]; zone: string }) {
  const may = useMay()("editor", undefined);
  const open = week.flat().filter((cell) => cell.at !== null);
  const usual = open.reduce((sum, cell) => sum + cell.count, 0) / Math.max(1, open.length);
  if (usual === 0) return null; // every hour is as quiet as any other
  return (
    <Section title="Quieter slots">
      <Panel>
        <ul className="divide-y divide-line">
          {quietest(week).map(({ hour, mean }) => (
            <li key={hour} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
              <span className="figures font-medium">{hourSpan(hour)}</span>
              <span className="text-ink-2">
                {countText(Math.round(mean))} due; an hour usually has {countText(Math.round(usual))}
              </span>
              {may && (
                <Link to="/jobs/new" search={{ cron: `H ${hour} * * *`, zone }} className="link ml-auto">
                  New job here
                </Link>
              )}
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}

const SHOWN = 5;
const NAMED = 3;

/** The minutes in which most begins at once. */
export function Busiest({ forecast, zone }: { forecast: Forecast; zone: string | undefined }) {
  if (forecast.busiest.length === 0) return null;
  return (
    <Section title="Busiest minutes">
      <Panel>
        <ul className="divide-y divide-line">
          {forecast.busiest.slice(0, SHOWN).map(({ minute, count, jobs }) => (
            <li key={minute} className="flex items-baseline gap-3 px-3 py-1.5">
              <span className="figures whitespace-nowrap font-medium">
                {dayText(Date.parse(minute), zone)} {clockText(Date.parse(minute), zone)}
              </span>
              <span className="figures whitespace-nowrap">{countText(count)} due</span>
              <span data-tip={jobs.slice(0, 20).join("\n")} className="min-w-0 truncate text-ink-2">
                {jobs.slice(0, NAMED).join(", ")}
                {jobs.length > NAMED && ` and ${plural(jobs.length - NAMED, "other")}`}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
