import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { queries } from "@/api/queries.ts";
import { asDay, dayAfter, dayName, HOUR_MS, localHour, startOf } from "@/core/days.ts";
import { useRoughNow } from "@/core/now.ts";
import { BROWSER_ZONE, useZone } from "@/core/preferences.ts";
import { Button } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Page } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { useProject } from "@/shell/project.tsx";
import { Day } from "./day.tsx";
import { HeatMap } from "./heat-map.tsx";
import { DAYS, keyOf, weekOf } from "./load.ts";
import { Busiest, Quieter } from "./quieter.tsx";

const route = getRouteApi("/calendar");

/** The load to come: a week by hour, a day by job. */
export default function Calendar() {
  const { from, at } = route.useSearch();
  const navigate = route.useNavigate();
  const project = useProject();
  const zone = useZone();
  const minute = useRoughNow(60);
  const now = localHour(minute, zone);
  const first = asDay(from) ?? now.day;
  const thisHour = Math.floor(minute / HOUR_MS) * HOUR_MS;
  const start = new Date(Math.max(startOf(first, zone), first === now.day ? thisHour : 0)).toISOString();
  // A day more than is shown: where the clocks go back, the week is an hour longer.
  const query = useQuery({
    ...queries.forecast(project, start, DAYS + 1),
    placeholderData: keepPreviousData,
  });
  const week = useMemo(() => (query.data ? weekOf(query.data, first, zone) : []), [query.data, first, zone]);
  const chosen = at ?? first;
  const hour = week.flat().find((cell) => chosen === keyOf(cell));
  const go = (day: string) =>
    void navigate({
      search: (old) => ({ ...old, from: day === now.day ? undefined : day, at: undefined }),
    });
  return (
    <Page
      title="Calendar"
      aside={
        <span className="text-ink-2">
          {dayName(first)} – {dayName(dayAfter(first, DAYS - 1))} · {zone ?? BROWSER_ZONE}
        </span>
      }
      actions={<Weeks first={first} today={now.day} onGo={go} />}
    >
      <Loaded query={query} placeholder={<Skeleton className="h-72" />}>
        {(forecast) => (
          <>
            <HeatMap
              key={first}
              week={week}
              chosen={chosen}
              now={now}
              onChoose={(to) => void navigate({ search: (old) => ({ ...old, at: to }), replace: true })}
            />
            <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <Day
                since={chosen.slice(0, 10) === now.day ? minute : null}
                at={chosen}
                project={project}
                zone={zone}
                hour={hour?.at ?? null}
              />
              <div className="flex flex-col gap-6">
                <Quieter week={week} zone={zone ?? BROWSER_ZONE} />
                <Busiest forecast={forecast} zone={zone} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Weeks({ first, today, onGo }: { first: string; today: string; onGo: (day: string) => void }) {
  return (
    <>
      <Button icon="left" bare onClick={() => onGo(dayAfter(first, -DAYS))}>
        A week earlier
      </Button>
      <Button disabled={first === today} onClick={() => onGo(today)}>
        Today
      </Button>
      <Button icon="right" bare onClick={() => onGo(dayAfter(first, DAYS))}>
        A week later
      </Button>
    </>
  );
}
