import type { Line } from './lines.ts';
import type { LoadLineSettings } from './options.ts';

/** Near the line it looks so many times as often, */
const NEAR = 10;
/** but, while memory fills slowly, not more often than this, ms. */
const SHORTEST_NEAR = 50;
/** Never more often than this, ms. */
const SHORTEST = 10;

/** When to look again: the sooner, the nearer the line is at the speed at which memory has filled since the last look. */
export class Pace {
  readonly #settings: LoadLineSettings;
  #last: { readonly at: number; readonly of: Line['of']; readonly usedBytes: number } | undefined;
  /** Bytes per ms. */
  #speed = 0;

  constructor(settings: LoadLineSettings) {
    this.#settings = settings;
  }

  /** Time until the next look, ms. @param line - the tightest one, just read */
  next(line: Line | undefined): number {
    const { intervalMs, high, low } = this.#settings;
    if (line === undefined) return intervalMs;
    this.#measure(line);
    const usual = line.share > low ? Math.max(SHORTEST_NEAR, intervalMs / NEAR) : intervalMs;
    if (this.#speed <= 0) return usual;
    const reachesLineMs = (high * line.limitBytes - line.usedBytes) / this.#speed;
    return Math.min(usual, Math.max(SHORTEST, reachesLineMs / 2));
  }

  #measure({ of, usedBytes }: Line): void {
    const at = this.#settings.clock.steadyNow();
    const before = this.#last;
    this.#last = { at, of, usedBytes };
    if (before?.of !== of || at <= before.at) return;
    // What fills in bursts is slow between them, and what caches gave back is no sign that it has ended.
    this.#speed = Math.max((usedBytes - before.usedBytes) / (at - before.at), this.#speed / 2);
    if (this.#speed * this.#settings.intervalMs < 1) this.#speed = 0;
  }

  /** What is read next follows on nothing. */
  forget(): void {
    this.#last = undefined;
    this.#speed = 0;
  }
}
