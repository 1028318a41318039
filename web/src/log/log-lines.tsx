import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";
import { useResize } from "@/core/resize.ts";
import type { LogBuffer } from "./buffer.ts";
import { LogLineView } from "./log-line.tsx";
import { heightOf, scrollFor, seenAt } from "./window.ts";

const ROW_PX = 18;
const SPARE_ROWS = 20;

interface LogLinesProps {
  buffer: LogBuffer;
  version: number;
  follow: boolean;
  setFollow: (follow: boolean) => void;
  times: boolean;
  query: string;
  current: number;
}

export function LogLines({ buffer, version, follow, setFollow, times, query, current }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const { view, measure } = useView(box);
  const frame = { rows: buffer.length, rowPx: ROW_PX, viewPx: view.height };
  const seen = seenAt(view.top, frame, SPARE_ROWS);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` is what says that there are new lines
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, version, view.height]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new match scrolls
  useLayoutEffect(() => {
    if (current >= 0 && box.current) box.current.scrollTop = scrollFor(current, frame);
  }, [current]);

  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    measure();
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_PX * 2;
    if (follow && !atEnd) setFollow(false);
  };
  return (
    <div
      ref={box}
      role="log"
      aria-label="Log"
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={scrolled}
      className="relative min-h-0 flex-1 overflow-auto font-mono text-xs/[18px]"
    >
      <div style={{ height: heightOf(frame) }} />
      <div className="absolute left-0 top-0 min-w-full" style={{ transform: `translateY(${seen.topPx}px)` }}>
        {Array.from({ length: Math.max(0, seen.count) }, (_, at) => {
          const row = seen.first + at;
          const line = buffer.row(row);
          return (
            line && (
              <LogLineView key={row} number={row + 1} current={row === current} {...{ line, times, query }} />
            )
          );
        })}
      </div>
    </div>
  );
}

/** Which part of it is seen, also after its size has changed. */
function useView(box: RefObject<HTMLDivElement | null>) {
  const [view, setView] = useState({ top: 0, height: 0 });
  const measure = useCallback(() => {
    if (box.current) setView({ top: box.current.scrollTop, height: box.current.clientHeight });
  }, [box]);
  useResize(box, measure);
  return { view, measure };
}
