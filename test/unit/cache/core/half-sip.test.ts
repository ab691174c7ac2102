import { describe, expect, test } from 'vitest';
import { hashText, hashWords } from '../../../../src/cache/core/half-sip.ts';

const key = { low: 0x03020100, high: 0x07060504 };

describe('hashText', () => {
  test('depends on every character, the length and the key', () => {
    const text = 'a text of some length, odd or even';
    const hashes = new Set([hashText(text, key, false)]);
    for (let at = 0; at < text.length; at++) {
      hashes.add(hashText(`${text.slice(0, at)}#${text.slice(at + 1)}`, key, false));
    }
    hashes.add(hashText(`${text}\0`, key, false));
    hashes.add(hashText(text, { ...key, low: 1 }, false));
    hashes.add(hashText(text, { ...key, high: 1 }, false));
    expect(hashes.size).toBe(text.length + 4);
  });

  test('reads a bounded part of a long text, both ends among it, unless the whole is wanted', () => {
    const inMiddle = (mark: string): string => `${'x'.repeat(50_001)}${mark}${'x'.repeat(50_000)}`;
    const marks = Array.from({ length: 50 }, (_, i) => String.fromCharCode(1000 + i));
    const hash = (text: string, isWhole: boolean): number => hashText(text, key, isWhole);
    expect(new Set(marks.map((mark) => hash(inMiddle(mark), true))).size).toBe(50);
    expect(hash(`#${inMiddle('x')}`, false)).not.toBe(hash(`x${inMiddle('x')}`, false));
    expect(hash(`${inMiddle('x')}#`, false)).not.toBe(hash(`${inMiddle('x')}x`, false));
  });

  test('spreads over all bits', () => {
    const ones = Array.from({ length: 32 }, () => 0);
    for (let i = 0; i < 4000; i++) {
      const hash = hashText(`key-${i}`, key, false);
      for (let bit = 0; bit < 32; bit++) ones[bit]! += (hash >>> bit) & 1;
    }
    for (const count of ones) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});

describe('hashWords', () => {
  test('depends on both words', () => {
    const hashes = new Set<number>();
    for (let a = 0; a < 30; a++) for (let b = 0; b < 30; b++) hashes.add(hashWords(a, b, key));
    expect(hashes.size).toBe(900);
  });
});
