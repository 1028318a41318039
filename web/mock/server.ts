/** A server without Tickwork behind it: the built pages with the real one's headers, over a made-up world.
 *
 *     npm run mock [-- --port 8787 --jobs 400 --lines 2000 --empty]
 */

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type WebSocket, WebSocketServer } from "ws";
import type { RunView } from "../src/api/types.ts";
import { logChunk, logPiece } from "./log.ts";
import { detailOf, iso, makeWorld, stripOf } from "./world.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    jobs: { type: "string", default: "400" },
    lines: { type: "string", default: "2000" },
    empty: { type: "boolean", default: false },
    pages: {
      type: "string",
      default: fileURLToPath(new URL("../../src/tickwork/server/static/ui", import.meta.url)),
    },
  },
});
const LINES = Number(values.lines);
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const began = Date.now();
const world = makeWorld(values.empty ? 0 : Number(values.jobs), began);
if (values.empty) world.needs = [];
const failedRun = world.runs.find((run) => run.state === "failed");

type Answer = (query: URLSearchParams, match: string[]) => unknown;

const page = <T>(items: T[], query: URLSearchParams) => {
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 100);
  const next = from + limit < items.length ? String(from + limit) : null;
  return { items: items.slice(from, from + limit), next };
};
const of = <T extends { project: string }>(items: T[], query: URLSearchParams) => {
  const project = query.get("project");
  return project ? items.filter((item) => item.project === project) : items;
};
const runById = (id: string | undefined) =>
  id === "mock-failed" ? failedRun : world.runs.find((run) => run.id === id);

const GETS: [path: RegExp, answer: Answer][] = [
  [/^\/about$/, () => ({ version: "0.1.0", store: "sqlite", now: iso(Date.now()) })],
  [
    /^\/me$/,
    () => ({
      kind: "user",
      name: "ada",
      display: "Ada",
      superuser: true,
      password: true,
      roles: {},
      scopes: null,
      project: null,
    }),
  ],
  [
    /^\/projects$/,
    () =>
      [...new Set(world.jobs.map((job) => job.project))].sort().map((name) => ({ name, description: "" })),
  ],
  [/^\/today$/, (query) => today(query)],
  [/^\/strip$/, () => stripOf(Date.now(), world.jobs.length / 100)],
  [/^\/jobs$/, (query) => page(of(world.jobs, query), query)],
  [
    /^\/results$/,
    (query) => Object.fromEntries(query.getAll("job").map((job) => [job, world.results[job] ?? []])),
  ],
  [/^\/jobs\/([^/]+)$/, (_query, [id]) => jobDetail(id)],
  [/^\/runs$/, (query) => page(runsWanted(query), query)],
  [/^\/runs\/([^/]+)$/, (_query, [id]) => found(runById(id), detailOf)],
  [
    /^\/runs\/([^/]+)\/why$/,
    (_query, [id]) => found(runById(id), (run) => ({ sentence: sentence(run), facts: {} })),
  ],
  [/^\/runs\/([^/]+)\/log$/, (query) => logPage(query)],
  [/^\/(workers|pools|switches|users|groups|keys)$/, () => []],
  [/^\/audit$/, (query) => page([], query)],
  [/^\/settings$/, () => ({ store: "sqlite:///mock.db", workers: 4, lease: 15 })],
  [/^\/health\/ready$/, () => ({ status: "ok", store: true, services: [] })],
];

function found<T, A>(value: T | undefined, answer: (value: T) => A): A | undefined {
  return value === undefined ? undefined : answer(value);
}

function sentence(run: RunView): string {
  if (run.state === "running")
    return `${run.job}, due ${run.slot}, has been running on worker ${run.worker} since ${run.started} (attempt 1)`;
  if (run.state === "failed")
    return `${run.job}, due ${run.slot}, failed: the program ended with exit code 1 (attempt 2)`;
  return `${run.job}, due ${run.slot}, ${run.state === "succeeded" ? "ran and succeeded" : `was ${run.state}`}`;
}

function today(query: URLSearchParams) {
  const running = of(world.runs, query).filter((run) => run.state === "running");
  const next = of(world.jobs, query)
    .filter((job) => job.next)
    .sort((a, b) => (a.next ?? "").localeCompare(b.next ?? ""));
  return {
    now: iso(Date.now()),
    running: running.slice(0, 50).map((run, at) => ({
      run,
      usual: at % 4 === 3 ? null : (world.results[run.job]?.[0]?.duration ?? null),
      share: at === 0 ? 0.62 : null,
    })),
    queued: world.jobs.filter((job) => job.state === "queued").length,
    next: next.slice(0, 50).map((job) => ({ job: job.id, slot: job.next, local: job.next, schedule: "0" })),
    needs: world.needs,
  };
}

