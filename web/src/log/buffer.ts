/** The lines of a log, held compactly, with the rows that a filter leaves and those that a search finds. */

import type { LogLine } from "@/api/types.ts";
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
  private readonly lines: LogLine[] = [];
  /** Indexes of the lines that the filter leaves; null: all of them. */
  private rows: number[] | null = null;
  private filter: LogFilter = EVERYTHING;
  private query = "";
  /** Rows in which the query is found. */
  private found: number[] = [];
  private lastSeq = -1;

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

  row(at: number): LogLine | undefined {
    const line = this.rows === null ? at : this.rows[at];
    return line === undefined ? undefined : this.lines[line];
  }

  /** Lines that are here already (the socket and the first fetch overlap) are left out. Returns how many were new. */
  append(lines: readonly LogLine[]): number {
    const before = this.lines.length;
    const from = this.length;
    for (const line of lines) {
      if (line.seq <= this.lastSeq) continue;
      this.lastSeq = line.seq;
      this.keep(line);
    }
    this.search(from);
    return this.lines.length - before;
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

  /** A piece of several lines becomes several. */
  private keep(line: LogLine): void {
    const text = line.text.endsWith("\n") ? line.text.slice(0, -1) : line.text;
    if (!text.includes("\n")) {
      this.lines.push(text === line.text ? line : { ...line, text });
      this.admit(this.lines.length - 1);
      return;
    }
    for (const piece of text.split("\n")) {
      this.lines.push({ ...line, text: piece });
      this.admit(this.lines.length - 1);
    }
  }

  private admit(at: number): void {
    const line = this.lines[at];
    if (this.rows !== null && line && admits(this.filter, line)) this.rows.push(at);
  }

  private search(from: number): void {
    if (!this.query) return;
    for (let at = from; at < this.length; at += 1) {
      const line = this.row(at);
      if (line && plainText(line.text).toLowerCase().includes(this.query)) this.found.push(at);
    }
  }
}

function admits({ stream, level }: LogFilter, line: LogLine): boolean {
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
