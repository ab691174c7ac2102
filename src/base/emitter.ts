/**
 * Typed events: subscribing gives the function that ends it, and a listener that throws is nobody's end but its own.
 */
import { messageOf } from './errors.ts';
import { warn } from './warnings.ts';

/** Hears of an event. What it returns is not waited for; a promise that rejects counts as having thrown. */
export type EventListener<T> = (event: T) => unknown;

/** Takes what a listener threw, at once or later, with the name of the event. */
export type OnListenerError = (error: unknown, event: string) => void;

/** Who hears of what; `Events` has the value of each event by its name. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, ReadonlySet<{ readonly hear: EventListener<never> }>>();
  readonly #onError: OnListenerError;

  /** Without `onError` a listener's error becomes a warning of the process, `PLIM_WARN_LISTENER_FAILED`. */
  constructor(onError: OnListenerError = warnOfError) {
    this.#onError = onError;
  }

  /** Calls `listener` at every `event` until the returned function is called. **Cost:** O(listeners of the event). */
  on<Name extends keyof Events>(event: Name, listener: EventListener<Events[Name]>): () => void {
    const entry = { hear: listener };
    // A new set each time: whoever is being told goes on with the one it has.
    this.#listeners.set(event, new Set([...(this.#listeners.get(event) ?? []), entry]));
    return () => {
      const rest = new Set(this.#listeners.get(event));
      rest.delete(entry);
      if (rest.size > 0) this.#listeners.set(event, rest);
      else this.#listeners.delete(event);
    };
  }

  /** How many listen to `event`, or to anything. */
  count(event?: keyof Events): number {
    if (event !== undefined) return this.#listeners.get(event)?.size ?? 0;
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Tells all listeners of `event`, in order of their coming. Never throws. */
  emit<Name extends keyof Events & string>(event: Name, value: Events[Name]): void {
    for (const { hear } of this.#listeners.get(event) ?? []) {
      try {
        const result = hear(value as never);
        if (result instanceof Promise) result.catch((error: unknown) => this.#failed(error, event));
      } catch (error) {
        this.#failed(error, event);
      }
    }
  }

  /** Forgets every listener. */
  clear(): void {
    this.#listeners.clear();
  }

  #failed(error: unknown, event: string): void {
    try {
      this.#onError(error, event);
    } catch (second) {
      warnOfError(second, event);
    }
  }
}

function warnOfError(error: unknown, event: string): void {
  warn({ code: 'PLIM_WARN_LISTENER_FAILED', message: `A listener of '${event}' threw: ${messageOf(error)}` });
}
