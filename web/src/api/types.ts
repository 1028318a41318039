/** The names under which pages know the API's shapes. */

import type { components } from "./schema.ts";

type Of<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type AttemptView = Of<"AttemptView">;
export type Explanation = Of<"Explanation">;
export type FrameView = Of<"FrameView">;
export type GapView = Of<"GapView">;
export type JobDetailView = Of<"JobDetailView">;
export type JobView = Of<"JobView">;
export type LedgerEntry = Of<"LedgerEntry">;
export type LogLine = Of<"LogLine">;
export type MeView = Of<"MeView">;
export type NeedView = Of<"NeedView">;
export type NextView = Of<"NextView">;
export type Problem = Of<"Problem">;
export type ProgressView = Of<"ProgressView">;
export type ProjectView = Of<"ProjectView">;
export type ResultView = Of<"ResultView">;
export type RunDetailView = Of<"RunDetailView">;
export type RunningView = Of<"RunningView">;
export type RunView = Of<"RunView">;
export type ScheduleView = Of<"ScheduleView">;
export type StripCell = Of<"StripCell">;
export type StripMark = Of<"StripMark">;
export type StripView = Of<"StripView">;
export type TodayView = Of<"TodayView">;
export type WorkerView = Of<"WorkerView">;

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next: string | null;
}
