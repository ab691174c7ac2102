import { beforeEach, describe, expect, test } from 'vitest';
import { isPlimsollError } from '../../../../src/base/errors.ts';
import { checkCache } from '../../../../src/cache/check.ts';
import { Cache } from '../../../../src/cache/index.ts';
import type { CacheOptions, RemovalCause } from '../../../../src/cache/index.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';

interface Call {
  readonly key: string;
  readonly cause: RemovalCause;
  readonly done: (result?: unknown) => void;
  readonly fail: (error: unknown) => void;
}

let clock: FakeClock;
let errors: unknown[];
/** Calls of the slow disposer, in order. */
let calls: Call[];

beforeEach(() => {
  clock = new FakeClock();
  errors = [];
  calls = [];
});

function makeCache(options: Partial<CacheOptions<string, unknown>> = {}): Cache<string, unknown> {
  return new Cache<string, unknown>({ maxEntries: 10, clock, onError: (error) => errors.push(error), ...options });
}

/** One whose disposer ends when the test says so. */
function makeSlowCache(options: Partial<CacheOptions<string, unknown>> = {}): Cache<string, unknown> {
  return makeCache({
    dispose: (_value, key, cause) => new Promise<unknown>((done, fail) => calls.push({ key, cause, done, fail })),
    ...options,
  });
}

const keysCalled = (): string[] => calls.map(({ key }) => key);

function fillAndClear(cache: Cache<string, unknown>, ...keys: string[]): void {
  for (const key of keys) cache.set(key, key);
  cache.clear();
}

describe('a disposer that returns a promise', () => {
  test('is called for one value at a time, in the order in which they left', async () => {
    const cache = makeSlowCache();
    fillAndClear(cache, 'a', 'b', 'c');
    await settle();
    expect(keysCalled()).toEqual(['a']);
    expect([cache.size, cache.stats().disposing]).toEqual([0, 3]);
    calls[0]!.done();
    await settle();
    expect(keysCalled()).toEqual(['a', 'b']);
    cache.set('d', 1).delete('d');
    calls[1]!.done();
    await settle();
    calls[2]!.done();
    await settle();
    calls[3]!.done();
    await settle();
    expect(calls.map(({ key, cause }) => [key, cause])).toEqual([
      ['a', 'deleted'],
      ['b', 'deleted'],
      ['c', 'deleted'],
      ['d', 'deleted'],
    ]);
    expect(cache.stats()).toMatchObject({ disposeAttempts: 4, disposeRetries: 0, disposeFailures: 0, disposing: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('may be any thenable, and may return at once for some values', async () => {
    const ended: unknown[] = [];
    const cache = makeCache({
      dispose: (_value, key) =>
        // oxlint-disable-next-line unicorn/no-thenable
        key === 'b' ? ended.push(key) : { then: (done: (ended: unknown) => void) => done(ended.push(key)) },
    });
    fillAndClear(cache, 'a', 'b', 'c');
    await settle();
    expect(ended).toEqual(['a', 'b', 'c']);
    expect(cache.stats().disposing).toBe(0);
  });

  test('may call the cache: what that removes has its turn later', async () => {
    const seen: string[] = [];
    const cache: Cache<string, unknown> = makeCache({
      maxEntries: 1,
      dispose: async (_value, key) => {
        seen.push(key);
        if (seen.length < 5) cache.set(`${key}'`, 1).delete(`${key}'`);
        await Promise.resolve();
      },
    });
    cache.set('a', 1).delete('a');
    await settle(60);
    expect(seen).toEqual(['a', "a'", "a''", "a'''", "a''''"]);
    checkCache(cache);
  });
});

describe('a disposer that fails', () => {
  test('is called again after 2 s and 4 s, for the same value and cause, while others have their turn', async () => {
    const at: [string, RemovalCause, number][] = [];
    const cache = makeCache({
      dispose: (value, key, cause) => {
        expect(value).toBe(key);
        at.push([key, cause, clock.steadyNow()]);
        if (key === 'a' && at.length < 4) throw new Error(`no ${key}`);
      },
    });
    cache.set('a', 'a').set('b', 'b');
    cache.delete('a');
    expect(cache.has('a')).toBe(false);
    cache.clear();
    await clock.advanceAsync(10_000);
    expect(at).toEqual([
      ['a', 'deleted', 0],
      ['b', 'deleted', 0],
      ['a', 'deleted', 2000],
      ['a', 'deleted', 6000],
    ]);
    expect(errors.map(String)).toEqual(['Error: no a', 'Error: no a']);
    expect(cache.stats()).toMatchObject({ disposeAttempts: 4, disposeRetries: 2, disposeFailures: 0, disposing: 0 });
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'gives a promise that throws',
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable
        get then(): never {
          throw new Error('broken');
        },
      }),
    ],
  ])('for good, because it %s: it counts, one alert says so, and the cache goes on', async (_, dispose) => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    try {
      const cache = makeCache({ name: 'users', dispose });
      fillAndClear(cache, 'a', 'b');
      await clock.advanceAsync(10_000);
      expect(cache.stats()).toMatchObject({ disposeAttempts: 6, disposeRetries: 4, disposeFailures: 2, disposing: 0 });
      expect(errors).toHaveLength(6);
      expect(cache.set('a', 1).get('a')).toBe(1);
      expect(cache.health()).toMatchObject({ status: 'critical', reasons: ['PLIM_WARN_CACHE_DISPOSAL'] });
      expect(cache.health().alerts).toHaveLength(1);
      expect(clock.pendingTimers).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('warning', listen);
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ code: 'PLIM_WARN_CACHE_DISPOSAL' });
    expect(warnings[0]!.message).toMatch(/^The cache 'users' could not dispose of a value in 3 attempts: broken\./);
  });

  test('has as many attempts, so far apart, as the options say', async () => {
    const at: number[] = [];
    const cache = makeCache({
      disposeAttempts: 4,
      disposeRetryDelay: 100,
      dispose: () => {
        at.push(clock.steadyNow());
        throw new Error('no');
      },
    });
    fillAndClear(cache, 'a');
    await clock.advanceAsync(10_000);
    expect(at).toEqual([0, 100, 300, 700]);
    expect(cache.stats().disposeFailures).toBe(1);
  });

  test('has no second attempt when there is to be one only', async () => {
    const cache = makeCache({ disposeAttempts: 1, dispose: () => Promise.reject(new Error('no')) });
    fillAndClear(cache, 'a');
    await clock.advanceAsync(10_000);
    expect(cache.stats()).toMatchObject({ disposeAttempts: 1, disposeFailures: 1, disposing: 0 });
  });
});

