import { describe, expect, test } from 'vitest';
import { PlimsollProbeNudge } from '../../../../src/diagnose/probe/nudge.ts';
import { type MemorySample, NUDGE_BYTES } from '../../../../src/runtime/index.ts';
import { MB } from '../../../helpers/series.ts';

/** A thread whose buffers take as many bytes as it is told. */
function nudged(buffers = { bytes: MB }, isToBeHad = true) {
  const nudge = new PlimsollProbeNudge(
    () => isToBeHad,
    () => buffers.bytes,
  );
  const buffersOf = (bytes: number): number => nudge.takeOff(memory(bytes)).arrayBuffers;
  return { nudge, buffersOf };
}

const memory = (arrayBuffers: number): MemorySample => ({
  heapUsed: 10 * MB,
  heapTotal: 20 * MB,
  external: arrayBuffers + 2 * MB,
  arrayBuffers,
  rss: 60 * MB,
});

describe('a nudge', () => {
  test('is waited for, then given up, then given again', () => {
    const { nudge } = nudged();
    expect([0, 1_999, 2_000, 2_001].map((at) => nudge.give(at))).toEqual([true, true, false, true]);
  });

  test('that is not to be had is none', () => {
    const { nudge, buffersOf } = nudged(undefined, false);
    expect(nudge.give(0)).toBe(false);
    expect(nudge.takeCollection()).toBe(false);
    expect(buffersOf(MB + NUDGE_BYTES)).toBe(MB + NUDGE_BYTES);
  });

  test('has moved the next collection, and no other', () => {
    const { nudge } = nudged();
    expect(nudge.takeCollection()).toBe(false);
    nudge.give(0);
    expect([nudge.takeCollection(), nudge.takeCollection()]).toEqual([true, false]);
  });
});

describe('what a nudge took', () => {
  test('is in no floor, however long V8 counts it', () => {
    const { nudge, buffersOf } = nudged();
    nudge.give(0);
    nudge.takeCollection();
    const taken = nudge.takeOff(memory(MB + NUDGE_BYTES + 100));
    expect(taken).toEqual({ ...memory(MB + 100), external: 3 * MB + 100 });
    expect(buffersOf(2 * MB + NUDGE_BYTES)).toBe(2 * MB);
    expect(buffersOf(2 * MB)).toBe(2 * MB);
    // From now on it is the program's own.
    expect(buffersOf(3 * MB + NUDGE_BYTES)).toBe(3 * MB + NUDGE_BYTES);
  });

  test('is not looked for in what the program has of its own', () => {
    const { nudge, buffersOf } = nudged({ bytes: 500 * MB });
    nudge.give(0);
    nudge.takeCollection();
    expect(buffersOf(500 * MB)).toBe(500 * MB);
    expect(buffersOf(600 * MB)).toBe(600 * MB);
  });

  test('is counted as often as it was given', () => {
    const { nudge, buffersOf } = nudged();
    nudge.give(0);
    nudge.give(2_000);
    nudge.give(2_001);
    expect(buffersOf(MB + 2 * NUDGE_BYTES)).toBe(MB);
    expect(buffersOf(MB + 3 * NUDGE_BYTES)).toBe(MB + NUDGE_BYTES);
  });
});
