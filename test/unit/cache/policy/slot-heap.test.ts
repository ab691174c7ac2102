import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlotHeap } from '../../../../src/cache/policy/slot-heap.ts';
import { holds } from '../../../helpers/properties.ts';

describe('SlotHeap', () => {
  test('gives the lowest rank first, and of equals the one ranked longest ago', () => {
    holds(
      fc.property(
        fc.array(fc.record({ slot: fc.integer({ min: 1, max: 20 }), rank: fc.nat(4), leaves: fc.boolean() })),
        (steps) => {
          const heap = new SlotHeap();
          heap.grow(21);
          let known: { slot: number; rank: number }[] = [];
          for (const { slot, rank, leaves } of steps) {
            const isThere = known.some((entry) => entry.slot === slot);
            known = known.filter((entry) => entry.slot !== slot);
            if (leaves && isThere) heap.remove(slot);
            else {
              heap.put(slot, rank);
              known.push({ slot, rank });
            }
            heap.check();
            expect(heap.count).toBe(known.length);
          }
          const order = known.toSorted((a, b) => a.rank - b.rank).map(({ slot }) => slot);
          const given: number[] = [];
          for (let slot = heap.lowest(); slot !== 0; slot = heap.lowest()) {
            given.push(slot);
            heap.remove(slot);
          }
          expect(given).toEqual(order);
        },
      ),
      200,
    );
  });
});
