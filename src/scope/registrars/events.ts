/** What entries use of emitters of Node's kind: to see things end by themselves, and to wait for their end. */
import { type Ending, Entry, type EntryOptions } from '../entry.ts';
import type { Timer } from '../../base/clock.ts';

type Listener = (...args: unknown[]) => void;

/** As much of an emitter as is used. */
export interface Watched {
  once(event: string, listener: Listener): unknown;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

function isWatched(value: unknown): value is Watched {
  const { once, on, off } = value as { [K in keyof Watched]?: unknown };
  return typeof once === 'function' && typeof on === 'function' && typeof off === 'function';
}

/** An entry that leaves its scope when the thing says that it has ended. */
export abstract class WatchingEntry<T extends object> extends Entry {
  protected readonly value: T;
  readonly #event: string;
  readonly #onEnd = (): void => this.leave();

  constructor(value: T, event: string, options?: EntryOptions) {
    super(options);
    this.value = value;
    this.#event = event;
  }

  /** Begins to watch. */
  start(): void {
    if (isWatched(this.value)) this.value.once(this.#event, this.#onEnd);
  }

  override isFor(value: unknown): boolean {
    return this.value === value;
  }

  protected override detach(): void {
    if (isWatched(this.value)) this.value.off(this.#event, this.#onEnd);
  }

  /** Resolves when the thing says that it has ended, and rejects with an `error` event before that. */
  protected untilEnd(begin: () => void): Promise<void> {
    const { value } = this;
    if (!isWatched(value)) return Promise.resolve(begin());
    return new Promise((resolve, reject) => {
      const onError: Listener = (error) => reject(error);
      // Listened to for as long as the end takes: an error of something that ends must not end the program.
      value.on('error', onError);
      value.once(this.#event, () => {
        value.off('error', onError);
        resolve();
      });
      begin();
    });
  }
}

/** Part of the time left after which force is used, so that there is some left to see it work. */
const GENTLE_SHARE = 0.8;

/** How long an entry may be asked gently, ms. */
export function gentleMs(ending: Ending, entry: Entry, ms: number): number {
  return ending.isSync ? 0 : Math.min(ms, ending.timeLeft(entry) * GENTLE_SHARE);
}

/** Calls `force` when an entry has been asked gently for `ms`. */
export function forceAfter(ending: Ending, entry: Entry, ms: number, force: () => void): Timer {
  return ending.clock.startTimer(force, gentleMs(ending, entry, ms), { keepAlive: true });
}

/** Whether `value` is an object with all these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): value is object {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}
