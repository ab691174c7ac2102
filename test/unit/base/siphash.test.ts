import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeSipKey, sipHash } from '../../../src/base/siphash.ts';

/** The authors' test key and inputs: 0, 1, 2, ... */
const key = new Uint32Array(Uint8Array.from({ length: 16 }, (_, i) => i).buffer);
const input = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

// The first six are among the authors' test vectors; all are what OpenSSL's SIPHASH gives.
test.each([
  [0, '726fdb47dd0e0e31'],
  [1, '74f839c593dc67fd'],
  [7, 'ab0200f58b01d137'],
  [8, '93f5f5799a932462'],
  [15, 'a129ca6149be45e5'],
  [16, '3f2acc7f57c29bdb'],
  [63, '958a324ceb064572'],
])('%i bytes', (length, hash) => {
  expect(sipHash(key, input(length))).toBe(hash);
});

test('other bytes or another key give another hash, without a pattern', () => {
  const hashes = new Set<string>();
  for (let i = 0; i < 2000; i++) hashes.add(sipHash(key, Uint8Array.of(i & 255, i >> 8)));
  for (let i = 0; i < 128; i++) {
    const other = key.slice();
    other[i >> 5]! ^= 1 << (i & 31);
    hashes.add(sipHash(other, input(15)));
  }
  expect(hashes.size).toBe(2128);
});

test('keys are random', () => {
  const digests = new Set(Array.from({ length: 50 }, () => createHash('md5').update(makeSipKey()).digest('hex')));
  expect(digests.size).toBe(50);
});
