/**
 * Time, handed in wherever something tells it or waits for it, so that tests move it by hand.
 *
 * Two scales, because neither will do alone: the wall clock counts the time that the machine slept, and may jump; the
 * steady clock never jumps, and may stand still while the machine sleeps.
 */

/** A timer that has not yet fired, or has. */
export interface Timer {
  /** Takes the timer back; does nothing once it has fired or been cancelled. */
  cancel(): void;
}

/** @see {@link Clock.startTimer} */
export interface TimerOptions {
  /** Whether the process stays up for this timer. @default false */
  readonly keepAlive?: boolean;
}

/** What tells time and wakes us. */
export interface Clock {
  /** Milliseconds since 1970; may jump either way. */
  wallNow(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  steadyNow(): number;
  /** Calls `run` once, `ms` from now at the earliest; any length will do. */
  startTimer(run: () => void, ms: number, options?: TimerOptions): Timer;
}

/** Beyond this the platforms' own timers fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

interface PlatformTimer {
  unref?: () => void;
}

class SystemTimer implements Timer {
  private readonly run: () => void;
  private readonly keepAlive: boolean;
  private left: number;
  private handle: unknown;

  constructor(run: () => void, ms: number, keepAlive: boolean) {
    this.run = run;
    this.keepAlive = keepAlive;
    this.left = Math.max(0, ms);
    this.wait();
  }

  cancel(): void {
    clearTimeout(this.handle as Parameters<typeof clearTimeout>[0]);
  }

  private wait(): void {
    const leg = Math.min(this.left, LONGEST_DELAY);
    this.left -= leg;
    // Looked up at each call, so that a test's fake timers take effect.
    this.handle = setTimeout(() => (this.left > 0 ? this.wait() : this.run()), leg);
    if (!this.keepAlive) (this.handle as PlatformTimer).unref?.();
  }
}

/** The platform's own clocks and timers. */
export const systemClock: Clock = {
  wallNow: () => Date.now(),
  steadyNow: () => performance.now(),
  startTimer: (run, ms, options) => new SystemTimer(run, ms, options?.keepAlive ?? false),
};
