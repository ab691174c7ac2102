import { describe, expect, test } from 'vitest';
import { naturalSpacing, oldestFloor as oldestFloorOf, spacingAfter } from '../../../../src/diagnose/probe/pace.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

function oldestFloor(age: number, utilization: number, isServer = false): number {
  return oldestFloorOf(age, { utilization, isServer });
}

/** Asked collections in a life of `lifeMs` that has none of its own, looking up every `tickMs`. */
function countAsked(lifeMs: number, utilization: number, pauseMs: number, tickMs = 100): number {
  let asked = 0;
  let newest = 0;
  for (let at = 0; at < lifeMs; at += tickMs) {
    if (at - newest < Math.max(spacingAfter(pauseMs, at), oldestFloor(at, utilization))) continue;
    newest = at;
    asked += 1;
  }
  return asked;
}

describe('the pace of asked collections', () => {
  test('gives a young program the floors that a verdict needs', () => {
    expect(countAsked(5 * SECOND, 0.1, 5)).toBeGreaterThanOrEqual(12);
    expect(countAsked(15 * SECOND, 1, 5)).toBeGreaterThanOrEqual(12);
  });

  test('asks a busy program less often than an idle one, and an old one less often than a young one', () => {
    expect(oldestFloor(SECOND, 0.9)).toBeGreaterThan(oldestFloor(SECOND, 0.1));
    expect(oldestFloor(HOUR, 0.1)).toBeGreaterThan(oldestFloor(10 * SECOND, 0.1));
  });

  test('leaves a busy server alone, even on a machine that it shares', () => {
    expect(oldestFloor(SECOND, 0.3, true)).toBeGreaterThanOrEqual(5 * SECOND);
    expect(oldestFloor(SECOND, 0.1, true)).toBe(oldestFloor(SECOND, 0.1));
  });

  test('never waits longer than a minute', () => {
    expect(oldestFloor(100 * 24 * HOUR, 1)).toBe(60 * SECOND);
    expect(oldestFloor(100 * 24 * HOUR, 0)).toBe(30 * SECOND);
  });

  test('takes at most 5 % of the time, 10 % in the first seconds, however long a collection takes', () => {
    const pauseMs = 200;
    expect(countAsked(15 * SECOND, 0, pauseMs) * pauseMs).toBeLessThanOrEqual(0.1 * 15 * SECOND);
    expect(countAsked(60 * SECOND, 0, pauseMs) * pauseMs).toBeLessThanOrEqual(0.1 * 15 * SECOND + 0.05 * 45 * SECOND);
  });

  test('records a bounded number of floors however often a program collects', () => {
    let recorded = 0;
    for (let at = 0, newest = 0; at < HOUR; at += 20) {
      if (at - newest < naturalSpacing(at)) continue;
      newest = at;
      recorded += 1;
    }
    expect(recorded).toBeLessThan(3_000);
    expect(recorded).toBeGreaterThan(500);
  });
});
