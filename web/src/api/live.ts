/** The socket at /api/v1/live: says what changed, as long as anybody listens.
 *
 * It reconnects by itself, with growing pauses and jitter. What was read before the server told us of changes (`joined`),
 * or before it dropped something (`resync`), may be old: the listener fetches it again.
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
  /** After so many of our messages. */
  | { event: "subscribed"; count: number; messages: number }
  | { event: "refused"; subscription: Topic | null; why: string }
  | { event: "resync"; why: string }
  | { event: "ping" }
  /** Our own: from here on everything of the feeds that were asked for is told. `again`: after some that was not. */
  | { event: "joined"; again: boolean };

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
/** The server pings each 20 s; silence for longer is a dead connection that nobody told us of. */
const SILENCE_MS = 45_000;
/** A handshake that takes longer was lost on its way. */
const HANDSHAKE_MS = 15_000;

/** Topics that begin with nothing: what changed before was not told. */
const FEEDS: ReadonlySet<Topic["topic"]> = new Set(["runs", "definitions"]);

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
  private open = false;
  /** So many messages went through this socket … */
  private said = 0;
  /** … up to the last one that asked for a feed, which is told nothing but what changes; 0: the server has heard it. */
  private awaited = 0;
  private failures = 0;
  private joinedBefore = false;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: Parts = { open: ownSocket, random: Math.random }) {
    this.parts = parts;
  }

  start(): void {
    if (this.socket || this.pause) return;
    const socket = this.parts.open();
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (message) => this.received(JSON.parse(String(message.data)) as LiveEvent);
    socket.onclose = () => this.lost();
    this.listenFor(HANDSHAKE_MS);
  }

  stop(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
    this.hangUp();
    this.state.set("connecting");
  }

  /** Try at once: the network is back, the server has answered, the page is looked at again. */
  wake(): void {
    if (!this.pause) return;
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
      this.ask([topic]);
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

  private opened(): void {
    this.open = true;
    this.listenFor(SILENCE_MS);
    this.ask([...this.topics.values()].map((each) => each.topic));
    if (this.awaited === 0) this.joined();
  }

  private received(event: LiveEvent): void {
    this.listenFor(SILENCE_MS);
    if (event.event === "subscribed" && this.awaited > 0 && event.messages >= this.awaited) this.joined();
    // The server could not take in what we said (its store is away): nobody knows what it tells us of now.
    if (event.event === "refused" && event.subscription === null) this.lost();
    else this.emit(event);
  }

  private joined(): void {
    this.awaited = 0;
    this.failures = 0;
    this.state.set("live");
    this.emit({ event: "joined", again: this.joinedBefore });
    this.joinedBefore = true;
  }

  private lost(): void {
    this.hangUp();
    this.state.set("lost");
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    // Full jitter: a restarted server does not meet all its pages at once.
    this.pause = setTimeout(() => this.wake(), longest * (0.5 + this.parts.random() / 2));
  }

  /** Without waiting for the other side to agree: it may be gone. */
  private hangUp(): void {
    clearTimeout(this.silence);
    const { socket } = this;
    this.socket = null;
    this.open = false;
    this.said = this.awaited = 0;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private listenFor(ms: number): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), ms);
  }

  private ask(topics: Topic[]): void {
    if (topics.length === 0) return;
    this.say({ subscribe: topics });
    if (topics.some((each) => FEEDS.has(each.topic))) this.awaited = this.said;
  }

  private say(message: object): void {
    if (!this.open) return;
    this.said += 1;
    this.socket?.send(JSON.stringify(message));
  }

  private emit(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function ownSocket(): Socket {
  return new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`) as Socket;
}

export const live = new Live();