describe('a disposer that hangs', () => {
  test('has failed when its time is up, and the next value has its turn', async () => {
    const cache = makeSlowCache({ disposeTimeout: '5s' });
    fillAndClear(cache, 'a', 'b');
    await clock.advanceAsync(4999);
    expect(keysCalled()).toEqual(['a']);
    await clock.advanceAsync(1);
    expect(keysCalled()).toEqual(['a', 'b']);
    expect(isPlimsollError(errors[0], 'PLIM_ERR_CACHE_DISPOSE_TIMEOUT')).toBe(true);
    calls[1]!.done();
    await clock.advanceAsync(60_000);
    expect(keysCalled()).toEqual(['a', 'b', 'a', 'a']);
    expect(cache.stats()).toMatchObject({ disposeAttempts: 4, disposeRetries: 2, disposeFailures: 1, disposing: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('and comes to its end after its time has no second attempt', async () => {
    const cache = makeSlowCache({ disposeTimeout: 1000 });
    fillAndClear(cache, 'a');
    await clock.advanceAsync(1500);
    calls[0]!.done();
    await clock.advanceAsync(60_000);
    expect(keysCalled()).toEqual(['a']);
    expect(cache.stats()).toMatchObject({ disposeFailures: 0, disposing: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test.each(['done', 'fail'] as const)(
    'and succeeds during its second attempt is disposed of, whatever that does: %s',
    async (end) => {
      const cache = makeSlowCache({ disposeTimeout: 1000, disposeRetryDelay: 100 });
      fillAndClear(cache, 'a', 'b');
      await clock.advanceAsync(1000);
      calls[1]!.done();
      await clock.advanceAsync(100);
      expect(keysCalled()).toEqual(['a', 'b', 'a']);
      calls[0]!.done();
      await settle();
      expect(cache.stats().disposing).toBe(0);
      calls[2]![end](new Error('already ended'));
      await clock.advanceAsync(60_000);
      expect(keysCalled()).toEqual(['a', 'b', 'a']);
      expect(cache.stats()).toMatchObject({ disposing: 0, disposeFailures: 0 });
      expect(errors).toHaveLength(1);
    },
  );

  test('and fails after its time has failed once, not twice', async () => {
    const cache = makeSlowCache({ disposeTimeout: 1000, disposeRetryDelay: 10_000 });
    fillAndClear(cache, 'a');
    await clock.advanceAsync(1500);
    calls[0]!.fail(new Error('late'));
    await clock.advanceAsync(9500);
    expect(keysCalled()).toEqual(['a', 'a']);
    expect(errors).toHaveLength(1);
    expect(cache.stats().disposing).toBe(1);
  });
});

describe('a flood', () => {
  test('of removals does not pile up: what has waited longest has its one attempt at once', async () => {
    const cache = makeSlowCache({ disposeBacklog: 3, disposeTimeout: Infinity });
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, i).delete(`k${i}`);
    // The first is in hand, three wait.
    expect(keysCalled()).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6']);
    for (const { done } of calls.slice(0, 7)) done();
    await settle();
    expect(keysCalled().slice(7)).toEqual(['k7']);
    for (let i = 7; i < 10; i++) {
      calls[i]!.done();
      await settle();
    }
    expect(cache.stats()).toMatchObject({ disposeAttempts: 10, disposing: 0, disposeFailures: 0 });
  });

  test('of failures neither: the oldest has its last attempt at once', () => {
    const seen: string[] = [];
    const cache = makeCache({
      disposeBacklog: 2,
      dispose: (_value, key) => {
        seen.push(key);
        throw new Error('no');
      },
    });
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, 1).delete(key);
    expect(seen).toEqual(['a', 'b', 'c', 'a', 'd', 'b']);
    expect(cache.stats()).toMatchObject({ disposeFailures: 2, disposing: 2 });
    expect(clock.pendingTimers).toBe(2);
  });

  test('behind one slow disposal is worked off in parts, with the event loop in between', async () => {
    let told = 0;
    let letGo: (() => void) | undefined;
    const cache = makeCache({
      maxEntries: 5000,
      disposeBacklog: 5000,
      dispose: (_value, key) => (key === '0' ? new Promise<void>((done) => (letGo = done)) : void told++),
    });
    fillAndClear(cache, ...Array.from({ length: 2500 }, (_, i) => String(i)));
    expect(told).toBe(0);
    letGo!();
    await settle();
    expect(told).toBe(1000);
    await clock.advanceAsync(1);
    expect([told, cache.stats().disposing, clock.pendingTimers]).toEqual([2499, 0, 0]);
  });

  test('without a place to wait leaves everything to the disposer', () => {
    const cache = makeSlowCache({ disposeBacklog: 0 });
    fillAndClear(cache, 'a', 'b', 'c');
    expect(keysCalled()).toEqual(['a', 'b', 'c']);
  });
});

describe('disposeValues', () => {
  test('ends values that can be ended, asynchronously if they can', async () => {
    const ended: string[] = [];
    const cache = makeCache({ disposeValues: true });
    cache.set('a', { [Symbol.dispose]: () => void ended.push('a') });
    cache.set('b', {
      [Symbol.dispose]: () => void ended.push('not b'),
      [Symbol.asyncDispose]: async () => void ended.push(await Promise.resolve('b')),
    });
    cache.set('c', { plain: true }).set('d', null).set('e', undefined).set('f', 'text');
    cache.set(
      'g',
      Object.assign(() => {}, { [Symbol.dispose]: () => void ended.push('g') }),
    );
    const own = {
      name: 'this',
      [Symbol.dispose]() {
        ended.push(this.name);
      },
    };
    cache.set('h', own);
    cache.clear();
    await settle();
    expect(ended.sort()).toEqual(['a', 'b', 'g', 'this']);
    expect(errors).toEqual([]);
    expect(cache.stats()).toMatchObject({ disposing: 0, disposeFailures: 0 });
  });

  test('survives a value whose method cannot even be read', () => {
    const cache = makeCache({ disposeValues: true });
    cache.set('a', {
      get [Symbol.dispose](): never {
        throw new Error('hidden');
      },
    });
    expect(cache.delete('a')).toBe(true);
    expect(errors.map(String)).toEqual(['Error: hidden']);
  });

  test('survives a method that is no function', () => {
    const cache = makeCache({ disposeValues: true });
    cache.set('a', { [Symbol.dispose]: 7 });
    expect(cache.delete('a')).toBe(true);
    expect(errors).toEqual([expect.any(TypeError)]);
  });
});

describe('options', () => {
  test.each([
    [{ dispose: () => {}, disposeValues: true }, '`disposeValues`'],
    [{ disposeValues: 'yes' }, '`disposeValues`'],
    [{ disposeTimeout: -1 }, '`disposeTimeout`'],
    [{ disposeTimeout: 'soon' }, '`disposeTimeout`'],
    [{ disposeAttempts: 0 }, '`disposeAttempts`'],
    [{ disposeAttempts: '3' }, '`disposeAttempts`'],
    [{ disposeRetryDelay: Number.NaN }, '`disposeRetryDelay`'],
    [{ disposeBacklog: -1 }, '`disposeBacklog`'],
    [{ disposeBacklog: 1.5 }, '`disposeBacklog`'],
    [{ closeTimeout: {} }, '`closeTimeout`'],
    [{ leaseTimeout: null }, '`leaseTimeout`'],
  ])('outside their rule are refused: %j', (wrong, named) => {
    const make = (): unknown => new Cache({ maxEntries: 10, ...(wrong as object) });
    expect(make).toThrow(named);
    expect(make).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });
});
