/** The shapes of /api/v1 that the pages use, in the form that openapi-typescript gives them.
 *
 * Written by hand until `npm run api` makes the same from the server's document.
 */

interface Schemas {
  RunView: {
    id: string;
    job: string;
    project: string;
    origin: string;
    state: string;
    reason: string | null;
    wait: string | null;
    note: string | null;
    about: string | null;
    group: string | null;
    schedule: string | null;
    slot: string | null;
    ready_at: string;
    attempt: number;
    exit_code: number | null;
    worker: string | null;
    revision: number;
    created: string;
    started: string | null;
    finished: string | null;
    duration: number | null;
  };
  AttemptView: {
    n: number;
    state: string;
    reason: string | null;
    exit_code: number | null;
    error: string | null;
    worker: string;
    started: string | null;
    finished: string;
    duration: number | null;
  };
  FrameView: { file: string; line: number; function: string; locals: Record<string, string> };
  ProgressView: {
    group: string[];
    current: number;
    total: number;
    share: number | null;
    status: string;
    left: number | null;
    children: Schemas["ProgressView"][];
  };
  RunDetailView: {
    run: Schemas["RunView"];
    params: unknown;
    pins: unknown;
    result: unknown;
    error: string | null;
    frames: Schemas["FrameView"][];
    progress: Schemas["ProgressView"] | null;
    attempts: Schemas["AttemptView"][];
  };
  GapView: {
    id: string;
    job: string;
    project: string;
    schedule: string;
    first: string;
    last: string;
    count: number;
    state: string;
    reason: string;
    note: string | null;
  };
  ScheduleView: {
    id: string;
    key: string;
    words: string;
    zone: string;
    next: string | null;
    dst: string | null;
    over: string | null;
  };
  JobView: {
    id: string;
    name: string;
    project: string;
    state: string;
    enabled: boolean;
    paused: string | null;
    schedules: string[];
    next: string | null;
    last: Schemas["RunView"] | null;
    owner: string;
    revision: number;
  };
  /** A finished run as a bar. */
  ResultView: { id: string; state: string; reason: string | null; duration: number | null; at: string };
  JobDetailView: {
    job: Schemas["JobView"];
    description: string;
    definition: unknown;
    schedules: Schemas["ScheduleView"][];
    runs: Schemas["RunView"][];
    gaps: Schemas["GapView"][];
  };
  NextView: { job: string; slot: string; local: string; schedule: string };
  LedgerEntry: {
    job: string;
    slot: string | null;
    schedule: string | null;
    entry: string;
    run: string | null;
    gap: string | null;
    state: string | null;
    reason: string | null;
    sentence: string;
  };
  Explanation: { sentence: string; facts: Record<string, unknown> };
  WorkerView: {
    name: string;
    session: string;
    pools: string[];
    concurrency: number;
    containment: string;
    version: string;
    host: string;
    pid: number;
    seen: string;
  };
  LogLine: { seq: number; at: string; stream: string; text: string; level?: string | null };
  /** Something that a person should look at. */
  NeedView: {
    /** failed, missed, late, never (it is never due again) or no_worker. */
    kind: string;
    job: string | null;
    project: string | null;
    run: string | null;
    gap: string | null;
    pool: string | null;
    since: string;
    count: number;
    sentence: string;
  };
  /** What is running, comes next, and needs somebody. */
  TodayView: {
    running: Schemas["RunningView"][];
    next: Schemas["NextView"][];
    needs: Schemas["NeedView"][];
    counts: Record<string, number>;
  };
  /** A running run beside how long it usually takes (the median of its job; null: unknown). */
  RunningView: { run: Schemas["RunView"]; usual: number | null; progress: Schemas["ProgressView"] | null };
  /** One stretch of the strip: what was planned in it, and what became of that by state. */
  StripCell: { at: string; planned: number; actual: Record<string, number> };
  /** What did not go as planned. */
  StripMark: {
    at: string;
    job: string;
    state: string;
    reason: string | null;
    run: string | null;
    gap: string | null;
    count: number;
    sentence: string;
  };
  StripView: {
    start: string;
    now: string;
    /** Seconds a cell. */
    step: number;
    cells: Schemas["StripCell"][];
    marks: Schemas["StripMark"][];
  };
  MeView: {
    kind: string;
    name: string;
    display: string;
    superuser: boolean;
    password: boolean;
    /** Role by project: viewer, operator, editor or admin; `*`: in all of them. */
    roles: Record<string, string>;
    scopes: string[] | null;
    project: string | null;
  };
  ProjectView: { name: string; jobs: number };
  About: { version: string; store: string; now: string };
  FieldProblem: { field: string; message: string };
  Problem: {
    type: string;
    title: string;
    status: number;
    detail: string;
    errors?: Schemas["FieldProblem"][];
  };
}

