/** What docs/from says of node-cache and inflight, and of us beside them. */
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Cache, coalesce } from '../../src/cache/index.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { serviceOrSkip } from '../helpers/service.ts';

const PEERS = path.resolve('test/peers');
const isThere = ['node-cache', 'inflight'].every((name) => fs.existsSync(path.join(PEERS, 'node_modules', name)));
const require = createRequire(path.join(PEERS, 'package.json'));

interface NodeCache {
  set(key: unknown, value: unknown, ttl?: number): boolean;
  get(key: unknown): unknown;
  keys(): string[];
  getStats(): { vsize: number };
  close(): void;
}

type Inflight = (key: string, done: (...results: unknown[]) => void) => ((...results: unknown[]) => void) | null;

describe.skipIf(serviceOrSkip('the packages of test/peers', isThere))('node-cache', () => {
  const make = (options: object = {}): NodeCache =>
    new (require('node-cache') as new (options: object) => NodeCache)({ checkperiod: 0, ...options });

  test('full, it refuses, what it holds already as well; ours makes room', () => {
    const theirs = make({ maxKeys: 2 });
    theirs.set('a', 1);
    theirs.set('b', 2);
    expect(() => theirs.set('c', 3)).toThrow(/max keys/);
    expect(() => theirs.set('a', 4)).toThrow(/max keys/);
    const ours = new Cache<string, number>({ maxEntries: 2 });
    ours.set('a', 1).set('b', 2).set('c', 3).set('c', 4);
    expect([ours.size, ours.get('c')]).toEqual([2, 4]);
  });

  test('has no bound unless asked for; ours is not made without', () => {
    const theirs = make();
    for (let i = 0; i < 20_000; i++) theirs.set(i, i);
    expect(theirs.keys()).toHaveLength(20_000);
    expect(() => new Cache({})).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });

  test('copies what goes in and comes out; ours gives what it was given', () => {
    const value = { list: [1] };
    const theirs = make();
    theirs.set('a', value);
    expect(theirs.get('a')).not.toBe(value);
    const ours = new Cache<string, object>({ maxEntries: 2 });
    expect(ours.set('a', value).get('a')).toBe(value);
  });

  test('takes 1 and "1" for one key, and no objects; ours tells keys apart as Map does', () => {
    const theirs = make();
    theirs.set(1, 'number');
    theirs.set('1', 'text');
    expect([theirs.get(1), theirs.keys()]).toEqual(['text', ['1']]);
    expect(() => theirs.set({}, 1)).toThrow(/string.*number/);
    const ours = new Cache<unknown, string>({ maxEntries: 5 });
    ours.set(1, 'number').set('1', 'text');
    expect([ours.get(1), ours.get('1')]).toEqual(['number', 'text']);
  });

  test('counts time in seconds; ours in milliseconds, or by words', () => {
    const clock = new FakeClock();
    const ours = new Cache<string, number>({ maxEntries: 2, ttl: '10s', clock });
    ours.set('a', 1);
    clock.advance(9_999);
    expect(ours.has('a')).toBe(true);
    clock.advance(1);
    expect(ours.has('a')).toBe(false);
  });

  test('guesses sizes by kind: 80 bytes for each field of an object; ours measures', () => {
    const theirs = make();
    theirs.set('a', { text: 'x'.repeat(100_000) });
    expect(theirs.getStats().vsize).toBeLessThan(1_000);
    const ours = new Cache<string, object>({ maxBytes: '1MB' });
    ours.set('a', { text: 'x'.repeat(100_000) });
    expect(ours.bytes).toBeGreaterThan(100_000);
  });
});

describe.skipIf(serviceOrSkip('the packages of test/peers', isThere))('inflight', () => {
  const inflight = (): Inflight => require('inflight') as Inflight;

  test('a caller whose predecessors throw is never told; ours tells each', async () => {
    const told: string[] = [];
    const done = inflight()('throws', () => {
      throw new Error('first');
    })!;
    inflight()('throws', () => void told.push('second'));
    expect(() => done()).toThrow('first');
    expect(told).toEqual([]);
    const read = coalesce(async (key: string) => key);
    const first = read('a').then(() => {
      throw new Error('first');
    });
    const second = read('a').then(() => told.push('second'));
    await expect(first).rejects.toThrow('first');
    await second;
    expect(told).toEqual(['second']);
  });

  test('a key that is never called back is held for ever, with its callers; ours has a bound', () => {
    expect(inflight()('stuck', () => {})).toBeTypeOf('function');
    expect(inflight()('stuck', () => {})).toBeNull();
    const read = coalesce((_key: string) => new Promise<never>(() => {}), { maxInFlight: 2 });
    for (const key of ['a', 'b', 'c']) void read(key);
    expect(read.inFlight).toBe(2);
  });
});
