/** Collections: what share of the time they take, and how many there were. */
import { Chart } from '../chart.ts';
import { byId } from '../dom.ts';
import { countText, durationText, shareText } from '../format.ts';
import { type Fact, showFacts } from '../facts.ts';
import type { PageState, Panel } from '../state.ts';
import { number, pick } from '../wire.ts';

export class CollectionsPanel implements Panel {
  readonly chart: Chart = new Chart({
    host: byId('gc-chart'),
    title: 'Share of the last minute spent on major collections',
    lines: [{ label: 'time in major collections', color: '--line-gc', text: shareText }],
    axisText: shareText,
    steps: [0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5],
    leastTop: 0.01,
  });

  show({ sample, history, spanMs }: PageState): void {
    const { at, gcShare } = history.last(spanMs);
    const highest = gcShare.reduce<number>((most, share) => Math.max(most, share ?? 0), 0);
    this.chart.show({ at: at as number[], columns: [gcShare], spanMs, top: Math.min(1, highest * 1.15) });
    showFacts('gc-facts', factsOf(pick(sample, 'monitor', 'gc')));
  }
}

function factsOf(gc: unknown): Fact[] {
  const total = (kind: string): string => {
    const seconds = number(gc, kind, 'seconds');
    return `${countText(number(gc, kind, 'count'))}${seconds === null ? '' : ` in ${durationText(seconds * 1000)}`}`;
  };
  const facts: Fact[] = [
    ['major', total('major')],
    ['minor', total('minor')],
    ['asked for', countText(number(gc, 'forced'))],
  ];
  // A watch from outside hears of some of them only.
  const observed = number(gc, 'observed', 'count');
  if (observed === null) return facts;
  return [
    ['floors kept', countText(observed)],
    ['asked for by the watch', countText(number(gc, 'observed', 'asked'))],
    ['newest pause', durationText(number(gc, 'observed', 'newestPauseMs'))],
  ];
}
