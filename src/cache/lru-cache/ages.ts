/** How old entries are. **Cost:** 16 bytes a slot, made with the first entry that has a time. */
import { systemClock } from '../../base/clock.ts';
import type { Column, Slots } from '../core/slots.ts';
import type { Perf, Status } from './types.ts';

/** Questions that one reading of the clock may answer: a computation that never waits must see time pass all the same. */
const MOST_READS = 64;
/** A jump of the clock by so many ms means that a timer may be lost: a test has put the platform's own back. */
const LOST = 1000;

export class Ages {
  #starts!: Column<Float64Array>;
  #ttls!: Column<Float64Array>;
  readonly #perf: Perf | undefined;
  #now = 0;
  #readsLeft = 0;
  #hasTimer = false;

  /** `perf`: the user's clock; without it, the platform's. */
  constructor(slots: Slots, perf: Perf | undefined) {
    this.#perf = perf;
    this.restart(slots);
  }

  /** Forgets all entries and goes on with new slots. */
  restart(slots: Slots): void {
    // What never begins never ends: so staleness is one comparison, also for entries that were here before.
    this.#starts = slots.addColumn((length) => new Float64Array(length).fill(Infinity));
    this.#ttls = slots.addColumn((length) => new Float64Array(length));
  }

  /** The time, which may be one that was read up to `resolution` ms ago. */
  now(resolution: number): number {
    if (this.#perf !== undefined) return this.#perf.now();
    if (--this.#readsLeft > 0) return this.#now;
    const now = this.exactNow();
    if (!(resolution > 0)) this.#readsLeft = 0;
    else if (!this.#hasTimer) {
      this.#hasTimer = true;
      systemClock.startTimer(() => {
        this.#hasTimer = false;
        this.#readsLeft = 0;
      }, resolution);
    }
    return now;
  }

  exactNow(): number {
    if (this.#perf !== undefined) return this.#perf.now();
    const now = performance.now();
    if (Math.abs(now - this.#now) > LOST) this.#hasTimer = false;
    this.#readsLeft = this.#hasTimer ? MOST_READS : 0;
    return (this.#now = now);
  }

  set(slot: number, ttl: number, start: number): void {
    this.#ttls.items[slot] = ttl;
    this.#starts.items[slot] = ttl === 0 ? Infinity : start;
  }

  /** Whether the time of the entry in `slot` is past; `resolution` as for {@link now}. */
  isStale(slot: number, resolution: number): boolean {
    return this.now(resolution) - this.#starts.items[slot]! > this.#ttls.items[slot]!;
  }

  /** Makes the entry in `slot` as fresh as on its first day. */
  renew(slot: number, now: number): void {
    if (this.ttlAt(slot) !== 0) this.#starts.items[slot] = now;
  }

  /** Its whole time, ms; 0 for ever. */
  ttlAt(slot: number): number {
    return this.#ttls.items[slot]!;
  }

  startAt(slot: number): number {
    return this.#starts.items[slot]!;
  }

  /** What is left of its time, ms; below 0 when it is stale. */
  leftAt(slot: number, now: number): number {
    const ttl = this.ttlAt(slot);
    return ttl === 0 ? Infinity : ttl - (now - this.startAt(slot));
  }

  /** Tells what there is to tell of an entry's time. */
  describe(slot: number, now: number, status: Status<unknown, unknown>): void {
    const ttl = this.ttlAt(slot);
    if (ttl === 0) return;
    Object.assign(status, { ttl, start: this.startAt(slot), now, remainingTTL: this.leftAt(slot, now) });
  }
}
