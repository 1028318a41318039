/** The log of a run: a million lines, of which only those in sight are drawn. A chunk of its own, loaded lazily. */

import { useLayoutEffect, useState } from "react";
import { plural } from "@/core/text.ts";
import { EmptyState, Notice } from "@/kit/page.tsx";
import { Skeleton } from "@/kit/progress.tsx";
import { EVERYTHING, type LogBuffer, type LogFilter } from "./buffer.ts";
import { LogBar } from "./log-bar.tsx";
import { LogLines } from "./log-lines.tsx";
import { LogSearch, useLogSearch } from "./log-search.tsx";
import { useLog } from "./use-log.ts";

interface LogViewerProps {
  run: string;
  attempt: number;
  /** No later attempt has begun. */
  newest: boolean;
  running: boolean;
}

export default function LogViewer({ run, attempt, newest, running }: LogViewerProps) {
  const { buffer, version, loading, error } = useLog(run, attempt, newest);
  const [filter, setFilter] = useLogFilter(buffer);
  const [times, setTimes] = useState(false);
  const [follow, setFollow] = useState(running);
  const [current, setCurrent] = useState(-1);
  const query = useLogSearch(buffer);
  const step = (back: boolean) => {
    const match = buffer.nextMatch(current, back);
    if (match === undefined) return;
    setFollow(false);
    setCurrent(match);
  };
  return (
    <div className="flex min-h-80 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-sunken">
      <LogBar
        search={<LogSearch query={query} found={buffer.matches.length} step={step} />}
        filter={filter}
        onFilter={setFilter}
        times={times}
        onTimes={setTimes}
        count={lineCount(buffer, loading)}
        follow={follow}
        onFollow={setFollow}
        file={`/api/v1/runs/${encodeURIComponent(run)}/log/download?attempt=${attempt}`}
      />
      {error && <Notice kind="failed">The log could not be read: {error.message}</Notice>}
      {buffer.length === 0 ? (
        <Nothing loading={loading} running={running} filtered={buffer.total > 0} />
      ) : (
        <LogLines
          key={`${filter.stream} ${filter.level}`}
          {...{ buffer, version, follow, setFollow, times, current }}
          query={query.searched}
        />
      )}
    </div>
  );
}

/** What narrows the lines. It is the buffer's before anything is drawn with it: the count tells of the same lines. */
function useLogFilter(buffer: LogBuffer) {
  const [filter, setFilter] = useState(EVERYTHING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another log is narrowed as the one before it was
  useLayoutEffect(() => buffer.setFilter(filter), [buffer]);
  const narrow = (next: LogFilter) => {
    buffer.setFilter(next);
    setFilter(next);
  };
  return [filter, narrow] as const;
}

function Nothing({ loading, running, filtered }: { loading: boolean; running: boolean; filtered: boolean }) {
  if (loading) {
    return (
      <div className="p-3">
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
