import { describe, expect, test } from 'vitest';
import { SlotIndex } from '../../../../src/cache/core/slot-index.ts';
import { Slots } from '../../../../src/cache/core/slots.ts';

function fill(index: SlotIndex, slots: Slots, count: number, hashOf: (i: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const slot = slots.take(i, i, hashOf(i));
    index.add(hashOf(i), slot);
    return slot;
  });
}

const scatter = (i: number): number => {
  const hash = Math.imul(i + 1, 0x9e3779b1);
  return hash ^ (hash >>> 15);
};

describe('SlotIndex', () => {
  test('finds what was added, while its table doubles and splits', () => {
    const slots = new Slots(100_000);
    const index = new SlotIndex(slots, 18, true);
    const added = fill(index, slots, 100_000, scatter);
    expect(index.tables.length).toBe(4);
    expect(index.count).toBe(100_000);
    expect(added.every((slot, i) => index.has(scatter(i), slot))).toBe(true);
    added.forEach((slot, i) => i % 3 === 0 && index.remove(scatter(i), slot));
    expect(added.every((slot, i) => index.has(scatter(i), slot) === (i % 3 !== 0))).toBe(true);
    expect(index.longProbes).toBeLessThan(1000);
  });

  test('closes the gap that a removal leaves among equal hashes, around the end of the table too', () => {
    for (const hash of [7, 31]) {
      const slots = new Slots(100);
      const index = new SlotIndex(slots, 16, true);
      const added = fill(index, slots, 6, () => hash);
      for (const gone of [2, 0, 5]) index.remove(hash, added[gone]!);
      expect(added.map((slot) => index.has(hash, slot))).toEqual([false, true, false, true, true, false]);
    }
  });

  test('does not mind being asked to remove what is not there', () => {
    const slots = new Slots(100);
    const index = new SlotIndex(slots, 16, true);
    fill(index, slots, 5, scatter);
    index.remove(scatter(50), 50);
    expect(index.count).toBe(5);
  });

  test('counts long probes', () => {
    const slots = new Slots(1000);
    const index = new SlotIndex(slots, 16, true);
    fill(index, slots, 40, () => 99);
    expect(index.longProbes).toBeGreaterThan(25);
  });

  test('gives up on a table that does not part, or parts it for ever when there is no better hash', () => {
    const lookAlike = (i: number): number => i & 0xffff;
    for (const mayDecline of [true, false]) {
      const slots = new Slots(60_000);
      const index = new SlotIndex(slots, 17, mayDecline);
      const added = fill(index, slots, 40_000, lookAlike);
      expect(index.longProbes > 2 ** 29).toBe(true);
      expect(index.directoryMask < 2 ** 16).toBe(true);
      expect(added.every((slot, i) => index.has(lookAlike(i), slot))).toBe(true);
    }
  });
});
