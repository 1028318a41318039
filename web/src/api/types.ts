/** The names under which pages know the API's shapes. */

import type { components } from "./generated.ts";

export type * from "./proposed.ts";

type Of<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type AttemptView = Of<"AttemptView">;
export type Done = Of<"Done">;
export type Explanation = Of<"Explanation">;
export type FrameView = Of<"FrameView">;
export type GapView = Of<"GapView">;
export type JobDetailView = Of<"JobDetailView">;
export type JobView = Of<"JobView">;
export type LedgerEntry = Of<"LedgerEntry">;
export type LogPage = Of<"LogPage">;
export type MeView = Of<"MeView">;
export type NeedView = Of<"NeedView">;
export type NextView = Of<"NextView">;
export type Problem = Of<"Problem">;
export type ProgressView = Of<"ProgressView">;
export type RunDetailView = Of<"RunDetailView">;
export type RunningView = Of<"RunningView">;
export type RunView = Of<"RunView">;
export type ScheduleView = Of<"ScheduleView">;
export type TodayView = Of<"TodayView">;
export type WorkerView = Of<"WorkerView">;

/** A piece of a log as the socket sends it: it may hold several lines, or end within one. */
export interface LogPiece {
  seq: number;
  at: string;
  stream: string;
  text: string;
  /** Of a log record. */
  level?: string | null;
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next: string | null;
}
