import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "@/api/queries.ts";
import type { SwitchView } from "@/api/types.ts";
import { Button } from "@/kit/button.tsx";
import { Loaded } from "@/kit/loaded.tsx";
import { Notice, Panel, Section } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { StateBadge } from "@/kit/state.tsx";
import { SwitchWords } from "@/parts/switches/switch-words.tsx";
import { TurnOff } from "@/parts/switches/turn-off.tsx";
import { TurnOn } from "@/parts/switches/turn-on.tsx";

const INSTANCE = { scope: "instance", target: "" } as const;

/** The switch of everything, and what else is off. */
export function Everything() {
  const query = useQuery(queries.switches());
  return (
    <Section title="Everything on or off">
      <Loaded query={query} placeholder={<Skeleton className="h-[152px]" />}>
        {(switches) => <Switches switches={switches} />}
      </Loaded>
    </Section>
  );
}

function Switches({ switches }: { switches: readonly SwitchView[] }) {
  const [asking, ask] = useState(false);
  const off = switches.find((each) => each.scope === "instance");
  const others = switches.filter((each) => each.scope !== "instance");
  const close = () => ask(false);
  return (
    <Panel className="flex flex-col items-start gap-3 p-3">
      {off ? (
        <Notice kind="missed">
          <SwitchWords off={off} />
        </Notice>
      ) : (
        <StateBadge state="active" />
      )}
      <p className="text-ink-2">
        {off
          ? "Whatever comes due is skipped and noted as paused, in every project."
          : "For a move or an incident: no schedule starts anything until it is turned on again. What runs goes on."}
      </p>
      <Button kind={off ? "primary" : "danger"} icon={off ? "play" : "pause"} onClick={() => ask(true)}>
        {off ? "Turn everything on …" : "Turn everything off …"}
      </Button>
      {others.length > 0 && (
        <div className="flex flex-col gap-1">
          <h3 className="eyebrow">Also off</h3>
          <ul className="list-disc pl-4 text-ink-2">
            {others.map((each) => (
              <li key={`${each.scope}:${each.target}`}>
                <div className="line-clamp-3 break-words">
                  <SwitchWords off={each} />
                </div>
              </li>
            ))}
          </ul>
        </div>
      )}
      {asking && off && <TurnOn what={INSTANCE} title="Turn everything on" onClose={close} />}
      {asking && !off && <TurnOff what={INSTANCE} title="Turn everything off" onClose={close} />}
    </Panel>
  );
}