function logPage(query: URLSearchParams) {
  const first = Number(query.get("after") ?? -1) + 1;
  const end = Math.min(LINES, first + Number(query.get("limit") ?? 1000));
  const chunks = Array.from({ length: Math.max(0, end - first) }, (_, at) =>
    logChunk(first + at, began - (LINES - first - at) * 37),
  );
  return { chunks, next: end - 1, more: end < LINES };
}

function jobDetail(id: string | undefined) {
  const job = world.jobs.find((each) => each.id === id);
  if (!job) return undefined;
  return {
    job,
    description: "Copies what changed since the last run.",
    definition: {},
    gaps: [],
    schedules: job.schedules.map((words, at) => ({
      id: `${job.id}#${at}`,
      key: String(at),
      words,
      zone: "Europe/Berlin",
      next: job.next,
      dst: "On 28 Mar 2027 the clocks go forward: 02:30 does not exist and is run at 03:00",
      over: null,
    })),
    runs: world.runs.filter((run) => run.job === id).slice(0, 10),
  };
}

function runsWanted(query: URLSearchParams) {
  const states = query.getAll("state");
  const job = query.get("job");
  return of(world.runs, query).filter(
    (run) => (!states.length || states.includes(run.state)) && (!job || run.job === job),
  );
}

function json(response: ServerResponse, status: number, body: unknown, type = "application/json"): void {
  response.writeHead(status, { "content-type": type });
  response.end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, detail: string): void {
  json(
    response,
    status,
    { type: "/problems/mock", title: "Problem", status, detail, errors: [] },
    "application/problem+json",
  );
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://mock");
  response.setHeader("content-security-policy", CSP);
  if (!url.pathname.startsWith("/api/v1")) return file(url.pathname, response);
  const path = decodeURIComponent(url.pathname.slice("/api/v1".length));
  if (request.method !== "GET") return act(path, response);
  for (const [pattern, get] of GETS) {
    const match = pattern.exec(path);
    const body = match && get(url.searchParams, match.slice(1));
    if (body) return json(response, 200, body);
  }
  problem(response, 404, `${path}: there is no such thing`);
}

class Refused extends Error {}

/** Kill, run again, run: the run changes, and whoever listens hears of it. */
function act(path: string, response: ServerResponse): void {
  const [, noun, id, verb] = path.split("/");
  const run = noun === "runs" ? runById(id) : undefined;
  if (run && verb === "cancel") {
    Object.assign(run, { state: "cancelled", reason: "user", finished: iso(Date.now()), duration: 1 });
    tell({ event: "run", run });
    json(response, 200, run);
    return;
  }
  const job = noun === "jobs" ? world.jobs.find((each) => each.id === id) : undefined;
  const like = run ?? world.runs.find((each) => each.job === job?.id);
  if (!like || !["run", "retry"].includes(verb ?? "")) throw new Refused(`${path}: the mock cannot do that`);
  const now = iso(Date.now());
  const made: RunView = {
    ...like,
    id: `mock${Date.now().toString(36)}`,
    origin: "manual",
    state: "running",
    reason: null,
    exit_code: null,
    attempt: 1,
    slot: null,
    created: now,
    started: now,
    finished: null,
    duration: null,
  };
  world.runs.unshift(made);
  tell({ event: "run", run: made });
  json(response, 202, made);
}

async function file(path: string, response: ServerResponse): Promise<void> {
  if (path === "/") {
    response.writeHead(307, { location: "/ui/" });
    response.end();
    return;
  }
  const name = normalize(path.replace(/^\/ui\/?/, "")) || "index.html";
  try {
    const body = await readFile(join(values.pages, name === "." ? "index.html" : name));
    response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "text/html; charset=utf-8" });
    response.end(body);
  } catch {
    if (name.startsWith("assets/")) return problem(response, 404, path);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(await readFile(join(values.pages, "index.html")));
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) =>
    problem(response, error instanceof Refused ? 422 : 500, String(error.message)),
  );
});
const sockets = new WebSocketServer({ server, path: "/api/v1/live" });
const following = new Map<WebSocket, string>();

function tell(event: object): void {
  for (const socket of sockets.clients) socket.send(JSON.stringify(event));
}

sockets.on("connection", (socket) => {
  let messages = 0;
  socket.on("message", (text) => {
    const { subscribe = [] } = JSON.parse(String(text));
    for (const topic of subscribe) if (topic.log) following.set(socket, topic.id);
    socket.send(JSON.stringify({ event: "subscribed", count: subscribe.length, messages: ++messages }));
  });
  socket.on("close", () => following.delete(socket));
});
setInterval(() => tell({ event: "ping" }), 15_000);
let seq = LINES;
setInterval(() => {
  const lines = [0, 1, 2].map((n) => logPiece(seq + n, Date.now()));
  seq += lines.length;
  for (const [socket, run] of following)
    socket.send(JSON.stringify({ event: "log", run, attempt: 1, lines }));
}, 250);

server.listen(Number(values.port), "127.0.0.1", () => console.log(`http://127.0.0.1:${values.port}/ui/`));
