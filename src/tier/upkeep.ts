/** What a tiered cache does by itself: hears of changes, knows when it may have missed some, recovers, and pays what it owes. */
import type { Timer } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { BusListener, BusOp } from './bus/bus.ts';
import type { TierParts } from './parts.ts';
import type { Writes } from './writes.ts';

/** How long after a failed write it is made good, where no bus beats. */
const PAY_AFTER = 1000;
/** Beats without word from the bus that are no reason for an alert. */
const MOST_UNHEARD = 8;

export class Upkeep<V> implements BusListener {
  readonly #parts: TierParts<V>;
  readonly #writes: Writes<V>;
  readonly #hasBus: boolean;
  #unheard = 0;
  #payTimer: Timer | undefined;
  #sweeping: AbortController | undefined;
  #isOver = false;
  #isPaying = false;
  readonly #waiting = new Set<() => void>();

  constructor(parts: TierParts<V>, writes: Writes<V>, hasBus: boolean) {
    this.#parts = parts;
    this.#writes = writes;
    this.#hasBus = hasBus;
  }

  changed(op: BusOp): void {
    const { generations, first } = this.#parts;
    if (op.kind === 'set') return this.#written(op.key, op.stamp);
    if (op.kind === 'delete') return this.#written(op.key, undefined);
    if (op.kind === 'clear') return this.#cleared(op.generation);
    generations.end(op.tag);
    first.cache.invalidateTag(op.tag);
  }

  lost(): void {
    this.#parts.first.lost();
    this.#parts.generations.endAll();
  }

  live(): void {
    this.#parts.first.live();
    this.#parts.generations.endAll();
    this.#back();
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  beat(): void {
    const { calls, first, alerts } = this.#parts;
    this.#unheard = first.isHeard ? 0 : this.#unheard + 1;
    if (calls.state !== 'closed') return;
    if (this.#unheard === MOST_UNHEARD)
      alerts.out('does not hear what other processes write, and asks the second tier each time');
    void this.#checkRoot();
    void this.#pay();
  }

  breakerChanged(state: 'closed' | 'open', error: unknown): void {
    const { alerts, tier, first, generations } = this.#parts;
    if (state === 'open') return alerts.out(`goes on without ${tier.name}: ${messageOf(error)}`);
    // What came meanwhile was not compared with anything.
    first.suspect();
    generations.endAll();
    void this.#pay();
    this.#back();
  }

  /** Something is owed. */
  owed(): void {
    if (this.#hasBus || this.#isOver || this.#payTimer !== undefined) return;
    this.#payTimer = this.#parts.options.clock.startTimer(() => {
      this.#payTimer = undefined;
      void this.#pay().then(() => this.#parts.debts.size > 0 && this.owed());
    }, PAY_AFTER);
  }

  sweep(generation: string): void {
    if (this.#isOver) return;
    this.#sweeping?.abort();
    this.#sweeping = new AbortController();
    this.#parts.tier.sweep(generation, this.#sweeping.signal).catch(() => {
      // What stays is invalid all the same, and goes when its time is up.
    });
  }

  /** Resolves when changes are heard, or the cache is closed. */
  async ready(): Promise<void> {
    // What was heard may be lost again before whoever waits comes to run.
    while (!this.#parts.first.isHeard && !this.#isOver)
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  end(): void {
    this.#isOver = true;
    this.#payTimer?.cancel();
    this.#sweeping?.abort();
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #written(key: string, stamp: string | undefined): void {
    const { underWay, first, leases } = this.#parts;
    underWay.overtake(key, stamp);
    if (stamp === undefined || first.cache.peek(key)?.stamp !== stamp) first.cache.delete(key);
    leases?.wake(key);
  }

  /** The same generation says that the second tier lost everything, another one that somebody cleared it. */
  #cleared(generation: string): void {
    const { generations, underWay, first } = this.#parts;
    const isAnother = generations.root !== generation;
    generations.endAll();
    generations.learnRoot(generation);
    underWay.overtakeAll();
    if (isAnother) first.cache.clear();
    first.suspect();
  }

  async #checkRoot(): Promise<void> {
    const { generations, first, publish } = this.#parts;
    try {
      const { generation, hasMoved, wasLost } = await generations.checkRoot();
      if (!hasMoved && !wasLost) return;
      generations.endAll();
      first.suspect();
      if (wasLost) publish({ kind: 'clear', generation });
    } catch {
      // The breaker has counted it.
    }
  }

  async #pay(): Promise<void> {
    if (this.#isPaying || this.#isOver) return;
    this.#isPaying = true;
    await this.#writes.payDebts();
    this.#isPaying = false;
  }

  #back(): void {
    const { calls, first, alerts, tier } = this.#parts;
    if (calls.state === 'closed' && first.isHeard) alerts.back(`has ${tier.name} again`);
  }
}
