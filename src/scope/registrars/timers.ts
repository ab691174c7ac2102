/** Timers that leave their scope as they fire. */
import type { Clock, Timer } from '../../base/clock.ts';
import { readBoolean } from '../../base/options.ts';
import { Entry, type EntryKind, type EntryOptions } from '../entry.ts';
import type { Held } from './held.ts';
import { assertFunction } from './kind.ts';

/** Options of a scope's timers. */
export interface TimerOptions extends EntryOptions {
  /** Whether the process stays up for it, as for Node's own. @default true */
  readonly keepAlive?: boolean;
}

/** Options of a timer that fires once. */
export interface TimeoutOptions extends TimerOptions {
  /**
   * When the scope ends first, it fires then, in its turn among what is ended, instead of being cleared: for a deadline that
   * somebody has to hear of. @default false
   */
  readonly fireAtEnd?: boolean;
}

abstract class TimerEntry extends Entry implements Held {
  protected readonly run: () => void;

  constructor(run: () => void, options?: EntryOptions) {
    super(options);
    assertFunction('run', run);
    this.run = run;
  }

  abstract cancel(): void;

  end(): void {
    this.cancel();
  }

  dispose(): void {
    this.cancel();
    this.leave();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Waits on a clock. */
abstract class ClockEntry extends TimerEntry {
  protected timer: Timer | undefined = undefined;
  readonly #ms: number;
  readonly #keepAlive: boolean;

  constructor(run: () => void, ms: number, options?: TimerOptions) {
    super(run, options);
    this.#ms = ms;
    this.#keepAlive = options?.keepAlive ?? true;
  }

  protected wait(clock: Clock, fire: () => void): void {
    this.timer = clock.startTimer(fire, this.#ms, { keepAlive: this.#keepAlive });
  }

  cancel(): void {
    this.timer?.cancel();
  }
}

/** Calls once. */
export class TimeoutEntry extends ClockEntry {
  readonly #firesAtEnd: boolean;

  constructor(run: () => void, ms: number, options?: TimeoutOptions) {
    super(run, ms, options);
    const { fireAtEnd } = options ?? {};
    this.#firesAtEnd = fireAtEnd === undefined ? false : readBoolean('fireAtEnd', fireAtEnd);
  }

  override end(): void {
    this.cancel();
    if (this.#firesAtEnd) this.run();
  }

  get kind(): EntryKind {
    return 'timeout';
  }

  start(clock: Clock): this {
    this.wait(clock, () => {
      // Gone before the call: what runs may look at its scope, close it, or start the next timer.
      this.leave();
      this.run();
    });
    return this;
  }
}

/** Calls again and again. */
export class IntervalEntry extends ClockEntry {
  #isOver = false;

  get kind(): EntryKind {
    return 'interval';
  }

  start(clock: Clock): this {
    const fire = (): void => {
      try {
        this.run();
      } finally {
        // Even when the call threw, as Node's own intervals go on.
        if (!this.#isOver) this.wait(clock, fire);
      }
    };
    this.wait(clock, fire);
    return this;
  }

  override cancel(): void {
    this.#isOver = true;
    super.cancel();
  }
}

interface Immediates {
  readonly setImmediate?: (run: () => void) => unknown;
  readonly clearImmediate?: (handle: unknown) => void;
}

/** Calls once, after the events that wait already. */
export class ImmediateEntry extends TimerEntry {
  #handle: unknown;

  get kind(): EntryKind {
    return 'immediate';
  }

  start(): this {
    const fire = (): void => {
      this.leave();
      this.run();
    };
    this.#handle = (globalThis as Immediates).setImmediate!(fire);
    return this;
  }

  cancel(): void {
    (globalThis as Immediates).clearImmediate!(this.#handle);
  }
}
