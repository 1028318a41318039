/** The lines of a log, held compactly, with the rows that a filter leaves and those that a search finds. */

import type { LogPiece } from "@/api/types.ts";
import { plainText } from "./ansi.ts";

export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;

export interface LogFilter {
  /** "" shows all streams. */
  stream: string;
  /** The lowest level that is shown; "" shows all. Lines without a level are shown only then. */
  level: string;
}

export const EVERYTHING: LogFilter = { stream: "", level: "" };

export class LogBuffer {
  private readonly lines: LogPiece[] = [];
  /** Indexes of the lines that the filter leaves; null: all of them. */
  private rows: number[] | null = null;
  private filter: LogFilter = EVERYTHING;
  private query = "";
  /** Rows in which the query is found. */
  private found: number[] = [];
  private lastSeq = -1;
  /** By stream: the line that the next piece goes on with. */
  private readonly open = new Map<string, number>();
  /** The first line that an append has changed. */
  private touched = 0;

  get length(): number {
    return this.rows === null ? this.lines.length : this.rows.length;
  }

  get total(): number {
    return this.lines.length;
  }

  get matches(): readonly number[] {
    return this.found;
  }

  get last(): number {
    return this.lastSeq;
  }

  row(at: number): LogPiece | undefined {
    const line = this.rows === null ? at : this.rows[at];
    return line === undefined ? undefined : this.lines[line];
  }

  /** Pieces that are here already (the socket and what was fetched overlap) are left out. Whether any was new. */
  append(pieces: readonly LogPiece[]): boolean {
    this.touched = this.lines.length;
    const before = this.lastSeq;
    for (const piece of pieces) {
      if (piece.seq <= this.lastSeq) continue;
      this.lastSeq = piece.seq;
      this.keep(piece);
    }
    this.searchAgain(this.touched);
    return this.lastSeq !== before;
  }

  setFilter(filter: LogFilter): void {
    this.filter = filter;
    if (filter.stream === "" && filter.level === "") {
      this.rows = null;
    } else {
      this.rows = [];
      for (let at = 0; at < this.lines.length; at += 1) this.admit(at);
    }
    this.setQuery(this.query);
  }

  /** Case does not matter. */
  setQuery(query: string): void {
    this.query = query.toLowerCase();
    this.found = [];
    this.search(0);
  }

  /** The match that follows the row (or comes before it, with `back`), going round at the end. */
  nextMatch(row: number, back: boolean): number | undefined {
    if (back) return this.found.findLast((at) => at < row) ?? this.found.at(-1);
    return this.found.find((at) => at > row) ?? this.found[0];
  }

  /** A piece may hold several lines, and go on where the last one of its stream ended within a line. */
  private keep(piece: LogPiece): void {
    const lines = piece.text.split("\n");
    const unfinished = this.open.get(piece.stream);
    const before = unfinished === undefined ? undefined : this.lines[unfinished];
    if (unfinished !== undefined && before) {
      this.touched = Math.min(this.touched, unfinished);
      this.lines[unfinished] = { ...before, text: before.text + lines.shift() };
      if (lines.length === 0) return;
    }
    this.open.delete(piece.stream);
    const last = lines.pop();
    for (const text of lines) this.add(piece, text);
    if (!last) return;
    this.open.set(piece.stream, this.lines.length);
    this.add(piece, last);
  }

  private add(piece: LogPiece, text: string): void {
    this.lines.push(text === piece.text ? piece : { ...piece, text });
    this.admit(this.lines.length - 1);
  }

  private admit(at: number): void {
    const line = this.lines[at];
    if (this.rows !== null && line && admits(this.filter, line)) this.rows.push(at);
  }

  /** Of lines from `line` on, which have come or have become longer. */
  private searchAgain(line: number): void {
    const after = this.rows === null ? line : this.rows.findLastIndex((each) => each < line) + 1;
    while ((this.found.at(-1) ?? -1) >= after) this.found.pop();
    this.search(after);
  }

  private search(from: number): void {
    if (!this.query) return;
    for (let at = from; at < this.length; at += 1) {
      const line = this.row(at);
      if (line && plainText(line.text).toLowerCase().includes(this.query)) this.found.push(at);
    }
  }
}

function admits({ stream, level }: LogFilter, line: LogPiece): boolean {
  if (stream && line.stream !== stream) return false;
  if (!level) return true;
  return rank(line.level) >= rank(level);
}

/** A level that nobody knows is shown, as one between INFO and WARNING. */
function rank(level: string | null | undefined): number {
  if (!level) return -1;
  const at = (LEVELS as readonly string[]).indexOf(level);
  return at === -1 ? 1.5 : at;
}
