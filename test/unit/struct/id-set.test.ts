import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdSet } from '../../../src/struct/id-set.ts';
import { holds } from '../../helpers/properties.ts';

/** Ids close together, as objects have them, and anywhere, as those made from addresses. */
const ids = fc.oneof(
  fc.nat(100),
  fc.nat(200_000),
  fc.nat(2 ** 32 - 1),
  fc.constantFrom(0, 65_535, 65_536, 2 ** 32 - 1),
);

test('has what a Set has', () => {
  holds(
    fc.property(fc.array(ids, { maxLength: 50 }), fc.array(ids, { maxLength: 50 }), (members, others) => {
      const expected = new Set(members);
      const set = new IdSet(Uint32Array.from(members));
      for (const id of [...members, ...others]) expect(set.has(id)).toBe(expected.has(id));
    }),
    300,
  );
});

test('is empty when it is made of nothing', () => {
  const set = new IdSet(new Uint32Array(0));
  expect([0, 1, 65_536, 2 ** 32 - 1].map((id) => set.has(id))).toEqual([false, false, false, false]);
});
