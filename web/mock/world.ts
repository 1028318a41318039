/** A made-up instance that is the same each time but for the clock: 400 jobs (or as many as asked), a day of history. */

import type {
  JobView,
  NeedView,
  ResultView,
  RunDetailView,
  RunView,
  StripCell,
  StripMark,
  StripView,
} from "../src/api/types.ts";

const HOUR = 3_600_000;
const CELLS = 288;
const STEP = 600;

/** mulberry32: small, and the same everywhere. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PROJECTS = ["billing", "etl", "platform", "reports"];
const VERBS = [
  "sync",
  "export",
  "refresh",
  "rotate",
  "check",
  "rebuild",
  "send",
  "import",
  "compact",
  "backup",
];
const NOUNS = [
  "orders",
  "invoices",
  "customers",
  "certificates",
  "search-index",
  "warehouse",
  "mails",
  "sessions",
  "images",
  "ledger",
  "prices",
  "metrics",
];
const WORKERS = ["atlas", "boreas", "calliope"];
/** Every so manieth job has the tag. */
const TAGS: [every: number, at: number, tag: string][] = [
  [3, 0, "nightly"],
  [7, 2, "customer-facing"],
  [11, 4, "slow"],
  [17, 5, "gdpr"],
];
const SCHEDULES = [
  "every 5 minutes",
  "every 30 seconds",
  "at 03:15 every day",
  "at 06:00 on Monday through Friday",
  "at 0 minutes past every hour",
  "every 15 minutes between 08:00 and 18:00",
  "at 02:30 on the 1st of the month",
];

export const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

export interface World {
  jobs: JobView[];
  results: Record<string, ResultView[]>;
  runs: RunView[];
  needs: NeedView[];
}

