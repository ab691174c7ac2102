/** What a WeakCache does with values that are held; that others are let go of is for test/program. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WeakCache } from '../../../src/cache/index.ts';
import { holds } from '../../helpers/properties.ts';

describe('WeakCache', () => {
  test('is a map of what is held', () => {
    const key = fc.constantFrom('a', 'b', '__proto__', '', 1, Number.NaN, undefined);
    const step = fc.record({ what: fc.constantFrom('set', 'delete', 'getOrCreate', 'clear', 'set'), key });
    const property = fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const cache = new WeakCache<unknown, object>();
      const model = new Map<unknown, object>();
      for (const { what, key: at } of steps) {
        const value = {};
        if (what === 'set') {
          expect(cache.set(at, value)).toBe(cache);
          model.set(at, value);
        } else if (what === 'delete') expect(cache.delete(at)).toBe(model.delete(at));
        else if (what === 'getOrCreate') {
          const expected = model.get(at) ?? value;
          model.set(at, expected);
          expect(cache.getOrCreate(at, () => value)).toBe(expected);
        } else {
          cache.clear();
          model.clear();
        }
        expect([cache.get(at), cache.has(at), cache.size]).toEqual([model.get(at), model.has(at), model.size]);
      }
      expect([new Map(cache), [...cache.keys()], [...cache.values()]]).toEqual([
        model,
        [...model.keys()],
        [...model.values()],
      ]);
      const seen: unknown[] = [];
      cache.forEach((value, at, whole) => seen.push(whole === cache && model.get(at) === value));
      expect(seen).toEqual(Array(model.size).fill(true));
    });
    holds(property, 100);
  });

  test('a create that stores one itself, or throws', () => {
    const cache = new WeakCache<string, object>();
    const own = {};
    expect(cache.getOrCreate('a', (key) => (cache.set(key, own), {}))).toBe(own);
    const broken = (): object =>
      cache.getOrCreate('b', () => {
        throw new Error('broken');
      });
    expect(broken).toThrow('broken');
    expect(cache.size).toBe(1);
  });

  test.each([1, 'text', null, undefined, Symbol.iterator])(
    'refuses the value %s, which no collector can take',
    (value) => {
      expect(() => new WeakCache().set('a', value as never)).toThrow(
        expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
      );
    },
  );
});
