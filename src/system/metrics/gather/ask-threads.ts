/** Asks the worker threads of this process for their figures, over a channel that the program never sees. */
import { BroadcastChannel } from 'node:worker_threads';
import type { Clock } from '../../../base/clock.ts';
import type { Family } from '../collect.ts';
import type { Gathered } from './ask-processes.ts';
import { Slots } from './slots.ts';
import { fromWire } from './wire.ts';

/** The channel's name; it reaches the threads of this process alone. */
export const CHANNEL = 'plimsoll:metrics';

/** What goes over the channel. */
export type ThreadMessage =
  | { readonly type: 'who' }
  | { readonly type: 'here' | 'gone'; readonly thread: number }
  | { readonly type: 'ask'; readonly id: string }
  | { readonly type: 'figures'; readonly id: string; readonly thread: number; readonly families: unknown };

/** Opens the channel, without keeping the thread up for it. */
export function openChannel(hear: (message: ThreadMessage) => void): BroadcastChannel {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', (event) => hear((event as MessageEvent & { readonly data: ThreadMessage }).data));
  (channel as { unref?: () => void }).unref?.();
  return channel;
}

export class ThreadAsker {
  readonly #channel: BroadcastChannel;
  readonly #clock: Clock;
  readonly #slots: Slots<number> = new Slots();
  /** Threads that said that they are there. */
  readonly #threads: Set<number> = new Set();
  readonly #name = Math.random().toString(36).slice(2);
  #asked = 0;
  #hear: ((thread: number, id: string, families: unknown) => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#channel = openChannel((message) => this.#receive(message));
    this.#channel.postMessage({ type: 'who' } satisfies ThreadMessage);
  }

  async ask(timeoutMs: number): Promise<Gathered> {
    const waiting = new Set(this.#threads);
    this.#slots.keep(waiting);
    if (waiting.size === 0) return { families: [], missing: 0 };
    const id = `${this.#name}-${++this.#asked}`;
    const families: Family[][] = [];
    await new Promise<void>((resolve) => {
      const timer = this.#clock.startTimer(resolve, timeoutMs);
      this.#hear = (thread, answered, sent) => {
        if (answered !== id || !waiting.delete(thread)) return;
        families.push(fromWire(sent, { thread: String(this.#slots.of(thread)) }));
        if (waiting.size > 0) return;
        timer.cancel();
        resolve();
      };
      this.#channel.postMessage({ type: 'ask', id } satisfies ThreadMessage);
    });
    this.#hear = undefined;
    // A thread that ended without a word is not waited for again; one that was only busy says so later.
    for (const thread of waiting) this.#threads.delete(thread);
    return { families, missing: waiting.size };
  }

  close(): void {
    this.#channel.close();
  }

  #receive(message: ThreadMessage): void {
    if (message.type === 'here') this.#threads.add(message.thread);
    if (message.type === 'gone') this.#threads.delete(message.thread);
    if (message.type !== 'figures') return;
    this.#threads.add(message.thread);
    this.#hear?.(message.thread, message.id, message.families);
  }
}
