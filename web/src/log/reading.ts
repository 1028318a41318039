/** Fills a buffer with the log of an attempt: what is stored, then what comes. */

import { type Live, type LiveEvent, live } from "@/api/live.ts";
import type { LogPiece } from "@/api/types.ts";
import type { LogBuffer } from "./buffer.ts";
import { fetchPieces } from "./fetching.ts";

export interface Read {
  run: string;
  attempt: number;
  /** No later attempt has begun: more may come. */
  newest: boolean;
}

interface Parts {
  fetch: typeof fetchPieces;
  live: Pick<Live, "listen" | "subscribe">;
}

export class Reading {
  private readonly what: Read;
  private readonly buffer: LogBuffer;
  /** Tells that the buffer has changed; with `null` or what went wrong when all that is stored was asked for. */
  private readonly tell: (done?: Error | null) => void;
  private readonly parts: Parts;
  private readonly ending = new AbortController();
  private readonly unlisten: () => void;
  private unsubscribe: (() => void) | undefined;
  private fetching = 0;
  /** The buffer takes pieces in their order: what comes while older ones are fetched waits for those. */
  private early: LogPiece[] = [];
  /** Nothing is missing before what comes next. */
  private whole = false;

  constructor(
    what: Read,
    buffer: LogBuffer,
    tell: (done?: Error | null) => void,
    parts: Parts = { fetch: fetchPieces, live },
  ) {
    this.what = what;
    this.buffer = buffer;
    this.tell = tell;
    this.parts = parts;
    this.unlisten = parts.live.listen(this.heard);
    void this.catchUp();
  }

  stop(): void {
    this.ending.abort();
    this.unlisten();
    this.unsubscribe?.();
  }

  private async catchUp(): Promise<void> {
    const { run, attempt } = this.what;
    const { signal } = this.ending;
    this.fetching += 1;
    try {
      await this.parts.fetch({ run, attempt, after: this.buffer.last, signal }, this.take);
      this.caughtUp();
    } catch (error) {
      this.fetching -= 1;
      this.early = [];
      this.whole = false;
      if (!signal.aborted) this.tell(error as Error);
    }
  }

  private caughtUp(): void {
    this.fetching -= 1;
    if (this.ending.signal.aborted || this.fetching > 0) return;
    this.take(this.early);
    this.early = [];
    this.whole = true;
    const { run, attempt, newest } = this.what;
    // What comes between the last answer and the subscription is asked for by `after`.
    if (newest)
      this.unsubscribe ??= this.parts.live.subscribe({
        topic: "run",
        id: run,
        log: true,
        attempt,
        after: this.buffer.last,
      });
    this.tell(null);
  }

  private take = (pieces: readonly LogPiece[]): void => {
    if (this.buffer.append(pieces)) this.tell();
  };

  private heard = (event: LiveEvent): void => {
    const { run, attempt } = this.what;
    if (isMissing(event, run)) void this.catchUp();
    if (event.event !== "log" || event.run !== run || event.attempt !== attempt) return;
    if (this.fetching > 0) this.early.push(...event.lines);
    else if (this.whole) this.take(event.lines);
    else void this.catchUp();
  };
}

/** Whether something may not have been told. */
function isMissing(event: LiveEvent, run: string): boolean {
  if (event.event === "joined") return event.again;
  return event.event === "resync" || (event.event === "skipped" && event.run === run);
}
