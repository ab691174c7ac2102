/** What a series says of its direction. */
export { orderOf } from './floor-order.ts';
export { FEWEST_FLOORS, type FloorTrend, judgeFloors, judgeRounds, type Point } from './floor-trend.ts';
export { judgeOpen, judgeOpenByRounds, type OpenCounts, type OpenGrowth } from './open-trend.ts';
export { judgeGrowth, LASTING, RUNAWAY_RATE, type SnapshotTrend } from './snapshot-trend.ts';
