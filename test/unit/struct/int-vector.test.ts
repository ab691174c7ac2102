import { expect, test } from 'vitest';
import { IntVector } from '../../../src/struct/int-vector.ts';

test('keeps what is added in order, however often it has to grow', () => {
  const vector = new IntVector(1);
  const expected: number[] = [];
  for (let i = 0; i < 100; i++) {
    vector.push(i);
    vector.append(Uint32Array.of(2 ** 32 - 1, i * 7, 5), 2);
    expected.push(i, 2 ** 32 - 1, i * 7);
  }
  expect([...vector.view()]).toEqual(expected);
  expect(vector.length).toBe(300);
});

test('grows from no room at all', () => {
  const vector = new IntVector(0);
  vector.push(3);
  vector.append(Uint32Array.of(4, 5, 6, 7), 4);
  expect([...vector.view()]).toEqual([3, 4, 5, 6, 7]);
});
