import type { BodyStream } from '../call.ts';

/** Somebody who listens: what waits for him is bounded, and who does not fetch it is let go. */
export class EventClient implements BodyStream {
  readonly #mostQueued: number;
  readonly #onEnd: () => void;
  readonly #controller: AbortController = new AbortController();
  #queue: string[];
  #queued = 0;
  #isEnded = false;
  #wake: (() => void) | undefined;

  /**
   * @param first - what he gets before anything else; not counted
   * @param mostQueued - characters that may wait for him
   * @param onEnd - he is gone, for whatever reason
   */
  constructor(first: readonly string[], mostQueued: number, onEnd: () => void) {
    this.#queue = [...first];
    this.#mostQueued = mostQueued;
    this.#onEnd = onEnd;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Hands him an event, or lets him go when too much waits already. */
  push(text: string): void {
    if (this.#isEnded) return;
    this.#queued += text.length;
    if (this.#queued > this.#mostQueued) return this.#drop();
    this.#queue.push(text);
    this.#wake?.();
  }

  /** Ends it after what waits. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#wake?.();
    this.#onEnd();
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return {
      next: () => this.#next(),
      return: () => {
        this.#queue = [];
        this.end();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<string>> {
    while (this.#queue.length === 0) {
      if (this.#isEnded) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    const value = this.#queue.join('');
    this.#queue = [];
    this.#queued = 0;
    return { done: false, value };
  }

  #drop(): void {
    this.#queue = [];
    this.end();
    this.#controller.abort();
  }
}
