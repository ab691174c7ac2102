import { beforeEach, describe, expect, test } from 'vitest';
import { isPlimsollError } from '../../../src/base/errors.ts';
import type { RemovalCause } from '../../../src/cache/index.ts';
import { Scope } from '../../../src/scope/index.ts';
import { ScopePool, type ScopePoolOptions } from '../../../src/session/index.ts';
import { codeThrownBy } from '../../helpers/error-code.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

let clock: FakeClock;
let left: [string, RemovalCause][];
let errors: unknown[];

beforeEach(() => {
  clock = new FakeClock();
  left = [];
  errors = [];
});

/** What a pool tells goes to the lists above. */
function makePool(options: Partial<ScopePoolOptions<string, Scope>> = {}): ScopePool<string> {
  return new ScopePool<string>({
    maxEntries: 3,
    clock,
    warnUtilisation: false,
    onAlert: () => {},
    onRemoved: (_value, key, cause) => left.push([key, cause]),
    onError: (error) => errors.push(error),
    ...options,
  });
}

describe('a map', () => {
  test('makes what is not there, and keeps what is', () => {
    const pool = makePool();
    const scope = pool.open('a');
    expect(scope).toBeInstanceOf(Scope);
    expect([pool.open('a'), pool.get('a'), pool.peek('a'), pool.scopeOf('a')]).toEqual(Array(4).fill(scope));
    expect([pool.has('a'), pool.has('b'), pool.get('b'), pool.size]).toEqual([true, false, undefined, 1]);
    expect([...pool]).toEqual([['a', scope]]);
    expect([...pool.keys()]).toEqual(['a']);
    expect([...pool.values()]).toEqual([scope]);
    const seen: unknown[] = [];
    pool.forEach((value, key, whole) => seen.push(value, key, whole));
    expect(seen).toEqual([scope, 'a', pool]);
  });

  test('ends what is deleted, cleared, replaced or closed, within the call', async () => {
    const pool = makePool();
    const scopes = ['a', 'b', 'c'].map((key) => pool.open(key));
    expect([pool.delete('a'), pool.delete('a')]).toEqual([true, false]);
    pool.set('b', new Scope());
    pool.clear();
    expect(scopes.map(({ disposed }) => disposed)).toEqual([true, true, true]);
    const last = pool.open('d');
    await pool.close();
    expect(last.disposed).toBe(true);
    expect(left.map((each) => each.join(' ')).sort()).toEqual([
      'a deleted',
      'b deleted',
      'b replaced',
      'c deleted',
      'd disposed',
    ]);
    expect(pool.stats()).toMatchObject({ size: 0, open: { total: 0 }, closing: 0 });
  });

  test('a set at 500 leaves 451 when fifty are evicted at a time', () => {
    const pool = makePool({ maxEntries: 500, evictBatch: 50 });
    for (let i = 0; i < 500; i++) pool.open(`t${i}`);
    expect(pool.size).toBe(500);
    pool.open('one more');
    expect(pool.size).toBe(451);
    expect(left).toEqual(Array.from({ length: 50 }, (_, i) => [`t${i}`, 'capacity']));
  });

  test('grows and shrinks with resize', () => {
    const pool = makePool({ maxEntries: 2 });
    pool.resize({ maxEntries: 4 });
    for (const key of 'abcd') pool.open(key);
    pool.resize({ maxEntries: 1 });
    expect([pool.size, pool.maxEntries, [...pool.keys()]]).toEqual([1, 1, ['d']]);
  });

  test('forgets a scope that its user closes', () => {
    const pool = makePool();
    const first = pool.open('a');
    first.dispose();
    expect([pool.size, pool.has('a')]).toEqual([0, false]);
    expect(pool.open('a')).not.toBe(first);
  });

  test('does not give a scope away that has begun to close', async () => {
    const pool = makePool();
    const first = pool.open('a');
    let seen: Scope | undefined;
    first.defer(async () => {
      await Promise.resolve();
      seen = pool.open('a');
    });
    await first.close();
    expect([pool.peek('a') === seen, seen === first]).toEqual([true, false]);
    expect([...pool.keys()]).toEqual(['a']);
  });

  test('ends what is left alone, and what is old', () => {
    const pool = makePool({ idleTtl: '1m', ttl: '5m' });
    const [old, idle] = [pool.open('old'), pool.open('idle')];
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(50_000);
      pool.get('old');
    }
    clock.advance(20_000);
    expect([old.disposed, idle.disposed]).toEqual([false, true]);
    clock.advance(60_000);
    expect(old.disposed).toBe(true);
  });

  test('evicts by what values weigh, which may be weighed again', () => {
    const pool = new ScopePool<string, { bytes: number }>({
      maxEntries: 10,
      maxBytes: '64KB',
      clock,
      sizeOf: ({ bytes }) => bytes,
      create: () => ({ bytes: 1000 }),
      warnUtilisation: false,
      onAlert: () => {},
      onRemoved: (_value, key, cause) => left.push([key, cause]),
    });
    const [a, b] = [pool.open('a'), pool.open('b')];
    a.bytes = 30_000;
    expect(pool.weigh('a')).toBe(true);
    expect(left).toEqual([]);
    b.bytes = 50_000;
    expect(pool.weigh('b')).toBe(true);
    expect(left).toEqual([['a', 'capacity']]);
    expect(pool.weigh('a')).toBe(false);
    pool.open('b').bytes = 70_000;
    expect([pool.weigh('b'), pool.size]).toEqual([false, 0]);
  });

  test('weighing is no use: neither the idle time nor the age begins anew, and the rank stays', () => {
    const pool = makePool({ maxEntries: 2, idleTtl: '1m', ttl: '5m', maxBytes: '64KB', sizeOf: () => 100 });
    const [first, second] = [pool.open('first'), pool.open('second')];
    expect(pool.weigh('first')).toBe(true);
    pool.open('third');
    expect([first.disposed, second.disposed]).toEqual([true, false]);
    for (let half = 0; half < 3; half++) {
      clock.advance(29_000);
      pool.weigh('second');
    }
    expect(second.disposed).toBe(true);
    const third = pool.open('third');
    for (let half = 0; half < 11; half++) {
      clock.advance(29_000);
      pool.get('third');
      pool.weigh('third');
    }
    expect(third.disposed).toBe(true);
  });

  test('a value of its own keeps its scope when another value comes with the same one', () => {
    const scope = new Scope();
    const pool = new ScopePool<string, string>({ maxEntries: 2, clock });
    pool.set('a', 'one', scope);
    pool.set('a', 'two', scope);
    pool.set('a', 'two', scope);
    expect([pool.get('a'), scope.disposed]).toEqual(['two', false]);
    pool.delete('a');
    expect(scope.disposed).toBe(true);
  });
});

