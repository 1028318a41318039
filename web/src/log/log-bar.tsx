import type { ReactNode } from "react";
import { usePhone } from "@/core/media.ts";
import { Button, buttonClass } from "@/kit/button.tsx";
import { Checkbox, Select } from "@/kit/field.tsx";
import { Icon } from "@/kit/icon.tsx";
import { Popover } from "@/kit/menu.tsx";
import { LEVELS, type LogFilter } from "./buffer.ts";

const STREAMS = [
  { value: "", label: "All streams" },
  { value: "stdout", label: "stdout" },
  { value: "stderr", label: "stderr" },
  { value: "record", label: "Log records" },
  { value: "system", label: "Tickwork" },
];
const LEVEL_OPTIONS = [
  { value: "", label: "All levels" },
  ...LEVELS.map((level) => ({ value: level, label: `≥ ${level}` })),
];

interface LogBarProps {
  search: ReactNode;
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  times: boolean;
  onTimes: (times: boolean) => void;
  /** How many lines are shown. */
  count: string;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** Where all of it is. */
  file: string;
}

/** What can be done with a log: search, narrow, follow, take it along. */
export function LogBar(props: LogBarProps) {
  const { search, filter, onFilter, times, onTimes, count, follow, onFollow, file } = props;
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-2 py-1.5">
      {search}
      <Narrowing>
        <Select
          aria-label="Stream"
          options={STREAMS}
          value={filter.stream}
          onChange={(stream) => onFilter({ ...filter, stream })}
        />
        <Select
          aria-label="Level"
          options={LEVEL_OPTIONS}
          value={filter.level}
          onChange={(level) => onFilter({ ...filter, level })}
        />
        <Checkbox label="Times" checked={times} onChange={onTimes} />
      </Narrowing>
      <span className="ml-auto text-xs text-ink-3">{count}</span>
      <Button
        kind={follow ? "primary" : "plain"}
        icon="follow"
        aria-pressed={follow}
        onClick={() => onFollow(!follow)}
      >
        <span className="max-sm:sr-only">Follow</span>
      </Button>
      <a className={buttonClass()} href={file} download>
        <Icon name="download" />
        <span className="sr-only sm:not-sr-only">Download</span>
      </a>
    </div>
  );
}

/** What narrows the lines: in the bar where there is room, else behind a button. */
function Narrowing({ children }: { children: ReactNode }) {
  const phone = usePhone();
  if (!phone) return children;
  const trigger = (
    <Button icon="filter" bare>
      Streams, levels, times
    </Button>
  );
  return (
    <Popover title="What is shown" trigger={trigger}>
      <div className="flex flex-col gap-2">{children}</div>
    </Popover>
  );
}
