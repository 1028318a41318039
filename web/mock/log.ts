/** A made-up log: colours, log records, stderr and Tickwork's own words, the same for the same number. */

import type { LogPage, LogPiece } from "../src/api/types.ts";
import { dice, iso } from "./world.ts";

type Chunk = LogPage["chunks"][number];

const WORDS =
  "loading batch of rows from the warehouse into the index while checking each price against the ledger".split(
    " ",
  );

interface Said {
  stream: Chunk["stream"];
  text: string;
  level?: string;
}

function said(seq: number): Said {
  const random = dice(seq);
  const word = () => WORDS[Math.floor(random() * WORDS.length)];
  const text = Array.from({ length: 4 + Math.floor(random() * 10) }, word).join(" ");
  if (seq % 97 === 0) return { stream: "system", text: "12 kB are left out here" };
  if (seq % 39 === 0) return { stream: "record", level: "ERROR", text };
  if (seq % 26 === 0) return { stream: "record", level: "WARNING", text };
  if (seq % 13 === 0) return { stream: "record", level: "INFO", text };
  if (seq % 17 === 0) return { stream: "stderr", text: `\x1b[1;31merror:\x1b[0m ${text}` };
  if (seq % 5 !== 0) return { stream: "stdout", text: `${seq} ${text}` };
  const took = `\x1b[2m(${Math.floor(random() * 900)} ms)\x1b[0m`;
  return { stream: "stdout", text: `\x1b[32m✓\x1b[0m ${text} ${took} \x1b[38;5;208m${seq}\x1b[0m` };
}

/** As it is stored. */
export function logChunk(seq: number, at: number): Chunk {
  const { stream, text, level } = said(seq);
  const record = JSON.stringify({ level, logger: "etl.load", message: text });
  return { seq, at: iso(at), stream, text: level ? record : `${text}\n` };
}

/** As the socket says it. */
export function logPiece(seq: number, at: number): LogPiece {
  const { stream, text, level } = said(seq);
  return {
    seq,
    at: iso(at),
    stream,
    text: level ? `etl.load: ${text}\n` : `${text}\n`,
    level: level ?? null,
  };
}
