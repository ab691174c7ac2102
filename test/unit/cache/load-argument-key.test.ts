import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argumentKey } from '../../../src/cache/load/argument-key.ts';
import { holds } from '../../helpers/properties.ts';

describe('argumentKey', () => {
  test('one plain argument is its own key', () => {
    for (const value of ['a', '', 1, -0, Number.NaN, 1n, true, null, undefined])
      expect(argumentKey([value])).toBe(value);
  });

  test('equal keys mean equal arguments', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('\u0000', '\u0000s1:a', 's1:a', '1', 'null;', 'true', 'undefined;'),
    );
    const plain = fc.oneof(
      text,
      fc.integer(),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined),
    );
    const args = fc.array(plain, { maxLength: 3 });
    const same = (a: unknown[], b: unknown[]): boolean =>
      a.length === b.length && a.every((item, at) => [item].includes(b[at]));
    holds(
      fc.property(args, args, (a, b) => {
        expect(new Set([argumentKey(a), argumentKey(b)]).size === 1).toBe(same(a, b));
        expect(new Set([argumentKey(a), argumentKey([...a])]).size).toBe(1);
      }),
      5000,
    );
  });

  test.each([
    [['a', 'b'], ['ab']],
    [['a', 'b'], ['\u0000s1:as1:b']],
    [[1], ['1']],
    [
      [1, 1n],
      [1n, 1],
    ],
    [[], [undefined]],
    [['a'], ['a', undefined]],
    [
      [null, 1],
      ['null', 1],
    ],
    [
      [12, 3],
      [1, 23],
    ],
  ])('%o is not %o', (a, b) => {
    expect(argumentKey(a)).not.toBe(argumentKey(b));
  });

  test.each([[[{}]], [[1, []]], [[() => 1]], [['a', Symbol('s')]], [[new Date(0)]]])(
    '%o needs a key function',
    (args) => {
      expect(() => argumentKey(args)).toThrow('Expected a `key` function');
    },
  );
});
