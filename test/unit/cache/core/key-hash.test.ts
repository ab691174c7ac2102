import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isForeign, KeyHash } from '../../../../src/cache/core/key-hash.ts';
import { hashKey, setHashKey } from '../../../../src/cache/core/seed.ts';

const key = { low: 12345, high: -678 };
const some = Array.from({ length: 200 }, (_, i) => `user:${String(i).padStart(6, '0')}`);

describe('KeyHash', () => {
  test('gives keys that Map holds for one the same hash', () => {
    for (const hash of [new KeyHash('sampled', key), new KeyHash('keyed', key), new KeyHash('whole', key)]) {
      expect(hash.of(-0)).toBe(hash.of(0));
      expect(hash.of(Number.NaN)).toBe(hash.of(Number.parseInt('x', 10)));
      expect(hash.of('ab'.slice(0, 1) + 'c')).toBe(hash.of('ac'));
    }
  });

  test('tells numbers and their texts, and neighbouring doubles apart', () => {
    const hash = new KeyHash('sampled', key);
    expect(hash.of(1)).not.toBe(hash.of('1'));
    expect(hash.of(0.1)).not.toBe(hash.of(0.1 + Number.EPSILON / 8));
    expect(hash.of(2 ** 32)).not.toBe(hash.of(0));
  });

  test('learns where strings differ, once for the same sample', () => {
    const learned = new KeyHash('sampled', key).relearned(some)!;
    expect(learned.strength).toBe('sampled');
    expect(new Set(some.map((text) => learned.of(text))).size).toBe(some.length);
    expect(learned.of('user:000001')).not.toBe(learned.of('user:00001'));
    expect(learned.relearned(some)).toBeUndefined();
  });

  test('becomes stronger until it reads everything, and keeps private hashes meanwhile', () => {
    const object = {};
    const sampled = new KeyHash('sampled', key);
    const known = sampled.of(object);
    sampled.foreign.remember(object, known);
    const keyed = sampled.stronger()!;
    const whole = keyed.stronger()!;
    expect([keyed.strength, whole.strength, whole.stronger()]).toEqual(['keyed', 'whole', undefined]);
    expect(whole.of(object)).toBe(known);
    expect(keyed.relearned(some)).toBeUndefined();
    const long = (middle: string): string => `${'x'.repeat(5001)}${middle}${'x'.repeat(9000)}`;
    expect(whole.of(long('a'))).not.toBe(whole.of(long('b')));
  });

  test('calls nothing of the keys it is given', () => {
    const touchy = new Proxy({}, { get: () => expect.fail('the key was looked at') });
    expect(new KeyHash('sampled', key).of(touchy)).toBeTypeOf('number');
  });
});

test('isForeign holds for all but strings and numbers', () => {
  expect(['a', 1, Number.NaN].map(isForeign)).toEqual([false, false, false]);
  expect([1n, Symbol('s'), {}, null, undefined, true].every(isForeign)).toBe(true);
});

describe('hashKey', () => {
  beforeEach(() => setHashKey(undefined));
  afterEach(() => setHashKey(undefined));

  test('is drawn once, unless a test gives it', () => {
    const drawn = hashKey();
    expect(hashKey()).toBe(drawn);
    setHashKey(undefined);
    expect(hashKey()).not.toEqual(drawn);
    setHashKey(key);
    expect(hashKey()).toBe(key);
  });
});
