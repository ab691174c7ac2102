/** Server-sent events for the dashboard: a first look with history, then a sample every so often, and every alert. */
import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { type BodyStream, toJson } from '../call.ts';
import { EventClient } from './client.ts';
import { EventRing } from './ring.ts';

/** What is sent. */
export interface EventSources {
  /** Figures of now; its JSON is sent. */
  sample(): unknown;
  /** Figures of the time before, for who comes new. */
  history(): unknown;
  /** Calls `tell` at every alert, until the returned function is called. */
  onAlert(tell: (alert: unknown) => void): () => void;
}

const MOST_CLIENTS = 16;
const MOST_QUEUED = 1024 * 1024;
const MOST_KEPT = 600;
const MOST_KEPT_LENGTH = 2 * 1024 * 1024;
/** How long a client is to wait before it comes again, ms. */
const RETRY_MS = 2_000;

/** Sends events to whoever listens. While nobody does, nothing runs. */
export class EventHub {
  readonly #sources: EventSources;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  /** Event ids of an earlier process mean nothing to this one. */
  readonly #epoch: string = randomBytes(6).toString('hex');
  readonly #ring: EventRing = new EventRing(MOST_KEPT, MOST_KEPT_LENGTH);
  readonly #clients: Set<EventClient> = new Set();
  /** The newest sample, as it was sent. */
  #newest = '';
  #timer: Timer | undefined;
  #unsubscribe: (() => void) | undefined;
  #isClosed = false;

  constructor(sources: EventSources, intervalMs: number, clock: Clock) {
    this.#sources = sources;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
  }

  /** Whether it has ended for good. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many listen. */
  get size(): number {
    return this.#clients.size;
  }

  /** Lets somebody listen, from the event after `lastId` if that is known; `undefined` when too many do. */
  open(lastId: string | null): BodyStream | undefined {
    if (this.#isClosed || this.#clients.size >= MOST_CLIENTS) return undefined;
    const missed = this.#missedSince(lastId);
    const about = { epoch: this.#epoch, intervalMs: this.#intervalMs, isResumed: missed !== undefined };
    const history = missed ?? this.#firstLook();
    const first = [`retry: ${RETRY_MS}\n\n`, eventText('hello', about), ...history];
    const client = new EventClient(first, MOST_QUEUED, () => this.#left(client));
    this.#clients.add(client);
    if (this.#clients.size === 1) this.#start();
    return client;
  }

  /** Ends every stream, and starts no other. */
  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients) {
      client.push(eventText('bye', {}));
      client.end();
    }
  }

  #missedSince(lastId: string | null): string[] | undefined {
    const [epoch, number] = (lastId ?? '').split('-');
    return epoch === this.#epoch && /^\d{1,15}$/.test(number ?? '') ? this.#ring.after(Number(number)) : undefined;
  }

  /** The time before, and now: the newest sample, unless the first one is about to be read. */
  #firstLook(): string[] {
    const history = eventText('history', this.#sources.history(), this.#idOf(this.#ring.last));
    return this.#clients.size === 0 ? [history] : [history, this.#newest];
  }

  #idOf(number: number): string {
    return `${this.#epoch}-${number}`;
  }

  #start(): void {
    this.#unsubscribe = this.#sources.onAlert((alert) => this.#send('alert', alert));
    this.#tick();
  }

  #tick(): void {
    this.#newest = this.#send('sample', this.#sources.sample());
    if (this.#clients.size > 0) this.#timer = this.#clock.startTimer(() => this.#tick(), this.#intervalMs);
  }

  #send(type: string, data: unknown): string {
    const text = this.#ring.add((number) => eventText(type, data, this.#idOf(number)));
    for (const client of this.#clients) client.push(text);
    return text;
  }

  #left(client: EventClient): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#timer?.cancel();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }
}

/** JSON has no line breaks, so that one `data` line holds it. */
function eventText(type: string, data: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${dataText(data)}\n\n`;
}

/** A part that gives what cannot be written must not end the process from within a timer. */
function dataText(data: unknown): string {
  try {
    return toJson(data) ?? 'null';
  } catch (error) {
    return JSON.stringify({ unavailable: messageOf(error) });
  }
}