export interface components {
  schemas: Schemas;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

interface Asked {
  query?: Record<string, unknown>;
  path?: Record<string, string>;
}

interface Reading<A extends Asked, Answer> {
  parameters: A;
  responses: {
    200: { content: { "application/json": Answer } };
    default: { content: { "application/problem+json": Schemas["Problem"] } };
  };
}

interface Writing<A extends Asked, Body, Answer> extends Reading<A, Answer> {
  requestBody: { content: { "application/json": Body } };
}

type Get<Answer, A extends Asked = Record<never, never>> = { get: Reading<A, Answer> };
type Post<Answer, Body, A extends Asked = Record<never, never>> = { post: Writing<A, Body, Answer> };

type OfRun = { path: { run: string } };
type OfJob = { path: { job: string } };
type Paged = { limit?: number; cursor?: string };
type Where = { project?: string };

export interface paths {
  "/api/v1/about": Get<Schemas["About"]>;
  "/api/v1/me": Get<Schemas["MeView"]>;
  "/api/v1/projects": Get<Page<Schemas["ProjectView"]>, { query?: Paged }>;
  "/api/v1/today": Get<Schemas["TodayView"], { query?: Where }>;
  "/api/v1/strip": Get<Schemas["StripView"], { query?: Where & { cells?: number } }>;
  "/api/v1/jobs": Get<Page<Schemas["JobView"]>, { query?: Where & Paged }>;
  "/api/v1/jobs/{job}": Get<Schemas["JobDetailView"], OfJob>;
  "/api/v1/jobs/{job}/why": Get<Schemas["Explanation"], OfJob>;
  "/api/v1/jobs/{job}/run": Post<Schemas["RunView"], { params?: unknown; armed?: boolean }, OfJob>;
  "/api/v1/jobs/{job}/pause": Post<Schemas["Explanation"], { why?: string; until?: string | null }, OfJob>;
  "/api/v1/jobs/{job}/resume": Post<Schemas["Explanation"], { choice?: string }, OfJob>;
  "/api/v1/results": Get<
    { jobs: Record<string, Schemas["ResultView"][]> },
    { query?: Where & { n?: number } }
  >;
  "/api/v1/runs": Get<
    Page<Schemas["RunView"]>,
    { query?: Where & Paged & { job?: string; state?: string[]; group?: string } }
  >;
  "/api/v1/runs/{run}": Get<Schemas["RunDetailView"], OfRun>;
  "/api/v1/runs/{run}/why": Get<Schemas["Explanation"], OfRun>;
  "/api/v1/runs/{run}/log": Get<Page<Schemas["LogLine"]>, OfRun & { query?: Paged & { attempt?: number } }>;
  "/api/v1/runs/{run}/cancel": Post<Schemas["RunView"], { why?: string }, OfRun>;
  "/api/v1/runs/{run}/retry": Post<Schemas["RunView"], Record<string, never>, OfRun>;
  "/api/v1/workers": Get<Page<Schemas["WorkerView"]>, { query?: Paged }>;
  "/api/v1/session": Post<Schemas["MeView"], { name: string; password: string }> & {
    delete: Reading<Record<never, never>, undefined>;
  };
  "/api/v1/session/link": Post<Schemas["MeView"], { token: string }>;
}
