/** The names under which pages know the API's shapes. */

import type { components } from "./generated.ts";

type Of<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Absent = Of<"Absent">;
export type AttemptView = Of<"AttemptView">;
export type ChannelSaid = Of<"ChannelSaid">;
export type ChannelView = Of<"ChannelView">;
export type CheckinView = Of<"CheckinView">;
export type DeliveryView = Of<"DeliveryView">;
export type Done = Of<"Done">;
export type FrameView = Of<"FrameView">;
export type JobDetailView = Of<"JobDetailView">;
export type JobView = Of<"JobView">;
export type KeptView = Of<"KeptView">;
export type LedgerEntry = Of<"LedgerEntry">;
export type Occasion = Of<"Occasion">;
export type Role = Of<"Role">;
export type RuleView = Of<"RuleView">;
export type LogPage = Of<"LogPage">;
export type MeView = Of<"MeView">;
export type NeedView = Of<"NeedView">;
export type NextView = Of<"NextView">;
export type ProgressView = Of<"ProgressView">;
export type ResultView = Of<"ResultView">;
export type RunDetailView = Of<"RunDetailView">;
export type RunningView = Of<"RunningView">;
export type RunView = Of<"RunView">;
export type ScheduleView = Of<"ScheduleView">;
export type StripCell = Of<"StripCell">;
export type StripMark = Of<"StripMark">;
export type StripView = Of<"StripView">;
export type TodayView = Of<"TodayView">;
export type AgendaItem = Of<"AgendaItem">;
export type Forecast = Of<"Forecast">;
export type GroupView = Of<"GroupView">;
export type GraphView = Of<"GraphView">;
export type JobPreview = Of<"JobPreview">;
export type ProjectGraph = Of<"ProjectGraph">;
export type ProjectNode = Of<"ProjectNode">;
export type Resumed = Of<"Resumed">;
export type RevisionView = Of<"RevisionView">;
export type ScheduleWords = Of<"ScheduleWords">;
export type WorkerView = Of<"WorkerView">;
export type AuditDetail = Of<"AuditDetail">;
export type AuditView = Of<"AuditView">;
export type Choice = Of<"Choice">;
export type EnrolmentView = Of<"EnrolmentView">;
export type GroupSaid = Of<"GroupSaid">;
export type KeyView = Of<"KeyView">;
export type MadeChannel = Of<"MadeChannel">;
export type MadeCheckin = Of<"MadeCheckin">;
export type MadeKey = Of<"MadeKey">;
export type MemberView = Of<"MemberView">;
export type Permission = Of<"Permission">;
export type PoolSaid = Of<"PoolSaid">;
export type PoolView = Of<"PoolView">;
export type ProjectView = Of<"ProjectView">;
export type ProjectDetail = Of<"ProjectDetail">;
export type ReadyView = Of<"ReadyView">;
export type Scope = Of<"Scope">;
export type SecretView = Of<"SecretView">;
export type ServiceView = Of<"ServiceView">;
export type SwitchView = Of<"SwitchView">;
export type UserChange = Of<"UserChange">;
export type UserGroupView = Of<"UserGroupView">;
export type UserView = Of<"UserView">;

/** A table in the words of a board: a job's definition, or a schedule. */
export type Said = { [key: string]: unknown };

/** As much of JSON Schema as boards use. */
export interface Schema {
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
}

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
