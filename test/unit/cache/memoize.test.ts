import { describe, expect, test } from 'vitest';
import { memoize } from '../../../src/cache/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

describe('a plain function', () => {
  test('is called once for its arguments; undefined is a result, an error is not', () => {
    const seen: unknown[][] = [];
    const double = memoize(
      (n: number, unit?: string) => {
        seen.push([n, unit]);
        if (n < 0) throw new RangeError('negative');
        return n === 0 ? undefined : `${n * 2}${unit ?? ''}`;
      },
      { maxEntries: 10 },
    );
    expect([double(1), double(1), double(1, 'm'), double(0), double(0)]).toEqual([
      '2',
      '2',
      '2m',
      undefined,
      undefined,
    ]);
    expect(() => double(-1)).toThrow(RangeError);
    expect(() => double(-1)).toThrow(RangeError);
    expect(seen).toEqual([
      [1, undefined],
      [1, 'm'],
      [0, undefined],
      [-1, undefined],
      [-1, undefined],
    ]);
  });

  test('shows its cache', () => {
    let calls = 0;
    const memoized = memoize((key: string) => `${key}${++calls}`, { maxEntries: 10, name: 'mine' });
    memoized('a');
    expect(memoized.cache.name).toBe('mine');
    memoized.cache.delete('a');
    expect(memoized('a')).toBe('a2');
    memoized.cache.set('b', 'given');
    expect(memoized('b')).toBe('given');
  });

  test('may call itself', () => {
    const fib: (n: number) => number = memoize((n: number) => (n < 2 ? n : fib(n - 1) + fib(n - 2)), {
      maxEntries: 100,
    });
    expect(fib(70)).toBe(190_392_490_709_135);
  });

  test('is called again when its time is up', () => {
    const clock = new FakeClock();
    let calls = 0;
    const memoized = memoize(() => ++calls, { maxEntries: 1, ttl: '1m', clock });
    expect([memoized(), memoized()]).toEqual([1, 1]);
    clock.advance(60_000);
    expect(memoized()).toBe(2);
  });
});

describe('a function that returns promises', () => {
  test('is called once for callers at the same time, and its results are kept, undefined too', async () => {
    let calls = 0;
    const memoized = memoize(
      async (key: string) => {
        calls++;
        await Promise.resolve();
        return key === 'none' ? undefined : key.toUpperCase();
      },
      { maxEntries: 10 },
    );
    expect(await Promise.all([memoized('a'), memoized('a'), memoized('b')])).toEqual(['A', 'A', 'B']);
    expect(await memoized('a')).toBe('A');
    expect(memoized.cache.get('a')).toBe('A');
    expect([await memoized('none'), await memoized('none')]).toEqual([undefined, undefined]);
    expect(calls).toBe(3);
  });

  test('undefined is a result for as long as others', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const make = (options: object) =>
      memoize(async () => void calls++, { maxEntries: 10, clock, ttl: 1000, negativeTtl: { error: 1 }, ...options });
    for (const memoized of [make({}), make({ ttl: undefined, idleTtl: 1000 })]) {
      calls = 0;
      await memoized();
      clock.advance(999);
      await memoized();
      expect(calls).toBe(1);
      clock.advance(1);
      await memoized();
      expect(calls).toBe(2);
    }
  });

  test('its errors are not kept, unless asked for', async () => {
    let calls = 0;
    const fail = async (): Promise<string> => {
      throw new Error(`no ${++calls}`);
    };
    const memoized = memoize(fail, { maxEntries: 10 });
    await expect(memoized()).rejects.toThrow('no 1');
    await expect(memoized()).rejects.toThrow('no 2');
    const remembering = memoize(fail, { maxEntries: 10, negativeTtl: { error: '1m' } });
    await expect(remembering()).rejects.toThrow('no 3');
    await expect(remembering()).rejects.toThrow('no 3');
  });

  test('may be refreshed in the background', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const memoized = memoize(async (key: string) => `${key}${++calls}`, { maxEntries: 10, refreshAfter: 1000, clock });
    await memoized('a');
    clock.advance(1000);
    expect(await memoized('a')).toBe('a1');
    await settle();
    expect(await memoized('a')).toBe('a2');
  });
});

test('a key of the caller tells calls apart', () => {
  let calls = 0;
  const memoized = memoize((user: { id: number }) => user.id + ++calls, { maxEntries: 10, key: ({ id }) => id });
  expect([memoized({ id: 10 }), memoized({ id: 10 }), memoized.cache.get(10)]).toEqual([11, 11, 11]);
  expect(() => memoize((user: object) => user, { maxEntries: 10 })({})).toThrow('Expected a `key` function');
});

test('has no `this`, so that objects do not share results', () => {
  class Rates {
    readonly factor = 2;
    readonly times = memoize(
      function (this: unknown, n: number) {
        return (this as Rates).factor * n;
      },
      { maxEntries: 10 },
    );
  }
  expect(() => new Rates().times(1)).toThrow(TypeError);
});

test.each([
  [() => memoize(5 as never, { maxEntries: 1 }), '`fn` to be a function'],
  [() => memoize(() => 1, undefined as never), '`options` to be an object'],
  [() => memoize(() => 1, { maxEntries: 1, key: 5 as never }), '`key` to be a function'],
  [() => memoize(() => 1, { maxEntries: 0 }), '`maxEntries`'],
])('bad input %# is refused', (make, message) => {
  expect(make).toThrow(message);
});

test('needs a bound', () => {
  expect(() => memoize(() => 1, {})).toThrow('A cache needs a bound');
});
