/**
 * Deadlines of a cache's entries, as columns over its slots.
 *
 * One column, of the wheel, holds when an entry leaves. Where values are kept beyond their time for a loader to fall back
 * on (`grace`), they are expired that much earlier. An idle time is renewed by writing the deadline alone; the wheel
 * notices when the old one comes. Other columns are made with the first entry that needs them.
 *
 * **Cost:** 16 bytes a slot with `ttl`, 16 more with `idleTtl`, 8 more where ages are kept; made by the core with the first
 * entry that has a lifetime.
 */
import type { Clock } from '../../base/clock.ts';
import { TimerWheel } from '../../struct/timer-wheel.ts';
import type { Deadlines, TimesLeft } from '../core/features.ts';
import { State } from '../core/slots.ts';
import type { CoarseClock } from './coarse-clock.ts';
import type { Lifetime } from './lifetime.ts';
import { sweeperOf } from './sweeper.ts';
import type { Sweepable, Sweeper } from './sweeper.ts';

/** The cache, as far as its deadlines need to know it. */
export interface ExpiryHost {
  /** The {@link State} of each slot; a new array after growth. */
  states(): Uint8Array;
  /** Takes out the entry in `slot`, whose time is up; the notice waits for {@link deliver}. */
  expire(slot: number): void;
  /** Delivers the notices. */
  deliver(): void;
}

export interface ExpirySettings {
  readonly clock: Clock;
  /** Ms between sweeps. */
  readonly sweepInterval: number;
  /** Ms for which an expired entry stays, for whoever asks for stale values. */
  readonly grace: number;
  /** Whether {@link Expiry.age} will be asked for. */
  readonly keepsAges: boolean;
}

/** Slots that one sweep looks at: well under a millisecond, without disposers. */
const SWEEP_LIMIT = 1000;
/** Slots that an eviction looks at for one that has expired. */
const EVICTION_LIMIT = 1000;
const { GUARDED, PINNED } = State;

export class Expiry implements Deadlines<Lifetime>, Sweepable {
  readonly #host: ExpiryHost;
  readonly #sweepInterval: number;
  readonly #grace: number;
  readonly #keepsAges: boolean;
  readonly #sweeper: Sweeper;
  readonly #time: CoarseClock;
  #wheel: TimerWheel;
  /** No entry has had an idle time, and ages are not kept. */
  #hasDeadlinesOnly: boolean;
  /** Idle time of each slot, and the end that no use puts off. */
  #idle: Float64Array = new Float64Array(0);
  #ends: Float64Array = new Float64Array(0);
  /** When each slot was written. */
  #writes: Float64Array = new Float64Array(0);
  /** Our number at the sweeper while there are deadlines. */
  #sweepId: number | undefined;
  #wakeAt = Infinity;
  /** When a sweep last took something out. */
  #lastSweep = -Infinity;
  #taken = 0;
  readonly #take = (slot: number): void => {
    if (!this.#isInUse(slot)) this.#taken = slot;
  };
  readonly #expire = (slot: number): void => {
    if (!this.#isInUse(slot)) this.#host.expire(slot);
  };

  constructor(host: ExpiryHost, { clock, sweepInterval, grace, keepsAges }: ExpirySettings) {
    this.#host = host;
    this.#sweepInterval = sweepInterval;
    this.#grace = grace;
    this.#keepsAges = keepsAges;
    this.#sweeper = sweeperOf(clock);
    this.#time = this.#sweeper.time;
    this.#wheel = new TimerWheel(this.#time.exactNow());
    this.#hasDeadlinesOnly = !keepsAges;
  }

