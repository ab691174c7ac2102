import { type Collection, COLLECTION_KINDS, type CollectionKind } from '../../runtime/index.ts';
import type { CollectionTotals, GcStatus } from '../status.ts';
import { Columns } from '../../struct/columns.ts';

/** Upper ends of the pauses that are counted apart, ms. */
const PAUSES_MS = [10, 100, 1_000, 10_000] as const;
const WINDOW_MS = 60_000;
/** Rows of the window are no nearer than this, ms. */
const STEP_MS = 1_000;
/** A share of less time than this says nothing, ms. */
const LEAST_WINDOW_MS = 10_000;

class Totals {
  count = 0;
  ms = 0;
  readonly atMost: [number, number, number, number] = [0, 0, 0, 0];

  add(pauseMs: number): void {
    this.count++;
    this.ms += pauseMs;
    for (let i = 0; i < PAUSES_MS.length; i++) if (pauseMs <= PAUSES_MS[i]!) this.atMost[i]!++;
  }

  plain(): CollectionTotals {
    return { count: this.count, seconds: this.ms / 1000, atMost: [...this.atMost] };
  }
}

/** Every collection since the start, by kind, and the share of the last minute that the major ones took. */
export class CollectionCounter {
  readonly #totals = Object.fromEntries(COLLECTION_KINDS.map((kind) => [kind, new Totals()])) as Record<
    CollectionKind,
    Totals
  >;
  readonly #window: Columns<'at' | 'ms'> = new Columns(['at', 'ms'], (2 * WINDOW_MS) / STEP_MS);
  #forced = 0;

  /** @param startedAt - steady time at which counting begins */
  constructor(startedAt: number) {
    this.#window.push({ at: startedAt, ms: 0 });
  }

  add({ kind, pauseMs, isForced }: Collection): void {
    this.#totals[kind].add(pauseMs);
    if (isForced) this.#forced++;
  }

  /** Remembers how much it was by `at`. */
  mark(at: number): void {
    if (at - this.#window.last('at')! >= STEP_MS) this.#window.push({ at, ms: this.#majorMs });
  }

  /** Share of the minute before `at`, or of the time since the start, that went into major work, 0 to 1. */
  share(at: number): number {
    const row = this.#rowBefore(at - WINDOW_MS);
    const elapsed = Math.max(LEAST_WINDOW_MS, at - this.#window.at(row, 'at')!);
    return Math.min(1, (this.#majorMs - this.#window.at(row, 'ms')!) / elapsed);
  }

  status(at: number): GcStatus {
    const { minor, major, incremental, weakCallbacks } = this.#totals;
    return {
      minor: minor.plain(),
      major: major.plain(),
      incremental: incremental.plain(),
      weakCallbacks: weakCallbacks.plain(),
      forced: this.#forced,
      share: this.share(at),
    };
  }

  get #majorMs(): number {
    return this.#totals.major.ms + this.#totals.incremental.ms;
  }

  /** The newest row that is not after `at`, else the oldest. */
  #rowBefore(at: number): number {
    let row = this.#window.length - 1;
    while (row > 0 && this.#window.at(row, 'at')! > at) row--;
    return row;
  }
}
