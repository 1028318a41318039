/** What stands above the strip: the whole of it in numbers, or what the chosen stretch held. */

import { Link } from "@tanstack/react-router";
import type { StripMark, StripView } from "@/api/types.ts";
import { lookOf, RUN_STATES } from "@/core/states.ts";
import { countText } from "@/core/text.ts";
import { Icon } from "@/kit/icon.tsx";
import { Sentence } from "@/kit/sentence.tsx";
import { StateIcon } from "@/kit/state.tsx";
import { sumsOf } from "./cells.ts";

const LINE = "figures flex min-h-6 min-w-0 items-center gap-x-3 text-xs";

/** What was left of now stands left, what is to come right. */
export function Summary({ strip, now }: { strip: StripView; now: number }) {
  const { planned, actual, ahead } = sumsOf(strip);
  return (
    <div className={`${LINE} relative max-sm:min-h-10 max-sm:flex-wrap`}>
      <p className="flex flex-wrap items-center gap-x-3 sm:shrink-0">
        <span>
          <span className="font-semibold">Last 24 hours</span>{" "}
          <span className="text-ink-2">{countText(planned)} planned</span>
        </span>
        {actual.map(([state, count]) => (
          <Count key={state} state={state} count={count} />
        ))}
      </p>
      <p
        className="min-w-0 truncate sm:ml-auto lg:absolute lg:ml-0"
        style={{ left: `calc(${now * 100}% + 8px)` }}
      >
        <span className="font-semibold">Next 24 hours</span>{" "}
        <span className="text-ink-2">{countText(ahead)} planned</span>
      </p>
    </div>
  );
}

/** Due moments that became no run have no page of their own; runs are listed. */
function Count({ state, count }: { state: string; count: number }) {
  const look = lookOf(state);
  const words = (
    <>
      <Icon name={look.icon} size={12} className={look.text} />
      {countText(count)} {look.word}
    </>
  );
  const listed =
    (RUN_STATES as readonly string[]).includes(state) && state !== "missed" && state !== "skipped";
  const shape = "inline-flex items-center gap-1 whitespace-nowrap";
  return listed ? (
    <Link to="/runs" search={{ state }} className={`${shape} hover:underline`}>
      {words}
    </Link>
  ) : (
    <span className={shape}>{words}</span>
  );
}

/** One line of a fixed height: what the chosen stretch held, and the sentence of what went wrong in it. */
export function Readout({ words, marks }: { words: string; marks: StripMark[] }) {
  const [first, ...more] = marks;
  return (
    <p
      className={`${LINE} overflow-hidden whitespace-nowrap max-sm:h-10 max-sm:flex-wrap max-sm:whitespace-normal`}
    >
      <span className="font-medium text-ink-2">{words}</span>
      {first && (
        <span className="flex min-w-0 items-center gap-1.5">
          <StateIcon state={first.state} reason={first.reason} />
          <span className="truncate">
            <Sentence text={sentenceOf(first)} />
          </span>
          {more.length > 0 && (
            <span className="shrink-0 whitespace-nowrap text-ink-3">and {more.length} more</span>
          )}
        </span>
      )}
    </p>
  );
}

/** It begins with the job's name. */
export function sentenceOf(mark: StripMark): string {
  return mark.sentence.startsWith(mark.job) ? mark.sentence : `${mark.job} ${mark.sentence}`;
}
