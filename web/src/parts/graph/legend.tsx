import type { CSSProperties } from "react";
import { EDGE_WORDS, type EdgeKind } from "./drawing.ts";

/** What is needed is a full line, what sets off a broken one; a failure's tone comes on top of that. */
export const STROKES: Record<EdgeKind, CSSProperties> = {
  needs: {},
  success: { strokeDasharray: "6 4" },
  failure: { strokeDasharray: "6 4", stroke: "var(--color-failed)" },
  any: { strokeDasharray: "2 4" },
};

/** What the lines mean. */
export function Legend({ kinds }: { kinds: readonly EdgeKind[] }) {
  return (
    <ul aria-label="Lines" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {kinds.map((kind) => (
        <li key={kind} className="inline-flex items-center gap-1.5">
          <svg aria-hidden="true" width="28" height="8" className="text-ink-3">
            <line
              x1="0"
              y1="4"
              x2="28"
              y2="4"
              stroke="currentColor"
              strokeWidth="1.5"
              style={STROKES[kind]}
            />
          </svg>
          {EDGE_WORDS[kind]}
        </li>
      ))}
    </ul>
  );
}
