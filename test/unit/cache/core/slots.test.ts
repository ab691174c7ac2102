import { describe, expect, test } from 'vitest';
import { PAGE_SIZE, Slots } from '../../../../src/cache/core/slots.ts';

describe('Slots', () => {
  test('keeps keys, values and hashes while pages and columns grow', () => {
    const count = 2 * PAGE_SIZE + 100;
    const slots = new Slots(count);
    const column = slots.addColumn((length) => new Float64Array(length));
    let growths = 0;
    slots.onGrow(() => growths++);
    let wrong = 0;
    for (let i = 1; i <= count; i++) {
      if (slots.take(`k${i}`, i, i * 3) !== i) wrong++;
      column.items[i] = i / 2;
    }
    expect(wrong).toBe(0);
    expect(growths).toBeGreaterThan(2);
    for (let i = 1; i <= count; i += 997) {
      expect([slots.keyAt(i), slots.valueAt(i), slots.hashes[i], column.items[i]]).toEqual([`k${i}`, i, i * 3, i / 2]);
    }
  });

  test('makes room for what it may hold and no more', () => {
    const slots = new Slots(1000);
    for (let i = 0; i < 1000; i++) slots.take(i, i, i);
    expect(slots.room).toBe(1001);
    expect(slots.pages[0]!.length).toBe(2002);
    for (let i = 0; i < 10; i++) slots.take(i, i, i);
    expect(slots.room).toBeLessThan(1100);
  });

  test('lets go of key and value at once, and takes the slot again when it is released', () => {
    const slots = new Slots(10);
    const slot = slots.take({}, {}, 5);
    slots.state[slot] = 255;
    slots.vacate(slot);
    expect(slots.isTaken(slot)).toBe(false);
    expect([slots.keyAt(slot), slots.valueAt(slot)].map((item) => typeof item)).toEqual(['symbol', 'symbol']);
    expect(slots.take('b', 1, 1)).not.toBe(slot);
    slots.release(slot);
    expect(slots.take('c', undefined, 2)).toBe(slot);
    expect([slots.state[slot], slots.isTaken(slot)]).toEqual([0, true]);
  });
});
