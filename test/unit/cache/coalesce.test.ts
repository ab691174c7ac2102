import { describe, expect, test } from 'vitest';
import { coalesce } from '../../../src/cache/index.ts';
import { settle } from '../../helpers/fake-clock.ts';

interface Call {
  readonly args: unknown[];
  readonly resolve: (value: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A function whose calls the test ends by hand. */
function makeTask(): { calls: Call[]; task: (...args: unknown[]) => Promise<string> } {
  const calls: Call[] = [];
  return {
    calls,
    task: (...args) => new Promise((resolve, reject) => calls.push({ args, resolve, reject })),
  };
}

describe('coalesce', () => {
  test('calls with equal arguments share one run, and nothing is kept afterwards', async () => {
    const { calls, task } = makeTask();
    const shared = coalesce(task);
    const asked = [shared('a', 1), shared('a', 1), shared('a', '1')];
    expect(calls.map(({ args }) => args)).toEqual([
      ['a', 1],
      ['a', '1'],
    ]);
    expect(shared.inFlight).toBe(2);
    calls[0]!.resolve('one');
    calls[1]!.resolve('two');
    expect(await Promise.all(asked)).toEqual(['one', 'one', 'two']);
    await settle();
    expect(shared.inFlight).toBe(0);
    void shared('a', 1);
    expect(calls).toHaveLength(3);
  });

  test('errors are shared as they are, also those thrown at once, and disturb nobody else', async () => {
    const problem = new Error('mine');
    const { calls, task } = makeTask();
    const shared = coalesce(task);
    const asked = [shared('a'), shared('a')];
    calls[0]!.reject(problem);
    for (const promise of asked) await expect(promise).rejects.toBe(problem);
    const throwing = coalesce(() => {
      throw problem;
    });
    await expect(throwing()).rejects.toBe(problem);
    await settle();
    expect([shared.inFlight, throwing.inFlight]).toEqual([0, 0]);
  });

  test('plain results become promises', async () => {
    expect(await coalesce((a: number) => a + 1)(1)).toBe(2);
  });

  test('a function that calls itself joins its own run', async () => {
    let runs = 0;
    const shared: () => Promise<string> = coalesce(() => {
      runs++;
      void shared().catch(() => {});
      return 'done';
    });
    expect(await shared()).toBe('done');
    const cyclic: () => Promise<string> = coalesce(() => cyclic());
    await expect(cyclic()).rejects.toThrow(TypeError);
    expect(runs).toBe(1);
  });

  test('a call made when a run has just ended starts another', async () => {
    let runs = 0;
    const shared = coalesce(async () => ++runs);
    const first = shared();
    const second = first.then(() => shared());
    expect([await first, await second]).toEqual([1, 2]);
  });

  test('by a key of the caller', async () => {
    const { calls, task } = makeTask();
    const shared = coalesce((user: { id: number }) => task(user), { key: ({ id }) => id });
    void shared({ id: 1 });
    void shared({ id: 1 });
    void shared({ id: 2 });
    expect(calls).toHaveLength(2);
  });

  test('what the key function throws rejects, and an object without one too', async () => {
    const problem = new Error('mine');
    const failing = coalesce((a: string) => a, {
      key: () => {
        throw problem;
      },
    });
    await expect(failing('a')).rejects.toBe(problem);
    await expect(coalesce((a: object) => a)({})).rejects.toThrow('Expected a `key` function');
  });

  test('calls that never end hold a bounded number of keys; who waits for a forgotten one gets its result', async () => {
    const { calls, task } = makeTask();
    const shared = coalesce(task, { maxInFlight: 3 });
    const asked = [0, 1, 2, 3, 4].map((key) => shared(key));
    expect(shared.inFlight).toBe(3);
    const again = shared(0);
    expect(calls).toHaveLength(6);
    calls[0]!.resolve('forgotten');
    expect(await asked[0]).toBe('forgotten');
    await settle();
    expect(shared.inFlight).toBe(3);
    calls[5]!.resolve('new');
    expect(await again).toBe('new');
    await settle();
    expect(shared.inFlight).toBe(2);
  });

  test('has no `this`', async () => {
    const holder = {
      shared: coalesce(function (this: unknown) {
        return this;
      }),
    };
    expect(await holder.shared()).toBeUndefined();
  });

  test.each([
    [() => coalesce(5 as never), '`fn` to be a function'],
    [() => coalesce(() => 1, 5 as never), '`options` to be an object'],
    [() => coalesce(() => 1, { key: 5 as never }), '`key` to be a function'],
    [() => coalesce(() => 1, { maxInFlight: 0 }), '`maxInFlight` to be a whole number of at least 1'],
  ])('bad input %# is refused', (make, message) => {
    expect(make).toThrow(`Expected ${message}`);
  });
});
