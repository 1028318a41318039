/** The log of a run: a million lines, of which only those in sight are drawn. A chunk of its own, loaded lazily. */

import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { cx } from "@/core/classes.ts";
import { usePhone } from "@/core/media.ts";
import { plural } from "@/core/text.ts";
import { Button, buttonClass } from "@/kit/button.tsx";
import { Checkbox, SearchBox, Select } from "@/kit/field.tsx";
import { Icon } from "@/kit/icon.tsx";
import { Popover } from "@/kit/menu.tsx";
import { EmptyState, Notice } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { EVERYTHING, LEVELS, type LogBuffer, type LogFilter } from "./buffer.ts";
import { LogLineView } from "./log-line.tsx";
import { useLog } from "./use-log.ts";
import { heightOf, scrollFor, seenAt } from "./window.ts";

const ROW_PX = 18;
const SPARE_ROWS = 20;
const SEARCH_PAUSE_MS = 150;

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

interface Props {
  run: string;
  attempt: number;
  /** No later attempt has begun. */
  newest: boolean;
  running: boolean;
}

export default function LogViewer({ run, attempt, newest, running }: Props) {
  const { buffer, version, loading, error } = useLog(run, attempt, newest);
  const [filter, setFilter] = useState(EVERYTHING);
  const [times, setTimes] = useState(false);
  const [follow, setFollow] = useState(running);
  const [current, setCurrent] = useState(-1);
  const query = useSearch(buffer, filter);
  const step = (back: boolean) => {
    const match = buffer.nextMatch(current, back);
    if (match === undefined) return;
    setFollow(false);
    setCurrent(match);
  };
  return (
    <div className="flex min-h-80 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-sunken">
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-2 py-1.5">
        <Search query={query} found={buffer.matches.length} step={step} />
        <Narrowing>
          <Select
            aria-label="Stream"
            options={STREAMS}
            value={filter.stream}
            onChange={(stream) => setFilter({ ...filter, stream })}
          />
          <Select
            aria-label="Level"
            options={LEVEL_OPTIONS}
            value={filter.level}
            onChange={(level) => setFilter({ ...filter, level })}
          />
          <Checkbox label="Times" checked={times} onChange={setTimes} />
        </Narrowing>
        <span className="ml-auto text-xs text-ink-3">{lineCount(buffer, loading)}</span>
        <Button
          kind={follow ? "primary" : "plain"}
          icon="follow"
          aria-pressed={follow}
          onClick={() => setFollow(!follow)}
        >
          <span className="max-sm:sr-only">Follow</span>
        </Button>
        <a
          className={buttonClass()}
          href={`/api/v1/runs/${encodeURIComponent(run)}/log/download?attempt=${attempt}`}
          download
        >
          <Icon name="download" />
          <span className="sr-only sm:not-sr-only">Download</span>
        </a>
      </div>
      {error && <Notice kind="failed">The log could not be read: {error.message}</Notice>}
      {buffer.length === 0 ? (
        <Nothing loading={loading} running={running} filtered={buffer.total > 0} />
      ) : (
        <Lines
          key={`${filter.stream} ${filter.level}`}
          {...{ buffer, version, follow, setFollow, times, current }}
          query={query.searched}
        />
      )}
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

/** What is typed, and what is searched for a moment later. */
function useSearch(buffer: LogBuffer, filter: LogFilter) {
  const [typed, setTyped] = useState("");
  const [searched, setSearched] = useState("");
  useLayoutEffect(() => buffer.setFilter(filter), [buffer, filter]);
  useEffect(() => {
    const timer = setTimeout(() => {
      buffer.setQuery(typed);
      setSearched(typed.toLowerCase());
    }, SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [buffer, typed]);
  return { typed, setTyped, searched };
}

interface SearchProps {
  query: ReturnType<typeof useSearch>;
  found: number;
  step: (back: boolean) => void;
}

function Search({ query, found, step }: SearchProps) {
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") step(event.shiftKey);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside
    <div className="flex items-center gap-1 max-sm:min-w-0 max-sm:flex-1" onKeyDown={press}>
      <SearchBox
        label="Search the log"
        value={query.typed}
        onChange={query.setTyped}
        className="w-44 max-sm:w-auto max-sm:min-w-0 max-sm:flex-1"
      />
      {query.searched && (
        <>
          <span className="px-1 text-xs text-ink-2">
            {found ? plural(found, "match", "matches") : "no match"}
          </span>
          <Button kind="quiet" icon="up" bare disabled={!found} onClick={() => step(true)}>
            Previous match
          </Button>
          <Button kind="quiet" icon="down" bare disabled={!found} onClick={() => step(false)}>
            Next match
          </Button>
        </>
      )}
    </div>
  );
}

interface LinesProps {
  buffer: LogBuffer;
  version: number;
  follow: boolean;
  setFollow: (follow: boolean) => void;
  times: boolean;
  query: string;
  current: number;
}

function Lines({ buffer, version, follow, setFollow, times, query, current }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  const frame = { rows: buffer.length, rowPx: ROW_PX, viewPx: view.height };
  const seen = seenAt(view.top, frame, SPARE_ROWS);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);

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
    setView({ top: element.scrollTop, height: element.clientHeight });
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

function Nothing({ loading, running, filtered }: { loading: boolean; running: boolean; filtered: boolean }) {
  if (loading) {
    return (
      <div className={cx("p-3")}>
        <Skeleton lines={8} className="h-3" />
      </div>
    );
  }
  if (filtered)
    return <EmptyState title="No line is left">The filters hide every line of this log.</EmptyState>;
  return (
    <EmptyState title={running ? "Nothing written yet" : "It wrote nothing"}>
      {running
        ? "What the job writes to stdout, stderr and its log stands here within a second."
        : "Neither stdout, stderr nor a log record came from this attempt."}
    </EmptyState>
  );
}

function lineCount(buffer: LogBuffer, loading: boolean): string {
  const all = plural(buffer.total, "line");
  const shown = buffer.length === buffer.total ? all : `${buffer.length} of ${all}`;
  return loading ? `${shown} …` : shown;
}