describe('pins', () => {
  test('keep a key, and when all are pinned nothing comes in', () => {
    const pool = makePool({ maxEntries: 2 });
    pool.open('a');
    expect([pool.pin('a'), pool.pin('nobody')]).toEqual([true, false]);
    for (const key of 'bcd') pool.open(key);
    expect([...pool.keys()].sort()).toEqual(['a', 'd']);
    pool.pin('d');
    const late = new Scope();
    expect(codeThrownBy(() => pool.set('e', late))).toBe('PLIM_ERR_POOL_FULL');
    expect(late.disposed).toBe(true);
    expect(codeThrownBy(() => pool.open('f'))).toBe('PLIM_ERR_POOL_FULL');
    expect([pool.unpin('a'), pool.unpin('a')]).toEqual([true, false]);
    pool.open('e');
    expect(pool.has('a')).toBe(false);
  });
});

describe('ending', () => {
  test('nothing of an evicted key fires any more; a timer that has to be heard of fires then', () => {
    const pool = makePool({ maxEntries: 1 });
    const fired: string[] = [];
    const scope = pool.open('a');
    scope.defer(() => fired.push('flushed'), { name: 'buffer' });
    scope.setTimeout(() => fired.push('flush timer'), '1s', { name: 'flush' });
    scope.setTimeout(() => fired.push('turn timed out'), '1m', { name: 'turn', fireAtEnd: true });
    expect(pool.stats().open).toEqual({
      total: 3,
      byKind: { timeout: 2, deferred: 1 },
      byName: { buffer: 1, flush: 1, turn: 1 },
    });
    pool.open('b');
    expect(fired).toEqual(['turn timed out', 'flushed']);
    clock.advance(3_600_000);
    expect(fired).toEqual(['turn timed out', 'flushed']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a turn that is over, or has timed out, does not fire at the end', () => {
    const pool = makePool();
    const fired: string[] = [];
    const [over, late] = [pool.open('over'), pool.open('late')];
    over.setTimeout(() => fired.push('over'), '1s', { fireAtEnd: true }).dispose();
    late.setTimeout(() => fired.push('late'), '1s', { fireAtEnd: true });
    clock.advance(1000);
    pool.clear();
    expect(fired).toEqual(['late']);
  });

  test('waits for what takes its time, within the limit', async () => {
    const pool = makePool({ closeTimeout: '1s' });
    let end = (): void => {};
    pool.open('a').defer(() => new Promise<void>((resolve) => (end = resolve)));
    pool.open('b').defer(() => new Promise(() => {}), { name: 'endless' });
    const closed = pool.close();
    await settle();
    expect(pool.stats().closing).toBe(2);
    end();
    await clock.advanceAsync(1000);
    await closed;
    expect(errors.map((error) => isPlimsollError(error, 'PLIM_ERR_SCOPE_TIMEOUT'))).toEqual([true]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('an error of one is told, and touches no other', async () => {
    const pool = makePool();
    let ends = 0;
    pool.open('a').defer(() => ends++);
    pool.open('b').defer(() => {
      throw 'broken';
    });
    pool.open('c').defer(() => ends++);
    pool.clear();
    await pool.settled();
    expect({ ends, errors }).toEqual({ ends: 2, errors: ['broken'] });
  });

  test('a disposer may use the pool', () => {
    const pool = makePool({ maxEntries: 2 });
    pool.open('a').defer(() => void pool.open('from a'));
    pool.open('b');
    pool.open('c');
    expect(pool.size).toBe(2);
    expect(pool.has('from a')).toBe(true);
  });

  test('a `create` that throws leaves nothing', () => {
    let scope: Scope | undefined;
    const pool = new ScopePool<string, string>({
      maxEntries: 2,
      create: (own) => {
        scope = own;
        throw new Error('not today');
      },
    });
    expect(() => pool.open('a')).toThrow('not today');
    expect([scope?.disposed, pool.size]).toEqual([true, 0]);
  });

  test('a closed pool is empty, refuses what is new, and ends what came with a set', async () => {
    const pool = makePool();
    await pool.close();
    const scope = new Scope();
    for (const use of [() => pool.open('a'), () => pool.set('a', scope), () => pool.resize({ maxEntries: 1 })]) {
      expect(codeThrownBy(use)).toBe('PLIM_ERR_POOL_CLOSED');
    }
    expect([pool.get('a'), pool.has('a'), pool.delete('a'), pool.evict(1), pool.pin('a'), [...pool]]).toEqual([
      undefined,
      false,
      false,
      0,
      false,
      [],
    ]);
    expect([pool.stats().size, pool.size, scope.disposed]).toEqual([0, 0, true]);
    await pool.close();
  });
});

describe('bad input', () => {
  test.each([
    undefined,
    {},
    { maxEntries: 0 },
    { maxEntries: '5' },
    { maxEntries: 5, evictBatch: 0 },
    { maxEntries: 5, maxBytes: '1MB' },
    { maxEntries: 5, policy: 'random' },
    { maxEntries: 5, create: 'new' },
    { maxEntries: 5, closeTimeout: -1 },
    { maxEntries: 5, name: '' },
    { maxEntries: 5, traces: 'some' },
  ])('%j', (options) => {
    expect(codeThrownBy(() => new ScopePool(options as never))).toBe('PLIM_ERR_OPTION_INVALID');
  });

  test('a timer option that is none', () => {
    const run = (): unknown => new Scope().setTimeout(() => {}, 1, { fireAtEnd: 1 as never });
    expect(codeThrownBy(run)).toBe('PLIM_ERR_OPTION_INVALID');
  });
});
