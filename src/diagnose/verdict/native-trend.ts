import type { Shot } from './evidence.ts';
import { type FloorTrend, judgeFloors, type Point } from '../trend/index.ts';
import type { Floor } from '../wire.ts';

/** Allocators keep and give back as they like: below this, growth outside the heap says nothing. */
const LEAST_GROWTH = 0.2;
const LEAST_BYTES = 24 * 1024 * 1024;

/**
 * Whether memory grows that no JavaScript object accounts for: RSS less heap, buffers, and what writing snapshots
 * added. `undefined` when it does not.
 */
export function judgeNative(floors: readonly Floor[], shots: readonly Shot[]): FloorTrend | undefined {
  const points: Point[] = floors.map((floor) => {
    const ours = shots.filter((shot) => shot.at < floor.at).reduce((sum, shot) => sum + Math.max(0, shot.rssAdded), 0);
    return { at: floor.at, value: Math.max(0, floor.rss - floor.heapTotal - floor.external - ours) };
  });
  const trend = judgeFloors(points);
  const enough = Math.max(LEAST_BYTES, trend.base * LEAST_GROWTH);
  return trend.word === 'rising' && trend.growth > enough ? trend : undefined;
}
