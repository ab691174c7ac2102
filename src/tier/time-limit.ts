/** One time limit for many calls: since all have the same, they run out in the order they came, and one timer does for all. */
import type { Clock, Timer } from '../base/clock.ts';

/** A call that is waited for. */
export class Limited {
  /** Taken away when the call is over, so that what it holds is let go. */
  expire: (() => void) | undefined;
  readonly at: number;
  next: Limited | undefined;

  constructor(expire: () => void, at: number) {
    this.expire = expire;
    this.at = at;
  }

  /** The call is over: whether that was in time. */
  end(): boolean {
    const wasInTime = this.expire !== undefined;
    this.expire = undefined;
    return wasInTime;
  }
}

/** Long enough for the event loop to look at its sockets. */
const SECOND_LOOK = 1;

export class TimeLimit {
  readonly #ms: number;
  readonly #clock: Clock;
  #first: Limited | undefined;
  #last: Limited | undefined;
  #timer: Timer | undefined;

  constructor(ms: number, clock: Clock) {
    this.#ms = ms;
    this.#clock = clock;
  }

  /** Calls `expire` when the time is up, unless the call is over by then. */
  start(expire: () => void): Limited {
    const limited = new Limited(expire, this.#clock.steadyNow() + this.#ms);
    if (this.#last === undefined) this.#first = limited;
    else this.#last.next = limited;
    this.#last = limited;
    this.#timer ??= this.#clock.startTimer(() => this.#due(), this.#ms);
    return limited;
  }

  /** Waits no more. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#first = this.#last = undefined;
  }

  /** A thread that was busy until now finds its timers before the answers that have come meanwhile, so it looks twice. */
  #due(): void {
    const asOf = this.#clock.steadyNow();
    this.#timer = this.#clock.startTimer(() => this.#expire(asOf), SECOND_LOOK);
  }

  #expire(asOf: number): void {
    let first = this.#first;
    while (first !== undefined && (first.expire === undefined || first.at <= asOf)) {
      const { expire } = first;
      first = first.next;
      expire?.();
    }
    this.#first = first;
    if (first === undefined) this.#last = undefined;
    this.#timer = first && this.#clock.startTimer(() => this.#due(), first.at - this.#clock.steadyNow());
  }
}
