/** Numbers, lengths and moments as text. */

const UNITS: readonly [seconds: number, letter: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** A length in seconds as people write it: `420 ms`, `8.2 s`, `3 min 05 s`, `2 h 10 min`, `4 d 3 h`. */
export function lengthText(seconds: number): string {
  if (seconds < 0) return `−${lengthText(-seconds)}`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const at = UNITS.findIndex(([size]) => whole >= size);
  const [size, letter] = UNITS[at] ?? [1, "s"];
  const rest = UNITS[at + 1];
  const head = `${Math.floor(whole / size)} ${letter}`;
  if (!rest) return head;
  const more = Math.floor((whole % size) / rest[0]);
  return more ? `${head} ${String(more).padStart(2, "0")} ${rest[1]}` : head;
}

/** The same with one unit: `8 s`, `3 min`, `2 h`, `4 d`. */
export function roughLength(seconds: number): string {
  const whole = Math.max(0, seconds);
  const [size, letter] = UNITS.find(([unit]) => whole >= unit) ?? [1, "s"];
  return `${Math.floor(whole / size)} ${letter}`;
}

/** A countdown: by the second within the hour (`0:42`, `12:05`), calmer before it (`3 h 00 min`, `2 d 2 h`). */
export function countdownText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole >= 86_400) return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours} h ${two(minutes)} min` : `${minutes}:${two(whole % 60)}`;
}

/** Relative to `now` (ms): `in 3 min`, `12 s ago`, `now`. */
export function relativeText(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0 ? `in ${roughLength(seconds)}` : `${roughLength(-seconds)} ago`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat("en-GB", { ...options, ...(zone ? { timeZone: zone } : {}) });
    formats.set(key, made);
  }
  return made;
}

/** `14:05`, `14:05:09` */
export function clockText(at: number, zone?: string, seconds = false): string {
  return format(zone, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  }).format(at);
}

/** `Wed 26 Nov` */
export function dayText(at: number, zone?: string): string {
  return format(zone, { weekday: "short", day: "numeric", month: "short" }).format(at).replace(",", "");
}

/** `Wed 26 Nov 2026, 14:05:09 CET` */
export function exactText(at: number, zone?: string): string {
  const day = format(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(at);
  const time = format(zone, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(at);
  return `${day.replace(",", "")}, ${time}`;
}

/** Today only the time, else the day too. */
export function momentText(at: number, now: number, zone?: string): string {
  const day = dayText(at, zone);
  return day === dayText(now, zone) ? clockText(at, zone, true) : `${day} ${clockText(at, zone)}`;
}

const WEEK_MS = 6 * 86_400_000;

/** What comes, as short as can be: `14:05`, within a week `Fri 14:05`, later `1 Dec`. */
export function soonText(at: number, now: number, zone?: string): string {
  if (dayText(at, zone) === dayText(now, zone)) return clockText(at, zone);
  if (at - now < WEEK_MS) return `${format(zone, { weekday: "short" }).format(at)} ${clockText(at, zone)}`;
  const year = format(zone, { year: "numeric" });
  const sameYear = year.format(at) === year.format(now);
  return format(zone, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(
    at,
  );
}

/** A share as full percents: `42 %`; only what is whole is `100 %`. */
export function percentText(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

export function countText(n: number): string {
  return n.toLocaleString("en-GB").replaceAll(",", " ");
}

/** With a great letter at the beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 run`, `3 runs` */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${countText(n)} ${n === 1 ? one : many}`;
}
