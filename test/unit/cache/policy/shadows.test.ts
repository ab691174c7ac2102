import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShadowLfu } from '../../../../src/cache/policy/shadow-lfu.ts';
import { ShadowLru } from '../../../../src/cache/policy/shadow-lru.ts';
import { holds } from '../../../helpers/properties.ts';

test('ShadowLru hits what an exact LRU cache would', () => {
  holds(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(14), { maxLength: 200 }), (capacity, requests) => {
      const shadow = new ShadowLru(capacity);
      let order: number[] = [];
      for (const request of requests) {
        expect(shadow.access(request)).toBe(order.includes(request));
        order = [...order.filter((known) => known !== request), request].slice(-capacity);
      }
    }),
    200,
  );
});

test('ShadowLfu keeps popular hashes through a scan, which LRU does not', () => {
  const shadow = new ShadowLfu(100, 2);
  const lru = new ShadowLru(100);
  const scatter = (i: number): number => Math.imul(i + 1, 0x9e3779b1);
  const hits = { lfu: 0, lru: 0 };
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 60; i++) {
      if (shadow.access(scatter(i))) hits.lfu++;
      if (lru.access(scatter(i))) hits.lru++;
    }
    for (let i = 0; i < 300; i++) {
      shadow.access(scatter(1000 + round * 300 + i));
      lru.access(scatter(1000 + round * 300 + i));
    }
  }
  expect(hits.lru).toBe(0);
  expect(hits.lfu).toBeGreaterThan(900);
});
