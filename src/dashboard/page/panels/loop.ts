/** The event loop: how late it is, and how much of its time it works. */
import { Chart } from '../chart.ts';
import { byId } from '../dom.ts';
import { delayText, shareText } from '../format.ts';
import { showFacts } from '../facts.ts';
import type { PageState, Panel } from '../state.ts';
import { number } from '../wire.ts';

export class LoopPanel implements Panel {
  readonly chart: Chart = new Chart({
    host: byId('loop-chart'),
    title: 'Event loop',
    lines: [
      { label: 'delay, 99th percentile', color: '--line-loop', text: delayText },
      { label: 'utilisation', color: '--line-utilization', text: shareText, scale: 'share' },
    ],
    axisText: (ms) => (ms < 10 && ms > 0 ? `${ms} ms` : delayText(ms).replace('0.0 ms', '0 ms')),
    steps: [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
    leastTop: 10,
  });

  show({ sample, history, spanMs }: PageState): void {
    const { at, loopP99, utilization } = history.last(spanMs);
    const highest = loopP99.reduce<number>((most, delay) => Math.max(most, delay ?? 0), 0);
    this.chart.show({ at: at as number[], columns: [loopP99, utilization], spanMs, top: highest * 1.15 });
    const delay = (name: string): string => delayText(number(sample, 'monitor', 'loopDelay', name));
    showFacts('loop-facts', [
      ['median', delay('p50Ms')],
      ['99 %', delay('p99Ms')],
      ['longest', delay('maxMs')],
    ]);
  }
}
