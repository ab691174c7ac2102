/** From what the server sends to rows of figures over time. */
import { list, moment, number, pick } from './wire.ts';

/** What is drawn over time: bytes, shares 0 to 1, ms; `at` in ms since 1970. */
export const COLUMNS = [
  'at',
  'floor',
  'used',
  'external',
  'arrayBuffers',
  'rss',
  'workingSet',
  'gcShare',
  'loopP99',
  'loopMax',
  'utilization',
] as const;

export type Column = (typeof COLUMNS)[number];

/** One moment; what is not known is left out or `null`. */
export type Row = Readonly<Partial<Record<Column, number | null>>> & { readonly at: number };

/** The row of a sample; `undefined` when it does not say when it was taken. */
export function rowOf(sample: unknown): Row | undefined {
  const at = moment(sample, 'time');
  if (at === null) return undefined;
  // What the process says of itself now is newer than the monitor's last tick.
  const now = (name: string, ...told: readonly string[]): number | null =>
    number(sample, 'process', 'memory', name) ?? number(sample, 'monitor', ...told);
  return {
    at,
    floor: number(sample, 'monitor', 'heap', 'floorBytes'),
    used: now('heapUsed', 'heap', 'usedBytes'),
    external: now('external', 'externalBytes'),
    arrayBuffers: now('arrayBuffers', 'arrayBuffersBytes'),
    rss: now('rss', 'rssBytes'),
    workingSet: number(sample, 'monitor', 'container', 'workingSetBytes'),
    gcShare: number(sample, 'monitor', 'gc', 'share'),
    loopP99: number(sample, 'monitor', 'loopDelay', 'p99Ms'),
    loopMax: number(sample, 'monitor', 'loopDelay', 'maxMs'),
    utilization: number(sample, 'monitor', 'loopUtilization'),
  };
}

const HISTORY_COLUMNS: readonly (readonly [Column, string])[] = [
  ['used', 'heapUsedBytes'],
  ['external', 'externalBytes'],
  ['arrayBuffers', 'arrayBuffersBytes'],
  ['rss', 'rssBytes'],
  ['workingSet', 'workingSetBytes'],
  ['gcShare', 'gcShare'],
  ['loopP99', 'loopP99Ms'],
  ['utilization', 'loopUtilization'],
];

/** The rows of the time before, oldest first. Each has the floor that was the newest by then. */
export function rowsOfHistory(history: unknown): Row[] {
  const samples = pick(history, 'series', 'samples');
  const floors = pick(history, 'series', 'floors');
  const floorAt = list(floors, 'at');
  const floorBytes = list(floors, 'heapBytes');
  const columns = HISTORY_COLUMNS.map(([name, told]) => [name, list(samples, told)] as const);
  const rows: Row[] = [];
  let newest = -1;
  for (const [i, at] of list(samples, 'at').entries()) {
    if (typeof at !== 'number') continue;
    while (newest + 1 < floorAt.length && (floorAt[newest + 1] as number) <= at) newest++;
    const figures = columns.map(([name, column]) => [name, asFigure(column[i])] as const);
    rows.push({ at, floor: asFigure(floorBytes[newest]), ...Object.fromEntries(figures) });
  }
  return rows;
}

function asFigure(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
