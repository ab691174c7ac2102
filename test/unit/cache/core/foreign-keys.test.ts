import { describe, expect, test } from 'vitest';
import { ForeignKeys } from '../../../../src/cache/core/foreign-keys.ts';

describe('ForeignKeys', () => {
  test('keeps the hash it promised, until it is told to forget', () => {
    const keys = new ForeignKeys();
    const [a, b] = [{}, {}];
    const promised = keys.hashOf(a);
    keys.remember(a, promised);
    keys.remember(b, keys.hashOf(b));
    expect(keys.hashOf(a)).toBe(promised);
    expect(keys.hashOf(b)).not.toBe(promised);
    expect(keys.size).toBe(2);
    keys.forget(a);
    keys.forget({});
    expect(keys.size).toBe(1);
    expect(keys.hashOf(a)).not.toBe(promised);
  });

  test('goes on beyond what one map may hold', () => {
    const keys = new ForeignKeys();
    const count = 2 ** 18 + 10;
    for (let i = 0; i < count; i++) keys.remember(BigInt(i), keys.hashOf(BigInt(i)));
    expect(keys.size).toBe(count);
    expect(keys.hashOf(0n)).not.toBe(keys.hashOf(BigInt(count - 1)));
    keys.forget(BigInt(count - 1));
    keys.forget(0n);
    expect(keys.size).toBe(count - 2);
  });
});
