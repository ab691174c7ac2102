import { describe, expect, test } from 'vitest';
import { Audit } from '../../../../src/cache/policy/audit.ts';

const scatter = (i: number): number => Math.imul(i + 1, 0x9e3779b1);

/** Requests until it wants to decide. */
function untilDecision(audit: Audit, request: (i: number) => [number, 'window' | 'main' | 'miss'], from = 0): number {
  for (let i = from; ; i++) if (audit.note(...request(i))) return i + 1;
}

describe('Audit', () => {
  test('widens the window, and soon, when LRU would have hit what the cache missed', () => {
    const audit = new Audit(2000);
    const requests = untilDecision(audit, (i) => [scatter(Math.floor(i / 2)), 'miss']);
    expect(requests).toBeLessThan(100);
    expect(audit.decide({ window: 100, main: 1900 })).toBe(500);
  });

  test('narrows it when a smaller window would have kept what is popular', () => {
    const audit = new Audit(64);
    const popular = 40;
    const stream = (i: number): [number, 'miss'] => [i % 200 < popular ? scatter(i % 200) : scatter(1000 + i), 'miss'];
    let at = 0;
    let step = 0;
    while (step >= 0 && at < 20_000) {
      at = untilDecision(audit, stream, at);
      step = audit.decide({ window: 40, main: 24 });
    }
    expect(step).toBe(-16);
  });

  test('moves it by what a slot earns when neither is ahead, and not while the cache fills', () => {
    const audit = new Audit(1000);
    const all = (i: number): [number, 'window' | 'main'] => [scatter(i % 4), i % 2 === 0 ? 'window' : 'main'];
    untilDecision(audit, all);
    expect(audit.decide({ window: 50, main: 950 })).toBeGreaterThan(0);
    untilDecision(audit, all);
    expect(audit.decide({ window: 950, main: 50 })).toBeLessThan(0);
    untilDecision(audit, all);
    expect(audit.decide({ window: 50, main: 100 })).toBe(0);
  });

  test.each([
    [1, 1],
    [100, 1],
    [1024, 16],
    [100_000, 64],
    [4_000_000, 256],
  ])('of a cache of %i samples one key in %i', (capacity, rate) => {
    const audit = new Audit(capacity);
    let sampled = 0;
    for (let i = 0; i < 2 ** 16; i++) if (((i << 8) & audit.mask) === audit.value) sampled++;
    expect(sampled).toBe(2 ** 16 / rate);
  });
});
