/** Evictions within the last minute, from a few readings of their number; no timer, and no clock read for each eviction. */

const MINUTE = 60_000;
/** Readings are kept so far apart, ms: a minute is never more than 13 of them. */
const SPACING = 5000;

interface Reading {
  readonly at: number;
  readonly count: number;
}

export class EvictionRate {
  #readings: Reading[] = [];

  /** Notes that there have been `count` evictions by `now`, in ms of the steady clock. */
  note(count: number, now: number): void {
    const last = this.#readings.at(-1);
    if (last !== undefined && now - last.at < SPACING) return;
    this.#readings.push({ at: now, count });
    // One from before the minute is needed to know how many there were at its beginning.
    while (this.#readings.length > 2 && this.#readings[1]!.at <= now - MINUTE) this.#readings.shift();
  }

  /** How many there were in the minute up to `now`; between two readings they count as evenly spread. */
  perMinute(count: number, now: number): number {
    const begin = now - MINUTE;
    const readings = [...this.#readings, { at: now, count }];
    const after = readings.findIndex(({ at }) => at > begin);
    // None is older than a minute: the first was made before there were any.
    if (after <= 0) return after === 0 ? count - readings[0]!.count : 0;
    const [before, next] = [readings[after - 1]!, readings[after]!];
    const part = (begin - before.at) / (next.at - before.at);
    return Math.round(count - (before.count + (next.count - before.count) * part));
  }
}
