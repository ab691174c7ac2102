/** Whether heap floors say that a program leaks: pure functions over a series, and a history that stays small. */
export { FloorHistory, type HeapFloor, type MergedFloor } from './floors.ts';
export { judgeTrend, type TrendFinding, type TrendOptions, type TrendVerdict } from './judge-trend.ts';
