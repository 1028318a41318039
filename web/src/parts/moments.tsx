import type { NextView } from "@/api/types.ts";
import { cx } from "@/core/classes.ts";
import { useRoughNow } from "@/core/now.ts";
import { dayText, relativeText } from "@/core/text.ts";

interface MomentsProps {
  of: readonly NextView[];
  /** Those that the other side does not have stand out. */
  beside?: readonly NextView[];
  mark?: "old" | "new";
}

/** Due moments on their schedules' own clocks. */
export function Moments({ of, beside, mark }: MomentsProps) {
  const now = useRoughNow(30);
  const known = new Set(beside?.map((each) => each.slot));
  if (of.length === 0) return <p className="text-ink-2">Nothing is due by itself.</p>;
  return (
    <ol aria-label="Next due moments" className="flex flex-col">
      {of.map((each, at) => {
        const differs = mark !== undefined && !known.has(each.slot);
        return (
          <li
            key={at}
            data-tip={each.slot}
            className={cx(
              "figures flex gap-3 rounded-sm px-1",
              differs && (mark === "new" ? "bg-succeeded-soft" : "bg-failed-soft"),
            )}
          >
            {mark && (
              <span aria-hidden="true" className="w-2 text-ink-3">
                {differs ? (mark === "new" ? "+" : "−") : ""}
              </span>
            )}
            <span>{localText(each.local)}</span>
            <span className="ml-auto whitespace-nowrap text-ink-3">
              {relativeText(Date.parse(each.slot), now)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** `2026-11-27T04:00:00+01:00` as `Fri 27 Nov 04:00 +01:00`: the time as that clock shows it. */
function localText(local: string): string {
  const [, wall = "", clock = "", offset = ""] =
    /^([\d-]+T)(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-][\d:]+)?$/.exec(local) ?? [];
  if (!wall) return local;
  const day = dayText(Date.parse(`${wall}00:00:00Z`), "UTC");
  return `${day} ${clock.replace(/(:\d\d):00$/, "$1")} ${offset === "Z" || offset === "+00:00" ? "UTC" : offset}`;
}
