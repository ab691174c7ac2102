import { describe, expect, test } from 'vitest';
import { CollectionCycles } from '../../../src/monitor/series/collection-cycles.ts';
import { CollectionCounter } from '../../../src/monitor/series/collection-totals.ts';
import { type FloorReading, Floors } from '../../../src/monitor/series/floors.ts';

function floorAt(at: number, heapBytes: number): FloorReading {
  return { at, heapBytes, heapTotalBytes: 0, externalBytes: 0, arrayBuffersBytes: 0, rssBytes: 0, work: 0 };
}

describe('Floors', () => {
  test('keep the lowest of those within a second', () => {
    const floors = new Floors();
    for (const [at, bytes] of [
      [1_000, 5],
      [1_400, 3],
      [1_900, 4],
      [2_000, 9],
    ] as const)
      floors.add(floorAt(at, bytes));
    expect(floors.rows.column('heapBytes')).toEqual([3, 9]);
    expect([floors.count, floors.newest?.heapBytes]).toEqual([4, 9]);
  });

  test('stay bounded, in order, and reach back more than a day however many there are', () => {
    const floors = new Floors();
    const days = 7 * 86_400_000;
    for (let at = 0; at < days; at += 5_000) floors.add(floorAt(at, at % 60_000));
    const times = floors.rows.column('at') as number[];
    expect(times.length).toBeLessThanOrEqual(1_024);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(30 * 3_600_000);
    expect(times.at(-1)!).toBeGreaterThan(days - 130_000);
    // The lowest of each stretch, which every minute has at its beginning.
    expect(new Set(floors.rows.column('heapBytes'))).toEqual(new Set([0]));
  });
});

describe('CollectionCounter', () => {
  test('counts every collection once, by kind and by pause', () => {
    const counter = new CollectionCounter(0);
    for (const pauseMs of [1, 10, 11, 100, 5_000, 20_000]) {
      counter.add({ kind: 'major', startedAt: 0, pauseMs, isForced: pauseMs === 1 });
    }
    counter.add({ kind: 'weakCallbacks', startedAt: 0, pauseMs: 1, isForced: false });
    const { major, minor, weakCallbacks, forced } = counter.status(0);
    expect(major).toEqual({ count: 6, seconds: 25.122, atMost: [2, 4, 4, 5] });
    expect([minor.count, weakCallbacks.count, forced]).toEqual([0, 1, 1]);
  });

  test('the share is that of the last minute, major work only', () => {
    const counter = new CollectionCounter(0);
    const collect = (kind: 'major' | 'minor' | 'incremental', pauseMs: number, at: number): void => {
      counter.add({ kind, startedAt: at, pauseMs, isForced: false });
      counter.mark(at);
    };
    for (let at = 1_000; at <= 60_000; at += 1_000) collect('major', 60, at);
    expect(counter.share(60_000)).toBeCloseTo(0.06);
    for (let at = 61_000; at <= 150_000; at += 1_000) collect('minor', 500, at);
    expect(counter.share(150_000)).toBe(0);
    collect('incremental', 600, 151_000);
    expect(counter.share(151_000)).toBeCloseTo(0.01);
  });

  test('a single collection right after the start is no share of everything', () => {
    const counter = new CollectionCounter(0);
    counter.add({ kind: 'major', startedAt: 0, pauseMs: 50, isForced: false });
    expect(counter.share(100)).toBeCloseTo(0.005);
  });
});

describe('CollectionCycles', () => {
  /** Major collections that end every 100 ms and began to mark `markedMs` before, `count` of them. */
  function cycles(count: number, markedMs: number): CollectionCycles {
    const told = new CollectionCycles();
    for (let end = 100; end <= count * 100; end += 100) {
      if (markedMs > 4) told.add({ kind: 'incremental', startedAt: end - markedMs, pauseMs: 3, isForced: false });
      told.add({ kind: 'minor', startedAt: end - 6, pauseMs: 1, isForced: false });
      told.add({ kind: 'major', startedAt: end - 4, pauseMs: 4, isForced: false });
    }
    return told;
  }

  test('tell the time from the first step of marking to the end', () => {
    expect(cycles(5, 80).share(500)).toBeCloseTo(0.8);
    expect(cycles(5, 4).share(500)).toBeCloseTo(0.04);
    // Marking that began before the one before had ended is not counted twice.
    expect(cycles(9, 130).share(900)).toBe(1);
  });

  test('need four whole cycles, and go by the least busy of the newest four', () => {
    expect(cycles(4, 80).share(400)).toBe(0);
    const told = cycles(9, 80);
    told.add({ kind: 'major', startedAt: 1_800, pauseMs: 100, isForced: false });
    expect(told.share(1_900)).toBeCloseTo(0.1);
  });

  test('say nothing once more time has passed than they took', () => {
    expect(cycles(5, 80).share(900)).toBeCloseTo(0.8);
    expect(cycles(5, 80).share(901)).toBe(0);
  });

  test('begin again after a collection that was asked for', () => {
    const told = cycles(9, 80);
    told.add({ kind: 'major', startedAt: 910, pauseMs: 20, isForced: true });
    expect(told.share(930)).toBe(0);
  });
});
