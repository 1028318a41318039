/** What the pages ask for and the server does not answer yet. Goes, line by line, as it comes. */

export interface ResultView {
  id: string;
  state: string;
  reason: string | null;
  /** Seconds. */
  duration: number | null;
  at: string;
}

/** One stretch of the strip: how many occurrences were planned in it, and what became of them by state. */
export interface StripCell {
  at: string;
  planned: number;
  actual: Record<string, number>;
}

/** What did not go as planned. */
export interface StripMark {
  at: string;
  job: string;
  state: string;
  reason: string | null;
  run: string | null;
  gap: string | null;
  count: number;
  sentence: string;
}

export interface StripView {
  start: string;
  now: string;
  /** Seconds a cell. */
  step: number;
  cells: StripCell[];
  marks: StripMark[];
}

interface Get<Query, Answer> {
  get: {
    parameters: { query?: Query };
    responses: { 200: { content: { "application/json": Answer } } };
  };
}

export interface ProposedPaths {
  "/api/v1/strip": Get<{ project?: string }, StripView>;
  /** The newest ended runs of up to 200 jobs, oldest first, by job. */
  "/api/v1/results": Get<{ job: string[]; count?: number }, Record<string, ResultView[]>>;
}
