import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Columns } from '../../../src/struct/columns.ts';

describe('Columns', () => {
  test('hold what a plain list of the last rows holds', () => {
    const cell = fc.option(fc.integer(), { nil: null });
    const row = fc.record({ a: cell, b: cell }, { requiredKeys: [] });
    const step = fc.record({ row, replace: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.array(step, { maxLength: 30 }), (capacity, steps) => {
        const columns = new Columns(['a', 'b'], capacity);
        let model: { a: number | null; b: number | null }[] = [];
        for (const { row, replace } of steps) {
          const whole = { a: row.a ?? null, b: row.b ?? null };
          if (replace) columns.replaceLast(row);
          else columns.push(row);
          // Replacing the newest brings nothing back that had to make room for it.
          model = (replace ? [...model.slice(0, -1), whole] : [...model, whole]).slice(-capacity);
        }
        expect(columns.length).toBe(model.length);
        expect(columns.column('a')).toEqual(model.map(({ a }) => a));
        expect(columns.last('b')).toBe(model.at(-1)?.b ?? null);
        expect(columns.at(model.length, 'a')).toBe(null);
      }),
    );
  });
});
