import { describe, expect, it } from 'vitest';
import { interleave, interleavePairs } from '../../../bench/lib/interleave.mjs';

describe('interleave', () => {
  it('runs contenders in turn, and those with fewer rounds in the first ones', async () => {
    const order: string[] = [];
    const runs = await interleave([{ name: 'a' }, { name: 'b', rounds: 1 }], 3, async ({ name }, round) => {
      order.push(`${name}${round}`);
      return round;
    });
    expect(order).toEqual(['a0', 'b0', 'a1', 'a2']);
    expect([...runs]).toEqual([
      ['a', [0, 1, 2]],
      ['b', [0]],
    ]);
  });
});

describe('interleavePairs', () => {
  it('turns the order round with every pair and keeps the sides apart', async () => {
    const order: string[] = [];
    const runs = await interleavePairs('x', 'y', 3, async (side, pair) => {
      order.push(side);
      return `${side}${pair}`;
    });
    expect(order.join('')).toBe('xyyxxy');
    expect(runs).toEqual({ first: ['x0', 'x1', 'x2'], second: ['y0', 'y1', 'y2'] });
  });
});
