/** What the marks of the strip mean, in one line. */

import type { StripView } from "@/api/types.ts";
import { lookOf } from "@/core/states.ts";
import { countText, lengthText } from "@/core/text.ts";
import { mostOf } from "./cells.ts";

export function Legend({ strip }: { strip: StripView }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 pt-1 text-2xs text-ink-3">
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className="inline-block h-px w-3 bg-ink-3" />
        planned
      </span>
      <span>above the line, what ran:</span>
      <Block state="succeeded" />
      <Block state="failed" />
      <span>below it, what was due and did not:</span>
      <Block state="missed" />
      <Block state="skipped" />
      <span data-tip="Heights grow with the square root: one failure is seen beside a thousand successes">
        · each bar {lengthText(strip.step)}, the highest {countText(mostOf(strip))}
      </span>
      <span className="max-sm:hidden">· point at a moment for its reason, click it to go there</span>
    </p>
  );
}

function Block({ state }: { state: string }) {
  const { fill, word } = lookOf(state);
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden="true" width={8} height={8} className={fill}>
        <rect width={8} height={8} opacity={state === "succeeded" ? 0.6 : 1} />
      </svg>
      {word}
    </span>
  );
}
