/**
 * Whether everything is heard. Proof is needed for it, and grows old: the answer to something that was sent at a known moment.
 * What is asked again and again at a quarter of the bound keeps the proof young; a proof too old, or a loss seen, ends it.
 */
import type { Clock, Timer } from '../../base/clock.ts';
import type { BusListener } from './bus.ts';

/** Beats within the bound. */
const BEATS = 4;

export class Vigil {
  losses = 0;
  #isLive = false;
  #listener: BusListener | undefined;
  #clock: Clock | undefined;
  #timer: Timer | undefined;
  /** Only what was sent after this moment proves anything. */
  #lostAt = -Infinity;
  #provenAt = -Infinity;
  readonly #every: number;
  readonly #maxAge: number;
  readonly #onBeat: () => void;

  constructor(maxStaleness: number, onBeat: () => void) {
    this.#every = maxStaleness / BEATS;
    // It is looked at with every beat only.
    this.#maxAge = maxStaleness - this.#every;
    this.#onBeat = onBeat;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  start(listener: BusListener, clock: Clock): void {
    this.#listener = listener;
    this.#clock = clock;
    this.#beat();
  }

  /** The present moment, for what is sent. */
  now(): number {
    return this.#clock?.steadyNow() ?? 0;
  }

  /** An answer came to what was sent at `sentAt`. */
  proven(sentAt: number): void {
    if (sentAt <= this.#lostAt || this.#listener === undefined) return;
    this.#provenAt = Math.max(this.#provenAt, sentAt);
    if (this.#isLive || this.now() - this.#provenAt > this.#maxAge) return;
    this.#isLive = true;
    this.#listener.live();
  }

  /** Something sent before this moment did not come. Of no matter unless everything was heard: nothing from then is relied on. */
  miss(reason: string): void {
    if (this.#isLive) this.lose(reason);
  }

  /** What was sent before this moment may not have come, and proves nothing. */
  lose(reason: string): void {
    this.#lostAt = this.now();
    if (!this.#isLive) return;
    this.#isLive = false;
    this.losses++;
    this.#listener?.lost(reason);
  }

  /** Moments before this one are too long ago. */
  get horizon(): number {
    return this.now() - this.#maxAge;
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#listener = undefined;
    this.#isLive = false;
  }

  #beat(): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    if (this.#isLive && this.#provenAt < this.horizon) this.lose('nothing came back in time');
    this.#timer = this.#clock!.startTimer(() => this.#beat(), this.#every);
    this.#onBeat();
    listener.beat();
  }
}
