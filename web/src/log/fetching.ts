/** Reading a stored log, page by page. */

import { api, data } from "@/api/client.ts";
import type { LogPage, LogPiece } from "@/api/types.ts";

/** Chunks; the first page is small, so that something is seen at once. */
const FIRST = 200;
const MORE = 5_000;

export interface Wanted {
  run: string;
  attempt: number;
  /** Behind this chunk; -1: from the first one on. */
  after: number;
  signal: AbortSignal;
}

export async function fetchPieces(wanted: Wanted, got: (pieces: LogPiece[]) => void): Promise<void> {
  const { run, attempt, signal } = wanted;
  let after = wanted.after;
  for (let limit = FIRST; !signal.aborted; limit = MORE) {
    const params = { path: { run }, query: { attempt, after, limit } };
    // As text only for whoever asks for that.
    const page = (await data(api.GET("/api/v1/runs/{run}/log", { params, signal }))) as LogPage;
    got(page.chunks.map(pieceOf));
    after = page.next;
    if (!page.more) return;
  }
}

type Chunk = LogPage["chunks"][number];

/** A stored record is JSON; it is shown as the socket says it: `logger: message`, and the traceback below. */
function pieceOf({ seq, at, stream, text }: Chunk): LogPiece {
  if (stream !== "record") return { seq, at, stream, text };
  try {
    const { level, logger, message, exception } = JSON.parse(text) as Record<
      string,
      string | null | undefined
    >;
    const trace = exception ? `\n${exception.trimEnd()}` : "";
    return { seq, at, stream, text: `${logger ?? ""}: ${message ?? ""}${trace}\n`, level: level || null };
  } catch {
    return { seq, at, stream, text };
  }
}
