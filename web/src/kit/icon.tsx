/** Line icons on a grid of 16: strokes, and dots where a shape must be full. Those of states differ in shape. */

import { cx } from "@/core/classes.ts";
import type { IconName } from "@/core/states.ts";

const CIRCLE = "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5Z";

/** Path data to stroke, and after `|` path data to fill. */
const SHAPES: Record<IconName, string> = {
  // states
  waiting: "M4 2h8M4 14h8M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14",
  queued: "M3 4h10M3 8h10M3 12h6",
  claimed: `${CIRCLE}|M8 1.75a6.25 6.25 0 0 1 0 12.5Z`,
  running: `${CIRCLE}|M6.4 5v6l5-3Z`,
  succeeded: "M2.75 8.5l3.5 3.5l7-8",
  failed: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  skipped: "M3 4l4.5 4L3 12M8.5 4L13 8l-4.5 4",
  missed: "M8 2L14.5 13.5h-13ZM8 6.5v3|M7.2 11h1.6v1.4H7.2Z",
  cancelled: "M3 3h10v10H3Z",
  paused: "M5.5 3v10M10.5 3v10",
  disabled: `${CIRCLE}M3.6 3.6l8.8 8.8`,
  idle: "M4.5 8h7",
  planned: "M8 3.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9Z",
  pending: "M6 6a2.2 2.2 0 1 1 3 2c-.7.4-1 .8-1 1.6|M7.2 11.4h1.6v1.5H7.2Z",
  // places
  today: "M2 13.5h12M3.5 11V8M6.5 11V4M9.5 11V6.5M12.5 11V3",
  jobs: "M2.5 3.5h11M2.5 8h11M2.5 12.5h11",
  runs: "M3 3.5h4M3 8h7M3 12.5h10",
  graph: "M2.5 6h4v4h-4ZM9.5 2h4v4h-4ZM9.5 10h4v4h-4ZM6.5 8h1.5M9.5 4H8v8h1.5",
  calendar: "M2.5 3.5h11v10h-11ZM2.5 6.5h11M5.5 2v3M10.5 2v3",
  workers: "M2.5 2.5h11v4.5h-11ZM2.5 9h11v4.5h-11Z|M4.5 4h1.6v1.5H4.5ZM4.5 10.5h1.6V12H4.5Z",
  people:
    "M6 3a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5ZM1.5 13.5c0-2.6 1.8-4 4.5-4s4.5 1.4 4.5 4M11 3.3a2.3 2.3 0 0 1 0 4.4M12 9.8c1.6.4 2.5 1.6 2.5 3.7",
  folder: "M2 3.5h4.5L8 5.25h6v8H2Z",
  audit: "M4 1.75h8v12.5H4ZM6 5h4M6 8h4M6 11h2",
  settings:
    "M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M10.25 2.75a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 0 1 0-3.5ZM5.75 9.75a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 0 1 0-3.5Z",
  // signs
  search: "M7 2.25a4.75 4.75 0 1 1 0 9.5a4.75 4.75 0 0 1 0-9.5ZM10.5 10.5l3.25 3.25",
  close: "M4 4l8 8M12 4l-8 8",
  menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
  more: "|M3 7.2h1.6v1.6H3ZM7.2 7.2h1.6v1.6H7.2ZM11.4 7.2H13v1.6h-1.6Z",
  down: "M4 6l4 4l4-4",
  up: "M4 10l4-4l4 4",
  right: "M6 4l4 4l-4 4",
  left: "M10 4L6 8l4 4",
  plus: "M8 3v10M3 8h10",
  check: "M3 8.5l3.25 3.25L13 5",
  copy: "M5.5 5.5h8v8h-8ZM3 10.5h-.5v-8h8V3",
  download: "M8 2v8M4.5 7L8 10.5L11.5 7M3 13.5h10",
  play: "|M4.5 2.75v10.5L13 8Z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  stop: "|M3.5 3.5h9v9h-9Z",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3.2H10",
  sun: "M8 5.25a2.75 2.75 0 1 1 0 5.5a2.75 2.75 0 0 1 0-5.5ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z",
  screen: "M2 3h12v8H2ZM5.5 13.5h5M8 11v2.5",
  bell: "M3.5 11.5V7a4.5 4.5 0 0 1 9 0v4.5l1 1h-11ZM6.5 14h3",
  clock: `${CIRCLE}M8 4.5V8l2.5 1.5`,
  info: `${CIRCLE}M8 7.25v4|M7.2 4.4h1.6v1.5H7.2Z`,
  warning: "M8 2L14.5 13.5h-13ZM8 6.5v3|M7.2 11h1.6v1.4H7.2Z",
  filter: "M2.5 4h11M4.5 8h7M6.5 12h3",
  external: "M6 3.5H3v9.5h9.5V10M8.5 2.5h5v5M13 3L7.5 8.5",
  keyboard: "M1.5 4h13v8h-13ZM4 6.5h1M7 6.5h1M10 6.5h2M5 9.5h6",
  user: "M8 2.5a2.75 2.75 0 1 1 0 5.5a2.75 2.75 0 0 1 0-5.5ZM2.75 13.75c0-2.9 2.1-4.25 5.25-4.25s5.25 1.35 5.25 4.25",
  board: "M3.5 1.75h6l3 3v9.5h-9ZM9.5 1.75v3h3",
  follow: "M4 3l4 4l4-4M4 8.5l4 4l4-4",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3ZM9 4.7L11.3 7",
  trash: "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4M6.75 6.5v4.5M9.25 6.5v4.5",
  key: "M5 6.5a3 3 0 1 1 0 6a3 3 0 0 1 0-6ZM7.2 7.5L13 1.75M10.5 4.25l2 2",
  lock: "M3.5 7h9v6.5h-9ZM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
};

export function Icon({ name, className, size = 14 }: { name: IconName; className?: string; size?: number }) {
  const [stroke, fill] = SHAPES[name].split("|");
  return (
    <svg
      aria-hidden="true"
      className={cx("shrink-0", className)}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
    >
      {stroke && (
        <path
          d={stroke}
          stroke="currentColor"
          strokeWidth={1.5}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      {fill && <path d={fill} fill="currentColor" />}
    </svg>
  );
}
