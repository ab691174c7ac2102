/**
 * Random interleavings of callers, loads, writes and sweeps: one load per key and moment, every caller answered, with what
 * was true at some time since it asked, and nothing left behind.
 *
 * `PLIMSOLL_LOADING_OPERATIONS` sets the number of operations (`npm test` makes 20,000; ten million were run by hand).
 */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

const OPERATIONS = Number(process.env['PLIMSOLL_LOADING_OPERATIONS'] || 20_000);
const SEED = Number(process.env['PLIMSOLL_TEST_SEED'] || Date.now());
const KEYS = 60;

/** Marsaglia's xorshift: the same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

interface PendingLoad {
  readonly key: number;
  readonly signal: AbortSignal;
  readonly end: () => void;
}

test(`${OPERATIONS} interleaved operations (seed ${SEED})`, { timeout: 36_000_000 }, async () => {
  const random = randomFrom(SEED);
  const clock = new FakeClock();
  const pending = new Set<PendingLoad>();
  /** Where values come from: every write makes them larger. */
  const source = Array.from({ length: KEYS }, () => 0);
  let maxLoadsOfKey = 0;
  const underWay = Array.from({ length: KEYS }, () => 0);
  /** Writes since the load of a key began, which allow another load beside it. */
  const overtaken = Array.from({ length: KEYS }, () => 0);
  let answered = 0;
  let asked = 0;

  const cache: Cache<number, number> = new Cache<number, number>({
    maxEntries: 40,
    ttl: 3000,
    idleTtl: 1000,
    clock,
    staleWhileRevalidate: 200,
    refreshAfter: 800,
    onError: () => {},
    load: (key, { signal }) => {
      underWay[key]!++;
      maxLoadsOfKey = Math.max(maxLoadsOfKey, underWay[key]! - overtaken[key]!);
      return new Promise<number>((resolve, reject) => {
        const value = source[key]!;
        const load: PendingLoad = {
          key,
          signal,
          end: () => {
            pending.delete(load);
            underWay[key]!--;
            overtaken[key] = Math.min(overtaken[key]!, underWay[key]!);
            if (random(10) === 0) reject(new Error('of the source'));
            else resolve(value);
          },
        };
        pending.add(load);
      });
    },
  });
  const longLived = new AbortController();

  const ask = async (key: number): Promise<void> => {
    asked++;
    const since = source[key]!;
    const controller = random(3) === 0 ? new AbortController() : undefined;
    const signal = controller?.signal ?? (random(2) === 0 ? longLived.signal : undefined);
    const answer = random(8) === 0 ? cache.getOrLoadMany([key], { signal }) : cache.getOrLoad(key, { signal });
    if (controller !== undefined && random(2) === 0) controller.abort(new Error('gone'));
    const result = await answer.catch(() => since);
    answered++;
    const value = typeof result === 'number' ? result : result.get(key)!;
    // A write between the two may or may not be seen; one before the question must be.
    if (!(value >= since && value <= source[key]!))
      throw new Error(`${value} of ${key} was not true since it was asked`);
  };

  /** What is under way of `key` no longer counts: another load may begin. */
  const overtake = (key: number): void => void (overtaken[key] = underWay[key]!);

  for (let done = 0; done < OPERATIONS; done++) {
    const key = random(KEYS);
    const what = random(100);
    if (what < 60) void ask(key);
    else if (what < 80) {
      for (const load of pending) {
        if (random(3) === 0) load.end();
        if (random(4) === 0) break;
      }
    } else if (what < 84) {
      overtake(key);
      cache.set(key, ++source[key]!);
      expect(cache.peek(key)).toBe(source[key]);
    } else if (what < 87) {
      overtake(key);
      source[key]!++;
      cache.delete(key);
      expect(cache.has(key)).toBe(false);
    } else if (what < 90) cache.get(key);
    else if (what === 90 && random(50) === 0) {
      for (let each = 0; each < KEYS; each++) overtake(each);
      cache.clear();
    } else if (what < 96) await Promise.resolve();
    else clock.advance(random(300));
    // A load that everybody left is over, whether its function knows it or not.
    for (const load of pending) {
      if (!load.signal.aborted) continue;
      overtaken[load.key] = Math.min(underWay[load.key]!, overtaken[load.key]! + 1);
      load.end();
    }
    if (done % 64 === 0) await settle(4);
    if (cache.size > 40) throw new Error('over the bound');
    // Whatever was loaded before a write never comes in after it.
    const found = cache.peek(key);
    if (found !== undefined && found !== source[key])
      throw new Error(`${found} was found where ${source[key]} is true`);
  }

  while (pending.size > 0) {
    for (const load of pending) load.end();
    await settle();
  }
  await settle();
  expect(maxLoadsOfKey).toBe(1);
  expect(answered).toBe(asked);
  expect(cache.stats().loading).toBe(0);
  expect(getEventListeners(longLived.signal, 'abort')).toEqual([]);
  clock.advance(10_000);
  expect(cache.size).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});
