import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { usePhone } from "@/core/media.ts";

const LEAST = 0.15;
const STEP = 0.02;

interface SplitProps {
  /** What the divider parts, read aloud. */
  label: string;
  first: ReactNode;
  second: ReactNode;
  /** The first pane's share at the beginning. */
  share?: number;
}

/** Two panes side by side with a divider to drag, or to move by arrow keys; one above the other on a phone. */
export function Split({ label, first, second, share: initial = 0.65 }: SplitProps) {
  const box = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(initial);
  const phone = usePhone();
  const move = (wanted: number) => setShare(Math.min(1 - LEAST, Math.max(LEAST, wanted)));
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const frame = box.current?.getBoundingClientRect();
    if (frame && event.buttons === 1) move((event.clientX - frame.left) / frame.width);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") move(share - STEP);
    if (event.key === "ArrowRight") move(share + STEP);
  };
  return (
    // One tree for both: who turns the phone keeps what was loaded and where they were in it.
    <div
      ref={box}
      className={phone ? "flex flex-col gap-4" : "grid min-h-0 flex-1"}
      style={
        phone ? undefined : { gridTemplateColumns: `minmax(0, ${share}fr) 33px minmax(0, ${1 - share}fr)` }
      }
    >
      <div className={phone ? "contents" : "flex min-h-0 min-w-0 flex-col"}>{first}</div>
      {!phone && (
        <div
          role="separator"
          aria-orientation="vertical"
          aria-label={label}
          aria-valuenow={Math.round(share * 100)}
          tabIndex={0}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={drag}
          onKeyDown={press}
          className="group flex cursor-col-resize touch-none justify-center"
        >
          <div className="w-px bg-line group-hover:bg-accent" />
        </div>
      )}
      <div className={phone ? "contents" : "flex min-h-0 min-w-0 flex-col overflow-auto"}>{second}</div>
    </div>
  );
}
