/** The one timer of a broker: closes sessions whose time is up, and has budgets looked at now and then. */
import type { Clock, Timer } from '../base/clock.ts';
import type { Membership } from './session.ts';

/** What it is told to look after. */
export interface HouseRules {
  readonly clock: Clock;
  readonly idleMs: number;
  readonly ageMs: number;
  readonly checkMs: number;
}

/** What it looks after. */
export interface House {
  members(): Iterable<Membership>;
  end(session: Membership, cause: 'idle' | 'expired'): void;
  check(): void;
}

export class Housekeeping {
  readonly #rules: HouseRules;
  readonly #house: House;
  #timer: Timer | undefined;
  #checkedAt = 0;

  constructor(rules: HouseRules, house: House) {
    this.#rules = rules;
    this.#house = house;
  }

  /** A session has been opened. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#checkedAt = this.#rules.clock.steadyNow();
    this.#wait();
  }

  /** No session is left. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Sleeps until the first may be due. Uses put that off; it is noticed on waking. */
  #wait(): void {
    const { clock, idleMs, ageMs, checkMs } = this.#rules;
    // What is opened or used from now on is due no sooner than that.
    let ms = Math.min(checkMs - (clock.steadyNow() - this.#checkedAt), idleMs, ageMs);
    for (const session of this.#house.members()) {
      if (session.state !== 'open') continue;
      ms = Math.min(ms, ageMs - session.ageMs, session.isHeld ? Infinity : idleMs - session.idleMs);
    }
    this.#timer = clock.startTimer(() => this.#wake(), Math.max(1, ms));
  }

  #wake(): void {
    this.#timer = undefined;
    const { clock, idleMs, ageMs, checkMs } = this.#rules;
    const sessions = [...this.#house.members()];
    for (const session of sessions) {
      if (session.state !== 'open') continue;
      if (session.ageMs >= ageMs) this.#house.end(session, 'expired');
      else if (!session.isHeld && session.idleMs >= idleMs) this.#house.end(session, 'idle');
    }
    if (clock.steadyNow() - this.#checkedAt >= checkMs) {
      this.#checkedAt = clock.steadyNow();
      this.#house.check();
    }
    if (this.#timer === undefined) this.#wait();
  }
}
