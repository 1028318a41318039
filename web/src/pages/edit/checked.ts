/** What the server says of a draft, asked when the person pauses. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Asked } from "@/api/definitions.ts";
import { queries } from "@/api/queries.ts";
import type { JobPreview, Said, ScheduleWords } from "@/api/types.ts";
import { ApiError } from "@/core/problem.ts";
import { runnerOf, timingOf } from "./said.ts";

const PAUSE_MS = 350;

/** The value, once it stayed the same for a moment. */
function useSettled<T>(value: T): T {
  const key = JSON.stringify(value);
  const [settled, settle] = useState({ key, value });
  useEffect(() => {
    const timer = setTimeout(() => settle({ key, value: JSON.parse(key) as T }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return settled.value;
}

export interface Checked {
  preview: JobPreview | undefined;
  /** What is wrong; undefined: nothing, or not known yet. */
  problem: ApiError | undefined;
  /** It is about what is written now. */
  current: boolean;
}

export function useChecked(asked: Asked): Checked {
  const settled = useSettled(asked);
  const { data, error, isPlaceholderData, isFetching } = useQuery({
    ...queries.preview(settled),
    enabled: settled.name !== "" && isBegun(settled),
    placeholderData: keepPreviousData,
  });
  return {
    preview: data,
    problem: error instanceof ApiError ? error : undefined,
    current: !isPlaceholderData && !isFetching && JSON.stringify(settled) === JSON.stringify(asked),
  };
}

/** A job that does not say yet what it runs is not wrong, it is not written. */
function isBegun({ definition }: Asked): boolean {
  if (!definition) return true;
  const runner = runnerOf(definition);
  const said = definition[runner];
  return runner === "console" || (typeof said === "object" ? (said as Said).url !== "" : Boolean(said));
}

export interface Described {
  words: ScheduleWords | undefined;
  problem: ApiError | undefined;
}

/** What its schedules mean, also while the rest of the job is not right yet. */
export function useDescribed(said: Said): Described {
  const timing = useSettled(timingOf(said));
  const { data, error } = useQuery({
    ...queries.described(timing),
    enabled: Object.keys(timing).length > 0,
    placeholderData: keepPreviousData,
  });
  if (Object.keys(timing).length === 0) return { words: undefined, problem: undefined };
  return { words: data, problem: error instanceof ApiError ? error : undefined };
}
