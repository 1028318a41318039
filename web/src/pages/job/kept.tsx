import type { KeptView } from "@/api/types.ts";
import { Panel, Section } from "@/kit/page.tsx";
import { keptLines } from "./kept-lines.ts";

/** Who says it; else a project, by its name. */
const SAYS: Record<string, string> = { job: "this job", instance: "the instance's settings" };

/** How long its ended runs are kept, and who says so. */
export function Kept({ kept }: { kept: readonly KeptView[] }) {
  return (
    <Section title="Kept">
      <Panel>
        <ul className="divide-y divide-line">
          {keptLines(kept).map(({ what, value, origin }) => (
            <li key={what} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-3 py-1.5">
              <span className="min-w-0 flex-1">{what}</span>
              <span className="font-medium figures">{value}</span>
              <span className="basis-full text-xs text-ink-3">set by {SAYS[origin] ?? origin}</span>
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
