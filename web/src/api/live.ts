/** The socket at /api/v1/live: says what changed, as long as anybody listens.
 *
 * It reconnects by itself, with growing pauses and jitter; after each reconnection, and when the server dropped
 * something (`resync`), what is shown may be old: the listener to `resync` fetches it again.
 */

import { Watched } from "@/core/store.ts";
import type { LogPiece, ProgressView, RunView, WorkerView } from "./types.ts";

export type Topic =
  | { topic: "runs"; project?: string }
  /** With its log: of the attempt, from behind the chunk `after` on. */
  | { topic: "run"; id: string; log?: boolean; attempt?: number; after?: number }
  | { topic: "workers" }
  | { topic: "definitions" };

export type LiveEvent =
  | { event: "run"; run: RunView }
  | { event: "log"; run: string; attempt: number; lines: LogPiece[] }
  /** We read too slowly: so many lines were not sent. They are stored. */
  | { event: "skipped"; run: string; attempt: number; lines: number | null }
  /** The run is over, and so is its log. */
  | { event: "end"; run: string }
  | { event: "progress"; run: string; progress: ProgressView }
  | { event: "worker"; worker: WorkerView; gone: boolean }
  | { event: "definition"; kind: string; id: string }
  | { event: "subscribed"; count: number }
  | { event: "refused"; subscription: Topic | null; why: string }
  | { event: "resync"; why: string }
  | { event: "ping" };

export type LiveState = "connecting" | "live" | "lost";

/** The part of WebSocket that is used; tests bring their own. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send: (text: string) => void;
  close: () => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** The server pings each 15 s; silence for longer is a dead connection that nobody told us of. */
const SILENCE_MS = 40_000;

interface Parts {
  open: () => Socket;
  random: () => number;
}

export class Live {
  readonly state = new Watched<LiveState>("connecting");
  private readonly parts: Parts;
  private readonly listeners = new Set<(event: LiveEvent) => void>();
  private readonly topics = new Map<string, { topic: Topic; users: number }>();
  private socket: Socket | null = null;
  private failures = 0;
  private opened = false;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: Parts = { open: ownSocket, random: Math.random }) {
    this.parts = parts;
  }

  start(): void {
    if (this.socket || this.pause) return;
    const socket = this.parts.open();
    this.socket = socket;
    socket.onopen = () => this.connected();
    socket.onmessage = (message) => this.received(message.data);
    socket.onclose = () => this.closed();
    this.heard();
  }

  stop(): void {
    clearTimeout(this.pause);
    clearTimeout(this.silence);
    this.pause = undefined;
    if (this.socket) this.socket.onclose = null;
    this.socket?.close();
    this.socket = null;
    this.state.set("connecting");
  }

  /** Try at once: the network is back, the page is looked at again. */
  wake(): void {
    if (this.socket || !this.pause) return;
    clearTimeout(this.pause);
    this.pause = undefined;
    this.start();
  }

  listen(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Hear of a topic from now on; returns what ends that. Several may ask for the same one. */
  subscribe(topic: Topic): () => void {
    const key = JSON.stringify(topic);
    const known = this.topics.get(key);
    if (known) known.users += 1;
    else {
      this.topics.set(key, { topic, users: 1 });
      this.say({ subscribe: [topic] });
    }
    return () => {
      const mine = this.topics.get(key);
      if (!mine) return;
      mine.users -= 1;
      if (mine.users > 0) return;
      this.topics.delete(key);
      this.say({ unsubscribe: [topic] });
    };
  }

  private connected(): void {
    const again = this.opened;
    this.opened = true;
    this.failures = 0;
    this.state.set("live");
    if (this.topics.size) this.say({ subscribe: [...this.topics.values()].map((each) => each.topic) });
    if (again) this.emit({ event: "resync", why: "the connection was lost" });
  }

  private received(text: unknown): void {
    this.heard();
    this.emit(JSON.parse(String(text)) as LiveEvent);
  }

  private closed(): void {
    clearTimeout(this.silence);
    this.socket = null;
    this.state.set("lost");
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    // Full jitter: a restarted server does not meet all its pages at once.
    this.pause = setTimeout(
      () => {
        this.pause = undefined;
        this.start();
      },
      longest * (0.5 + this.parts.random() / 2),
    );
  }

  private heard(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.close(), SILENCE_MS);
  }

  private say(message: object): void {
    if (this.state.get() === "live") this.socket?.send(JSON.stringify(message));
  }

  private emit(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function ownSocket(): Socket {
  return new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`) as Socket;
}

export const live = new Live();
