import { Link } from "@tanstack/react-router";
import type { NextView } from "@/api/types.ts";
import { Panel, Section } from "@/kit/page.tsx";
import { Countdown, Time } from "@/kit/time.tsx";

const SHOWN = 12;

export function UpNext({ next }: { next: NextView[] }) {
  return (
    <Section title="Up next">
      <Panel>
        {next.length === 0 && (
          <p className="px-3 py-3 text-ink-2">No schedule comes due: nothing is planned ahead.</p>
        )}
        <ul className="divide-y divide-line">
          {next.slice(0, SHOWN).map((each) => (
            <li
              key={`${each.job} ${each.schedule} ${each.slot}`}
              className="flex items-baseline gap-3 px-3 py-1.5"
            >
              <span className="w-20 shrink-0 text-right font-medium">
                <Countdown to={each.slot} />
              </span>
              <Link to="/jobs/$job" params={{ job: each.job }} className="min-w-0 truncate hover:underline">
                {each.job}
              </Link>
              <Time at={each.slot} show="soon" className="ml-auto text-xs text-ink-2" />
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
