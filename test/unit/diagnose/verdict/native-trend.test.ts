import { expect, test } from 'vitest';
import type { Shot } from '../../../../src/diagnose/verdict/evidence.ts';
import { judgeNative } from '../../../../src/diagnose/verdict/native-trend.ts';
import type { Floor } from '../../../../src/diagnose/wire.ts';
import { MB } from '../../../helpers/series.ts';

/** Floors of a minute; each figure in MiB, from the share of the time that has passed. */
function floorsOf(figures: {
  readonly rss: (share: number) => number;
  readonly heap?: (share: number) => number;
  readonly external?: (share: number) => number;
}): Floor[] {
  const { rss, heap = () => 40, external = () => 10 } = figures;
  return Array.from({ length: 61 }, (_, i) => ({
    kind: 'floor',
    at: i * 1000,
    asked: false,
    heapUsed: heap(i / 60) * MB * 0.8,
    heapTotal: heap(i / 60) * MB,
    external: external(i / 60) * MB,
    arrayBuffers: 0,
    rss: rss(i / 60) * MB,
    pauseMs: 5,
  }));
}

const shotAt = (at: number, rssAdded: number): Shot => ({ file: 'x', at, pauseMs: 100, fileBytes: 1, rssAdded });

test('memory outside of the heap that grows is told, with its rate', () => {
  const trend = judgeNative(floorsOf({ rss: (share) => 100 + 100 * share }), []);
  expect(trend).toMatchObject({ word: 'rising' });
  expect(Math.abs(trend!.bytesPerMinute / MB - 100)).toBeLessThan(3);
});

test('growth of the heap or of buffers is none of it', () => {
  expect(judgeNative(floorsOf({ rss: (share) => 100 + 100 * share, heap: (share) => 40 + 100 * share }), [])).toBe(
    undefined,
  );
  expect(judgeNative(floorsOf({ rss: (share) => 100 + 100 * share, external: (share) => 10 + 100 * share }), [])).toBe(
    undefined,
  );
});

test('nor is what writing snapshots added', () => {
  const shots = [20_000, 30_000, 40_000, 50_000].map((at) => shotAt(at, 20 * MB));
  const rss = (share: number): number => 100 + 20 * shots.filter((shot) => shot.at < share * 60_000).length;
  expect(judgeNative(floorsOf({ rss }), shots)).toBe(undefined);
  expect(judgeNative(floorsOf({ rss }), [])).toMatchObject({ word: 'rising' });
});

test('a snapshot after which RSS was lower adds nothing', () => {
  const rss = (share: number): number => 100 + 100 * share;
  expect(judgeNative(floorsOf({ rss }), [shotAt(30_000, -80 * MB)])!.growth / MB).toBeGreaterThan(55);
});

test('less than 24 MiB, or than a fifth, is the allocator', () => {
  expect(judgeNative(floorsOf({ rss: (share) => 80 + 28 * share }), [])).toBe(undefined);
  expect(judgeNative(floorsOf({ rss: (share) => 1000 + 150 * share }), [])).toBe(undefined);
});

test('without floors there is nothing to say', () => {
  expect(judgeNative([], [])).toBe(undefined);
});