  inserted(slot: number, { ttl, idleTtl, first }: Lifetime): void {
    // An entry often comes after a long computation, during which nobody asked for the time.
    const now = this.#time.exactNow();
    if (this.#keepsAges) this.#noteWrite(slot, now);
    if (first === Infinity) {
      this.#unguard(slot);
      return;
    }
    const wheel = this.#wheel;
    const states = this.#host.states();
    // As much room as there is for slots, which knows its bound.
    wheel.reserve(states.length);
    wheel.schedule(slot, now + first + this.#grace);
    if (idleTtl !== Infinity || slot < this.#idle.length) this.#noteIdle(slot, idleTtl, now + ttl + this.#grace);
    states[slot]! |= GUARDED;
    if (wheel.nextDue < this.#wakeAt) this.#wake(wheel.nextDue);
  }

  written(slot: number, lifetime: Lifetime): void {
    const { deadlines } = this.#wheel;
    // The way of most sets in a cache with one `ttl`, written out because every one of them takes it: an entry that has a
    // deadline that has not passed gets a later one.
    if (slot < deadlines.length && this.#hasDeadlinesOnly) {
      const now = this.#time.now();
      const deadline = now + lifetime.first + this.#grace;
      const old = deadlines[slot]!;
      if (old < Infinity && deadline >= old && deadline < Infinity && old - this.#grace > now) {
        deadlines[slot] = deadline;
        return;
      }
    }
    this.inserted(slot, lifetime);
  }

  isDue(slot: number, isPeek: boolean): boolean {
    const now = this.#time.now();
    const deadline = this.#wheel.deadlines[slot]!;
    if (deadline - this.#grace <= now) return !this.#isInUse(slot);
    if (!isPeek && slot < this.#idle.length) this.#renew(slot, now);
    return false;
  }

  isKept(slot: number): boolean {
    return this.#grace > 0 && this.#wheel.deadlines[slot]! > this.#time.now();
  }

  removed(slot: number): void {
    this.#wheel.cancel(slot);
    if (this.#keepsAges) this.#writes[slot] = Infinity;
  }

  nextDue(): number {
    const wheel = this.#wheel;
    if (wheel.nextDue === Infinity) return 0;
    const now = this.#time.now();
    this.#taken = 0;
    for (let looked = 0; looked < EVICTION_LIMIT && this.#taken === 0 && wheel.nextDue <= now; looked++) {
      wheel.advance(now, 1, this.#take);
    }
    return this.#taken;
  }

  moved(from: Uint32Array): void {
    const { deadlines } = this.#wheel;
    const wheel = new TimerWheel(this.#time.exactNow());
    from.forEach((slot, i) => wheel.schedule(i + 1, deadlines[slot] ?? Infinity));
    this.#wheel = wheel;
    this.#idle = moveColumn(this.#idle, from);
    this.#ends = moveColumn(this.#ends, from);
    this.#writes = moveColumn(this.#writes, from);
    if (wheel.nextDue < this.#wakeAt) this.#wake(wheel.nextDue);
  }

  restarted(): void {
    this.#wheel = new TimerWheel(this.#time.exactNow());
    this.#hasDeadlinesOnly = !this.#keepsAges;
    this.#idle = this.#ends = this.#writes = new Float64Array(0);
    this.#wakeAt = Infinity;
    if (this.#sweepId !== undefined) this.#sweeper.remove(this.#sweepId);
    this.#sweepId = undefined;
  }

  sweep(now: number): number {
    const { size } = this.#wheel;
    this.#wheel.advance(now, SWEEP_LIMIT, this.#expire);
    if (this.#wheel.size < size) this.#lastSweep = now;
    // Before the wheel is asked when it is due: a disposer may store entries.
    this.#host.deliver();
    this.#wakeAt = this.#wheel.nextDue;
    return this.#wakeAt <= now ? now : Math.max(this.#wakeAt, this.#lastSweep + this.#sweepInterval);
  }

  /** Ms since the entry in `slot` was written, at this very moment. */
  age(slot: number): number {
    return this.#time.exactNow() - this.#writes[slot]!;
  }

  oldestAge(): number | undefined {
    let first = Infinity;
    const writes = this.#writes;
    // Several times as fast as `for of`, and there may be a million of them.
    for (let slot = 0; slot < writes.length; slot++) if (writes[slot]! < first) first = writes[slot]!;
    return first === Infinity ? undefined : this.#time.exactNow() - first;
  }

  /** Ms since the time of the entry in `slot` was up, at this very moment; below 0 while it is not. */
  lateness(slot: number): number {
    const deadline = this.#wheel.deadlines[slot] ?? Infinity;
    return this.#time.exactNow() - (deadline - this.#grace);
  }

  timesLeft(slot: number): TimesLeft {
    const now = this.#time.exactNow();
    const age = this.#keepsAges ? { age: now - this.#writes[slot]! } : {};
    const deadline = this.#wheel.deadlines[slot] ?? Infinity;
    if (deadline === Infinity) return age;
    const expiresIn = deadline - this.#grace - now;
    const idleTtl = this.#idle[slot] ?? Infinity;
    if (idleTtl === Infinity) return { expiresIn, ...age };
    const endsIn = this.#ends[slot]! - this.#grace - now;
    return { expiresIn, idleTtl, ...(endsIn < Infinity && { endsIn }), ...age };
  }

  aged(slot: number, ms: number): void {
    if (this.#keepsAges) this.#writes[slot]! -= ms;
  }

  #unguard(slot: number): void {
    this.#wheel.cancel(slot);
    this.#host.states()[slot]! &= ~GUARDED;
  }

  /** Whether only the idle time of the entry in `slot` is up, and the entry is in use, which is not idle: it goes on. */
  #isInUse(slot: number): boolean {
    if ((this.#host.states()[slot]! & PINNED) === 0 || slot >= this.#idle.length) return false;
    const now = this.#time.now();
    const deadline = Math.min(now + this.#idle[slot]! + this.#grace, this.#ends[slot]!);
    if (deadline - this.#grace <= now) return false;
    this.#wheel.schedule(slot, deadline);
    return true;
  }

  #renew(slot: number, now: number): void {
    const idle = this.#idle[slot]!;
    if (idle !== Infinity) this.#wheel.putOff(slot, Math.min(now + idle + this.#grace, this.#ends[slot]!));
  }

  #noteIdle(slot: number, idleTtl: number, end: number): void {
    this.#hasDeadlinesOnly = false;
    const room = this.#host.states().length;
    this.#idle = withRoom(this.#idle, room);
    this.#ends = withRoom(this.#ends, room);
    this.#idle[slot] = idleTtl;
    this.#ends[slot] = end;
  }

  #noteWrite(slot: number, now: number): void {
    this.#writes = withRoom(this.#writes, this.#host.states().length);
    this.#writes[slot] = now;
  }

  #wake(nextDue: number): void {
    this.#wakeAt = nextDue;
    this.#sweepId ??= this.#sweeper.add(this);
    this.#sweeper.wake(this.#sweepId, Math.max(nextDue, this.#lastSweep + this.#sweepInterval));
  }
}

/** `column` itself, or a larger one; slots that nobody wrote have no idle time. */
function withRoom(column: Float64Array, room: number): Float64Array {
  if (room <= column.length) return column;
  const larger = new Float64Array(room).fill(Infinity, column.length);
  larger.set(column);
  return larger;
}

/** What stood in slot `from[i]`, in slot `i + 1`. */
function moveColumn(column: Float64Array, from: Uint32Array): Float64Array {
  if (column.length === 0) return column;
  const moved = new Float64Array(from.length + 1).fill(Infinity);
  from.forEach((slot, i) => (moved[i + 1] = column[slot] ?? Infinity));
  return moved;
}
