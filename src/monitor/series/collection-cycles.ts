import type { Collection } from '../../runtime/index.ts';

/** V8 ends a program whose heap is nearly full after so many fruitless collections in a row. */
const CYCLES = 4;

/**
 * How closely the newest major collections follow one another. The pauses alone do not tell: V8 marks in small steps
 * between the program's own, which no entry counts in full; a heap that is nearly full is marked all the time while its
 * pauses take a tenth of it. Times in ms on the clock of the entries.
 */
export class CollectionCycles {
  /** Of the cycles that are whole, the oldest first: the part of each in which a collection was under way. */
  #shares: readonly number[] = [];
  /** When the oldest of them began, and each of them ended. */
  #ends: readonly number[] = [];
  #markingSince: number | undefined;

  add({ kind, startedAt, pauseMs, isForced }: Collection): void {
    if (kind === 'incremental') this.#markingSince ??= startedAt;
    if (kind !== 'major') return;
    const endedAt = startedAt + pauseMs;
    const before = this.#ends.at(-1);
    // What somebody asked for says nothing of how often V8 must.
    if (isForced || before === undefined || endedAt <= before) {
      this.#shares = [];
      this.#ends = [endedAt];
    } else {
      const begun = Math.max(before, this.#markingSince ?? startedAt);
      this.#shares = [...this.#shares, (endedAt - begun) / (endedAt - before)].slice(-CYCLES);
      this.#ends = [...this.#ends, endedAt].slice(-CYCLES - 1);
    }
    this.#markingSince = undefined;
  }

  /**
   * Share of the time in which a major collection was under way, in the least busy of the last four cycles, 0 to 1; 0
   * before there were four, and when more time has passed since than they took together.
   */
  share(at: number): number {
    if (this.#shares.length < CYCLES) return 0;
    const newest = this.#ends.at(-1)!;
    return at - newest > newest - this.#ends[0]! ? 0 : Math.min(...this.#shares);
  }
}
