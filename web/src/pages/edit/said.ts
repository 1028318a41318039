/** A definition as the form changes it: a table in the words of a board, never changed in place. */

import type { Said } from "@/api/types.ts";

export const RUNNERS = ["shell", "script", "call", "http", "console", "command", "elsewhere"] as const;
export type Runner = (typeof RUNNERS)[number];

/** What goes with each runner, and with no other. */
const BESIDE: Record<Runner, readonly string[]> = {
  shell: ["stdin"],
  script: ["stdin"],
  call: ["args", "kwargs", "path", "mode", "pickle", "app"],
  http: [],
  console: [],
  command: ["payload"],
  elsewhere: [],
};
/** What only whoever starts a run can see to: nothing of it goes with what runs elsewhere. */
const OF_WHO_STARTS = ["needs", "after", "on", "retries", "secrets", "cleanup"];

const TRIGGERS = ["cron", "every", "months", "at", "after_completion"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What a fresh schedule of each kind says. */
const FRESH: Record<Trigger, unknown> = {
  cron: "0 4 * * *",
  every: "5m",
  months: 1,
  at: [],
  after_completion: "10m",
};

/** The keys that belong to a schedule; a job with one schedule says them itself. */
const TIMING = [
  ...TRIGGERS,
  "zone",
  "from",
  "until",
  "duration",
  "repeat",
  "gap",
  "fold",
  "interval",
  "exclude",
  "spread",
  "jitter",
  "catch_up",
  "start_deadline",
] as const;

/** The table with `key` set; taken away if the value says nothing. */
export function put(said: Said, key: string, value: unknown): Said {
  if (!isNothing(value)) return { ...said, [key]: value };
  const { [key]: _gone, ...rest } = said;
  return rest;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export function without(said: Said, keys: readonly string[]): Said {
  return Object.fromEntries(Object.entries(said).filter(([key]) => !keys.includes(key)));
}

export function runnerOf(said: Said): Runner {
  return RUNNERS.find((runner) => runner in said) ?? "shell";
}

/** Another kind of runner: what was written for the old one stays where the new one takes the same. */
export function withRunner(said: Said, runner: Runner): Said {
  const old = runnerOf(said);
  const text = typeof said[old] === "string" ? said[old] : "";
  const gone = BESIDE[old].filter((key) => !BESIDE[runner].includes(key));
  const beside = runner === "elsewhere" ? OF_WHO_STARTS : [];
  const fresh = ["call", "command", "elsewhere"].includes(runner) || old === "elsewhere";
  const value = runner === "http" ? { url: "" } : fresh ? "" : text;
  return { [runner]: value, ...without(said, [...RUNNERS, ...gone, ...beside]) };
}

/** What may be said as one word or as a list. */
export function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(String);
}

/** The same, where all of it is names: undefined where there are tables among it. */
export function namesOf(value: unknown): string[] | undefined {
  const all: unknown[] = Array.isArray(value) ? value : [value ?? []].flat();
  return all.every((each) => typeof each === "string") ? all : undefined;
}

/** Words, with blanks or commas between. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** Where it runs, and how long word of it is waited for, however that was written. */
export function elsewhereOf(said: Said): { where: string; within: unknown } {
  const { elsewhere } = said;
  if (typeof elsewhere !== "object" || elsewhere === null)
    return { where: String(elsewhere ?? ""), within: undefined };
  const { where, within } = elsewhere as Said;
  return { where: String(where ?? ""), within };
}

/** All schedules of a job, each with what they have in common. */
export function schedulesOf(said: Said): Said[] {
  const common = Object.fromEntries(Object.entries(said).filter(([key]) => TIMING.includes(key as never)));
  const listed = said.schedules;
  if (listed !== undefined) {
    const tables = (Array.isArray(listed) ? listed : [listed]) as Said[];
    return tables.map((table) => ({ ...common, ...table }));
  }
  return triggerOf(common) ? [common] : [];
}

/** One schedule stands in the job itself, several in a list. What the last one said of its zone goes with it. */
export function withSchedules(said: Said, schedules: readonly Said[]): Said {
  const rest = without(said, [...TIMING, "schedules"]);
  const [only] = schedules;
  if (only && schedules.length === 1 && !("key" in only)) return { ...rest, ...only };
  return schedules.length ? { ...rest, schedules } : rest;
}

export function triggerOf(schedule: Said): Trigger | undefined {
  return TRIGGERS.find((trigger) => trigger in schedule);
}

export function withTrigger(schedule: Said, trigger: Trigger): Said {
  return { [trigger]: FRESH[trigger], ...without(schedule, TRIGGERS) };
}

interface Length {
  count: number;
  unit: string;
}

export const UNITS = [
  { value: "s", label: "seconds" },
  { value: "m", label: "minutes" },
  { value: "h", label: "hours" },
  { value: "d", label: "days" },
  { value: "w", label: "weeks" },
] as const;

/** `90s`, `5m`, 90: what one number and one unit can say; null for `1h30m` and tables. */
export function lengthOf(value: unknown): Length | null {
  if (typeof value === "number") return { count: value, unit: "s" };
  const found = typeof value === "string" ? /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(value.trim()) : null;
  return found ? { count: Number(found[1]), unit: found[2] ?? "s" } : null;
}

export type AfterOn = "success" | "failure" | "any";

/** The jobs that set it off, however that was written: a name, names, or a table. */
export function afterOf(said: Said): [job: string, on: AfterOn][] {
  const { after } = said;
  if (typeof after === "string") return [[after, "success"]];
  if (Array.isArray(after)) return after.map((job) => [String(job), "success"]);
  return after && typeof after === "object" ? (Object.entries(after) as [string, AfterOn][]) : [];
}

/** The jobs whose results it needs, those with conditions of their own (`same_slot`) as they are. */
export function needsOf(said: Said): (string | Said)[] {
  const { needs } = said;
  if (needs === undefined) return [];
  return (Array.isArray(needs) ? needs : [needs]) as (string | Said)[];
}

export function neededJob(need: string | Said): string {
  return typeof need === "string" ? need : String(need.job ?? "");
}

/** `A=1` lines as a table; undefined where a line has no name. */
export function pairsOf(text: string, sign: "=" | ":"): Record<string, string> | undefined {
  const lines = text.split("\n").filter((line) => line.trim());
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf(sign);
    return at < 0 ? ["", ""] : [line.slice(0, at).trim(), line.slice(at + 1).replace(/^ /, "")];
  });
  return pairs.some(([name]) => name === "") ? undefined : Object.fromEntries(pairs);
}

export function pairsText(table: unknown, sign: "=" | ":"): string {
  const space = sign === ":" ? " " : "";
  return Object.entries((table ?? {}) as Record<string, unknown>)
    .map(([name, value]) => `${name}${sign}${space}${value}`)
    .join("\n");
}

/** YAML that says the same as a table that the server cannot write because something in it is wrong: a key a line, its
 * value as JSON, which YAML reads. */
export function roughYaml(said: Said): string {
  return Object.entries(said)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

/** What of a job is about when it runs: what the server puts in words. */
export function timingOf(said: Said): Said {
  return Object.fromEntries(
    Object.entries(said).filter(([key]) => key === "schedules" || TIMING.includes(key as never)),
  );
}
