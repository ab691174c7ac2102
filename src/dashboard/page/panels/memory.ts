/** Memory by layers, from the heap's floor up to all that the process has, with limits as lines. */
import { Chart, type Line } from '../chart.ts';
import { byId } from '../dom.ts';
import { ABSENT, bytesText, rateText } from '../format.ts';
import { type Columns, type Figure, layersOf, trendOf } from '../layers.ts';
import type { PageState, Panel } from '../state.ts';
import { number } from '../wire.ts';

const MIB = 1024 * 1024;
/** A limit farther away than so many times what is used would press all else to the ground: it is named, not drawn. */
const FAR = 2.5;

const line = (label: string, color: string, more: Partial<Line> = {}): Line => ({
  label,
  color,
  text: bytesText,
  ...more,
});

const LINES: readonly Line[] = [
  line('rest of the process', '--layer-rest', { isStacked: true }),
  line('outside the heap', '--layer-external', { isStacked: true }),
  line('heap above the floor', '--layer-used', { isStacked: true }),
  line('heap floor', '--layer-floor', { isStacked: true, absent: 'no collection seen yet' }),
  line('RSS', '--line-rss'),
  line('floor trend', '--line-trend', { isDashed: true, absent: 'not judged yet' }),
  line('heap limit', '--line-limit', { isDashed: true }),
  line('memory limit', '--line-container', { isDashed: true, absent: 'none' }),
];
const TREND = 5;

export class MemoryPanel implements Panel {
  readonly chart: Chart = new Chart({
    host: byId('memory-chart'),
    title: 'Memory',
    lines: LINES,
    axisText: bytesText,
    steps: Array.from({ length: 12 }, (_, i) => [2 ** (2 * i) * MIB, 2 ** (2 * i + 1) * MIB]).flat(),
    leastTop: 16 * MIB,
  });

  show({ sample, history, spanMs }: PageState): void {
    const columns = history.last(spanMs);
    const layers = layersOf(columns);
    const rate = number(sample, 'monitor', 'trend', 'bytesPerMinute');
    const limits = [
      number(sample, 'monitor', 'heap', 'limitBytes') ?? number(sample, 'process', 'memory', 'heapLimit'),
      number(sample, 'monitor', 'container', 'limitBytes'),
    ];
    const used = highest([columns.rss, columns.used, columns.floor]);
    const near = limits.filter((limit) => limit !== null && used > 0 && limit <= used * FAR);
    const notes: Record<number, string> = {};
    const limitLines = limits.map((limit, i) => {
      const isFar = limit !== null && !near.includes(limit);
      if (isFar) notes[TREND + 1 + i] = `${bytesText(limit)}, far above`;
      return columns.at.map(() => (isFar ? null : limit));
    });
    if (rate !== null) notes[TREND] = rateText(rate);
    noteBuffers(notes, columns);
    this.chart.show({
      at: columns.at as number[],
      columns: [...layers, columns.rss, trendOf(columns.at, columns.floor, rate), ...limitLines],
      spanMs,
      top: Math.max(used, ...(near as number[])) * 1.08,
      notes,
    });
  }
}

function noteBuffers(notes: Record<number, string>, { external, arrayBuffers }: Columns): void {
  const [outside, buffers] = [external.at(-1) ?? null, arrayBuffers.at(-1) ?? null];
  if (outside !== null && buffers !== null && buffers > 0)
    notes[1] = `${bytesText(outside)}, Buffers ${bytesText(buffers)}`;
}

function highest(columns: readonly (readonly Figure[])[]): number {
  return columns.flat().reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** What the heap's floor has of its limit, for the line at the top. */
export function floorShareText(sample: unknown): string {
  const floor = number(sample, 'monitor', 'heap', 'floorBytes');
  const limit = number(sample, 'monitor', 'heap', 'floorLimitBytes') ?? number(sample, 'monitor', 'heap', 'limitBytes');
  if (floor === null) return ABSENT;
  return limit === null ? bytesText(floor) : `${bytesText(floor)} of ${bytesText(limit)}`;
}
