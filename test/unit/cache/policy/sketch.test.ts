import { describe, expect, test } from 'vitest';
import { Sketch } from '../../../../src/cache/policy/sketch.ts';

const hashOf = (i: number): number => Math.imul(i, 0x9e3779b1);

describe('Sketch', () => {
  test('counts up to 15', () => {
    const sketch = new Sketch(100);
    for (let i = 0; i < 30; i++) {
      expect(sketch.get(hashOf(1))).toBe(Math.min(15, i));
      sketch.add(hashOf(1));
    }
  });

  test('raises a count, and never lowers one', () => {
    const sketch = new Sketch(100);
    sketch.raise(hashOf(1), 7);
    sketch.raise(hashOf(1), 3);
    expect(sketch.get(hashOf(1))).toBe(7);
  });

  test('hardly mixes up as many keys as it was made for', () => {
    const sketch = new Sketch(10_000);
    for (let i = 0; i < 10_000; i += 2) sketch.add(hashOf(i));
    let wrong = 0;
    for (let i = 1; i < 10_000; i += 2) if (sketch.get(hashOf(i)) > 0) wrong++;
    expect(wrong).toBeLessThan(1000);
  });

  test('halves all counts when it has counted ten times its capacity', () => {
    const sketch = new Sketch(1);
    sketch.raise(hashOf(1), 8);
    for (let i = 0; i < 20_480; i++) sketch.add(hashOf(2));
    expect(sketch.get(hashOf(1))).toBe(4);
  });

  test('takes one to two bytes for each entry', () => {
    for (const capacity of [4097, 600_000, 1_000_000]) {
      const { byteLength } = new Sketch(capacity);
      expect(byteLength >= capacity && byteLength < 2 * capacity).toBe(true);
    }
  });
});
