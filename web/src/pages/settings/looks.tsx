import type { ReactNode } from "react";
import { theme, zone } from "@/core/preferences.ts";
import { useWatched } from "@/core/store.ts";
import { Segments } from "@/kit/field.tsx";
import { Panel, Section } from "@/kit/page.tsx";
import { THEMES, ZONES } from "@/shell/looks.ts";

/** How pages look in this browser. */
export function Looks() {
  const chosenTheme = useWatched(theme);
  const chosenZone = useWatched(zone);
  return (
    <Section title="Looks">
      <Panel className="flex flex-col gap-3 p-3">
        <p className="text-ink-2">Kept in this browser alone.</p>
        <Row label="Colours">
          <Segments label="Colours" options={THEMES} value={chosenTheme} onChange={theme.set} />
        </Row>
        <Row label="Times on whose clock">
          <Segments label="Times on whose clock" options={ZONES} value={chosenZone} onChange={zone.set} />
        </Row>
      </Panel>
    </Section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span aria-hidden="true" className="w-40 text-ink-2 max-lg:w-full">
        {label}
      </span>
      {children}
    </div>
  );
}
