import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';

// Each test has fake timers of its own, as the suites of our users have: every time the clock begins anew.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([1, 2, 3])('entries expire on fake timers, in a %ith test as in the first', (turn) => {
  const gone: unknown[] = [];
  const cache = new Cache<string, number>({
    maxEntries: 10,
    ttl: '10s',
    dispose: (value, _key, cause) => void gone.push([value, cause]),
  });
  cache.set('a', turn);
  vi.advanceTimersByTime(9_000);
  expect(cache.get('a')).toBe(turn);
  cache.set('b', turn);
  vi.advanceTimersByTime(1_000);
  expect(cache.get('a')).toBeUndefined();
  vi.advanceTimersByTime(15_000);
  expect(gone).toEqual([
    [turn, 'expired'],
    [turn, 'expired'],
  ]);
  expect(cache.size).toBe(0);
});
