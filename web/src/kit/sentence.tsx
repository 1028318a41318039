import { Time } from "./time.tsx";

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;

/** A sentence of the server: its moments, exact and in UTC there, are told on the chosen clock. */
export function Sentence({ text, zone }: { text: string; zone?: string }) {
  const moments = text.match(MOMENT) ?? [];
  const clock = zone === undefined ? {} : { zone };
  return text
    .split(MOMENT)
    .flatMap((part, at) => [part, moments[at] && <Time key={at} at={moments[at]} show="clock" {...clock} />]);
}
