/** A connection on which the server tells what is written: asked for it anew whenever it connects, and by one at a time. */
import type { Tracking, TrackingListener } from './link-shape.ts';

/** The connection, as its client has it. */
export interface TrackingParts {
  isReady(): boolean;
  /** Asks the server to tell, whether or not it tells already. */
  ask(): Promise<unknown>;
  ping(): Promise<unknown>;
  close(): void;
}

export class TrackingConnection implements Tracking {
  readonly #parts: TrackingParts;
  readonly #listener: TrackingListener;
  /** Each loss of the connection begins another. */
  #session = 0;
  #isOn = false;
  #asking: Promise<void> | undefined;

  constructor(parts: TrackingParts, listener: TrackingListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** The connection is gone, or was. */
  lost(): void {
    this.#session++;
    this.#isOn = false;
    this.#asking = undefined;
    this.#listener.lost();
  }

  async ping(): Promise<void> {
    if (!this.#parts.isReady()) throw new Error('the client is not connected');
    // Two that ask would undo what the other has.
    if (!this.#isOn) await (this.#asking ??= this.#ask());
    const session = this.#session;
    await this.#parts.ping();
    if (!this.#isOn || session !== this.#session) throw new Error('the connection was lost');
  }

  async close(): Promise<void> {
    this.#parts.close();
  }

  async #ask(): Promise<void> {
    const session = this.#session;
    try {
      await this.#parts.ask();
      this.#isOn = session === this.#session;
    } finally {
      if (session === this.#session) this.#asking = undefined;
    }
  }
}
