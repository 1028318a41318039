import { countWords, didNotRun, lookOf, outcomeWords } from "@/core/states.ts";

export interface Bar {
  id: string;
  state: string;
  reason?: string | null;
  /** Seconds. */
  duration?: number | null;
}

const WIDTH = 5;
const GAP = 2;
const HEIGHT = 18;
const LEAST = 3;

/** The last results, oldest first: colour is the state, height how long it took beside the longest. */
export function Sparkbars({ bars, room = 12 }: { bars: readonly Bar[]; room?: number }) {
  const shown = bars.slice(-room);
  const longest = Math.max(...shown.map((bar) => bar.duration ?? 0), 0);
  const width = room * (WIDTH + GAP) - GAP;
  return (
    <svg
      role="img"
      aria-label={spoken(shown)}
      data-tip={shown.length ? tipOf(shown) : undefined}
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      className="inline-block align-middle"
    >
      {shown.map((bar, at) => (
        <BarShape key={bar.id} bar={bar} x={(room - shown.length + at) * (WIDTH + GAP)} longest={longest} />
      ))}
    </svg>
  );
}

/** What ran is a full bar; what did not, a hollow one: the difference does not hang on colour. */
function BarShape({ bar, x, longest }: { bar: Bar; x: number; longest: number }) {
  const share = longest > 0 ? (bar.duration ?? 0) / longest : 1;
  const height = Math.max(LEAST, Math.round(share * HEIGHT));
  const look = lookOf(bar.state);
  if (bar.state === "failed") {
    // A notch above: failures are found without telling red from green.
    return (
      <g className={look.fill}>
        <rect x={x} y={HEIGHT - Math.max(height, 6)} width={WIDTH} height={Math.max(height, 6)} />
        <rect x={x} y={0} width={WIDTH} height={2} />
      </g>
    );
  }
  return didNotRun(bar.state) ? (
    <rect
      x={x + 0.5}
      y={HEIGHT - 5.5}
      width={WIDTH - 1}
      height={5}
      fill="none"
      stroke="currentColor"
      className={look.text}
    />
  ) : (
    <rect x={x} y={HEIGHT - height} width={WIDTH} height={height} className={look.fill} />
  );
}

function spoken(bars: readonly Bar[]): string {
  return bars.length ? `Last ${bars.length}: ${countWords(bars).join(", ")}` : "No results yet";
}

function tipOf(bars: readonly Bar[]): string {
  const newest = bars.at(-1);
  return newest ? `${spoken(bars)}\nNewest: ${outcomeWords(newest)}` : "";
}
