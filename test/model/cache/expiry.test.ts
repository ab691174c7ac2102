/** A cache with lifetimes, beside a list that is looked through. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import type { EntryTimes, RemovalCause } from '../../../src/cache/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';

interface Entry {
  readonly value: number;
  readonly end: number;
  readonly idle: number;
  idleEnd: number;
}

/** What a cache with room for everything and these lifetimes has. */
class Naive {
  readonly entries = new Map<number, Entry>();
  now = 0;
  readonly #standard: { readonly ttl: number; readonly idleTtl: number };

  constructor(ttl: number | undefined, idleTtl: number | undefined) {
    this.#standard = { ttl: ttl ?? Infinity, idleTtl: idleTtl ?? Infinity };
  }

  get(key: number): number | undefined {
    const entry = this.#live(key);
    if (entry !== undefined) entry.idleEnd = this.now + entry.idle;
    return entry?.value;
  }

  set(key: number, value: number, times: EntryTimes): void {
    this.entries.delete(key);
    const ttl = (times.ttl ?? this.#standard.ttl) as number;
    const idle = (times.idleTtl ?? this.#standard.idleTtl) as number;
    if (ttl > 0 && idle > 0) this.entries.set(key, { value, end: this.now + ttl, idle, idleEnd: this.now + idle });
  }

  delete(key: number): boolean {
    const isLive = this.#live(key) !== undefined;
    this.entries.delete(key);
    return isLive;
  }

  keys(): number[] {
    return [...this.entries.keys()].filter((key) => this.#live(key) !== undefined).sort((a, b) => a - b);
  }

  #live(key: number): Entry | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.end > this.now && entry.idleEnd > this.now ? entry : undefined;
  }
}

const key = fc.nat(12);
const time = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(0, Infinity, 86_400_000));
const times = fc.record({ ttl: time, idleTtl: time }, { requiredKeys: [] });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), key, times }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('get' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.oneof(fc.nat(3000), fc.nat(100_000_000)) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 2001, max: 1e7 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setBack' as const), ms: fc.nat(1e9) }) },
);
const standard = fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined });

test('a cache has what a list of deadlines says, and disposes of each value once', () => {
  holds(
    fc.property(standard, standard, fc.array(step, { maxLength: 60 }), (ttl, idleTtl, steps) => {
      const clock = new FakeClock();
      const naive = new Naive(ttl, idleTtl);
      const gone = new Map<number, RemovalCause>();
      const cache = new Cache<number, number>({
        maxEntries: 100,
        clock,
        ...(ttl === undefined ? {} : { ttl }),
        ...(idleTtl === undefined ? {} : { idleTtl }),
        dispose: (value, _, cause) => {
          expect(gone.has(value)).toBe(false);
          gone.set(value, cause);
        },
      });
      let stored = 0;
      steps.forEach((one, value) => {
        if (one.kind === 'set') {
          cache.set(one.key, value, one.times);
          naive.set(one.key, value, one.times);
          if (naive.entries.has(one.key)) stored++;
        } else if (one.kind === 'get') expect(cache.get(one.key)).toBe(naive.get(one.key));
        else if (one.kind === 'delete') expect(cache.delete(one.key)).toBe(naive.delete(one.key));
        else {
          if (one.kind === 'advance') clock.advance(one.ms);
          else if (one.kind === 'sleep') clock.sleep(one.ms);
          else clock.setWall(clock.wallNow() - one.ms);
          if (one.kind !== 'setBack') naive.now += one.ms;
        }
        expect([...cache.keys()].sort((a, b) => a - b)).toEqual(naive.keys());
        expect(clock.pendingTimers).toBeLessThanOrEqual(1);
      });
      // What is due leaves within the sweep interval, or within a minute when the machine has slept.
      clock.advance(61_200);
      naive.now += 60_000;
      const mayStay = naive.keys().length;
      naive.now += 1200;
      expect(cache.size).toBeGreaterThanOrEqual(naive.keys().length);
      expect(cache.size).toBeLessThanOrEqual(mayStay);
      expect(gone.size).toBe(stored - cache.size);
      void cache.close();
      expect(clock.pendingTimers).toBe(0);
      expect(gone.size).toBe(stored);
    }),
    400,
  );
});