export function makeWorld(count: number, now: number): World {
  const random = dice(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const world: World = { jobs: [], results: {}, runs: [], needs: [] };
  for (let n = 0; n < count; n += 1) {
    const noun = NOUNS[Math.floor(n / VERBS.length) % NOUNS.length];
    const round = Math.floor(n / (VERBS.length * NOUNS.length));
    const id = `${VERBS[n % VERBS.length]}-${noun}${round ? `-${round}` : ""}`;
    const project = pick(PROJECTS);
    const usual = 0.4 * 600 ** random();
    const flaky = random() < 0.12;
    const results: RunView[] = [];
    for (let back = 12; back >= 1; back -= 1) {
      const roll = random();
      const state =
        roll < (flaky ? 0.3 : 0.01) ? "failed" : roll < (flaky ? 0.4 : 0.03) ? "missed" : "succeeded";
      results.push(
        runOf(
          id,
          project,
          state,
          now - back * HOUR - random() * HOUR,
          usual * (0.7 + random() * 0.6),
          pick(WORKERS),
          random,
        ),
      );
    }
    const state =
      n % 37 === 5
        ? "paused"
        : n % 53 === 7
          ? "disabled"
          : n < 8
            ? "running"
            : n % 61 === 9
              ? "queued"
              : "idle";
    world.jobs.push({
      id,
      name: id,
      project,
      state,
      enabled: state !== "disabled",
      paused:
        state === "paused"
          ? `job ${id} is paused by ada since ${iso(now - 5 * HOUR)}: vendor API is down`
          : null,
      schedules: n % 29 === 3 ? [] : n % 11 === 4 ? [pick(SCHEDULES), pick(SCHEDULES)] : [pick(SCHEDULES)],
      next: state === "disabled" || n % 29 === 3 ? null : iso(now + 5_000 + random() ** 3 * 24 * HOUR),
      last: results.at(-1) ?? null,
      owner: n % 9 === 2 ? "" : pick(["nightly.yaml", "crontab", "etl.toml"]),
      revision: 1 + (n % 4),
      tags: TAGS.filter(([every, at]) => n % every === at).map(([, , tag]) => tag),
    });
    world.results[id] = results.map((run) => ({
      id: run.id,
      state: run.state,
      reason: run.reason,
      duration: run.duration,
      at: run.finished ?? run.created,
    }));
    world.runs.push(...results);
    if (state === "running")
      world.runs.push({
        ...runOf(id, project, "running", now - usual * 1000 * random() * 2, 0, pick(WORKERS), random),
        finished: null,
        duration: null,
      });
  }
  world.runs.sort((a, b) => b.created.localeCompare(a.created));
  world.needs = needsOf(world, now);
  return world;
}

function runOf(
  job: string,
  project: string,
  state: string,
  at: number,
  took: number,
  worker: string,
  random: () => number,
): RunView {
  const ran = state !== "missed";
  const id = `${Math.floor(at).toString(36)}${Math.floor(random() * 1e9)
    .toString(36)
    .padStart(6, "0")}`;
  return {
    id,
    job,
    project,
    origin: "schedule",
    state,
    reason:
      state === "failed"
        ? (["exit", "timeout", "exception"][Math.floor(random() * 3)] ?? "exit")
        : state === "missed"
          ? "down"
          : null,
    wait: null,
    note: null,
    about: null,
    group: null,
    schedule: `${job}#0`,
    slot: iso(at),
    ready_at: iso(at),
    attempt: ran ? (state === "failed" ? 2 : 1) : 0,
    exit_code: state === "failed" ? 1 : state === "succeeded" ? 0 : null,
    worker: ran ? worker : null,
    revision: 1,
    created: iso(at),
    started: ran ? iso(at + 120) : null,
    finished: iso(at + took * 1000),
    duration: ran ? took : null,
  };
}

function needsOf(world: World, now: number): NeedView[] {
  const failed = world.runs.filter((run) => run.state === "failed").slice(0, 3);
  const none = { project: null, job: null, run: null, pool: null, count: 1 };
  const whole = "the program ended with exit code 1 (attempt 2)";
  return [
    {
      ...none,
      kind: "pool",
      pool: "gpu",
      at: iso(now - 47 * 60_000),
      count: 3,
      sentence: "runs are queued in pool gpu, and no worker of it has been heard since 01:32",
    },
    ...failed.map(
      (run): NeedView => ({
        ...none,
        kind: "failed",
        project: run.project,
        job: run.job,
        run: run.id,
        at: run.finished ?? run.created,
        sentence: `${run.job} failed: ${whole}`,
      }),
    ),
    {
      ...none,
      kind: "missed",
      job: "backup-ledger",
      at: iso(now - 9 * HOUR),
      count: 14,
      sentence: "backup-ledger: 14 due moments were missed: no scheduler was running",
    },
  ];
}

/** A day with a nightly peak, an outage of half an hour nine hours ago, and some failures. */
export function stripOf(now: number, busy: number): StripView {
  const random = dice(11);
  const start = Math.floor((now - 24 * HOUR) / (STEP * 1000)) * STEP * 1000;
  const cells: StripCell[] = [];
  const marks: StripMark[] = [];
  for (let n = 0; n < CELLS; n += 1) {
    const at = start + n * STEP * 1000;
    const hour = new Date(at).getUTCHours() + new Date(at).getUTCMinutes() / 60;
    const night = Math.exp(-((hour - 3) ** 2) / 1.5) * 5;
    const planned = Math.round(
      busy *
        (0.35 + 0.5 * Math.max(0, Math.sin(((hour - 6) / 12) * Math.PI)) + night) *
        (0.8 + random() * 0.4) +
        (n % 6 === 0 ? busy : 0),
    );
    cells.push({ at: iso(at), planned, actual: actualOf(at, planned, now, random, marks) });
  }
  const end = iso(start + CELLS * STEP * 1000);
  return { start: iso(start), end, now: iso(now), step: STEP, cells, marks };
}

function actualOf(
  at: number,
  planned: number,
  now: number,
  random: () => number,
  marks: StripMark[],
): Record<string, number> {
  if (at > now) return {};
  const mark = (
    state: StripMark["state"],
    reason: StripMark["reason"],
    job: string,
    sentence: string,
    count = 1,
  ) =>
    marks.push({
      at: iso(at + 60_000),
      first: iso(at + 60_000),
      job,
      schedule: `${job}#0`,
      state,
      reason,
      run: state === "failed" ? "mock-failed" : null,
      gap: null,
      count,
      sentence,
    });
  const ago = (now - at) / HOUR;
  if (ago > 9 && ago < 9.6) {
    mark("missed", "down", "backup-ledger", "backup-ledger was missed: no scheduler was running", planned);
    return { missed: planned };
  }
  const failed = random() < 0.12 ? 1 + Math.floor(random() * 2) : 0;
  const skipped = random() < 0.08 ? 1 : 0;
  if (failed) mark("failed", "exit", "sync-orders", "sync-orders failed: the program ended with exit code 1");
  if (skipped)
    mark(
      "skipped",
      "overlap",
      "rebuild-search-index",
      "rebuild-search-index was skipped: an earlier run of the job was not over",
    );
  const rest = Math.max(0, planned - failed - skipped);
  const running = ago < 0.17 ? Math.min(rest, 3) : 0;
  const actual: Record<string, number> = { succeeded: rest - running, failed, skipped, running };
  return Object.fromEntries(Object.entries(actual).filter(([, count]) => count > 0));
}

export function detailOf(run: RunView): RunDetailView {
  const failed = run.state === "failed";
  return {
    run,
    params: { region: "eu-west", batch: 500, dry_run: false },
    pins: null,
    result:
      run.state === "succeeded"
        ? {
            rows: 18_240,
            files: ["orders-1.parquet", "orders-2.parquet"],
            skipped: null,
            stats: { mean: 12.5, p95: 80 },
          }
        : null,
    error: failed ? "ValueError: cannot parse '<img src=x onerror=alert(1)>' as a number" : null,
    frames: failed
      ? [
          {
            file: "/srv/jobs/etl/load.py",
            line: 88,
            function: "load",
            locals: { batch: "500", path: "'orders-2.csv'" },
          },
          {
            file: "/srv/jobs/etl/parse.py",
            line: 17,
            function: "number",
            locals: { text: "'<img src=x onerror=alert(1)>'", password: "•••" },
          },
        ]
      : [],
    progress:
      run.state === "running"
        ? {
            group: [],
            current: 1240,
            total: 2000,
            share: 0.62,
            status: "loading orders",
            left: 48,
            children: [
              {
                group: ["download"],
                current: 800,
                total: 800,
                share: 1,
                status: "done",
                left: 0,
                children: [],
              },
              {
                group: ["load"],
                current: 440,
                total: 1200,
                share: 0.37,
                status: "orders-2.csv",
                left: 48,
                children: [],
              },
            ],
          }
        : null,
    attempts: failed
      ? [1, 2].map((n) => ({
          n,
          state: "failed",
          reason: "exit",
          exit_code: 1,
          error: n === 1 ? "exit code 1" : "ValueError",
          worker: run.worker ?? "",
          started: run.started,
          finished: run.finished ?? "",
          duration: run.duration,
        }))
      : [],
  };
}
