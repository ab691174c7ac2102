/** What each round of a driven load left behind, as bars. */
import { byteAxis } from './byte-axis.ts';
import { formatChange } from '../../../../base/units.ts';
import type { PageData } from './data.ts';
import { el, onWidth, svg } from './dom.ts';
import { scaleOf } from './scale.ts';

const HEIGHT = 180;
const MARGIN = { top: 14, right: 12, bottom: 28, left: 64 };

interface Gain {
  readonly round: number;
  readonly isWarmup: boolean;
  readonly bytes: number;
}

export function showRounds(host: HTMLElement, report: PageData): void {
  const gains = gainsOf(report);
  if (gains.length < 2) {
    host.remove();
    return;
  }
  const measured = gains.filter(({ isWarmup }) => !isWarmup);
  const text = measured.map(({ round, bytes }) => `round ${round} ${formatChange(bytes)}`).join(', ');
  const drawing = svg('svg', { role: 'img', 'aria-label': `Growth in each round: ${text}` });
  const title = el('h3', {}, 'Growth in each round of load');
  host.replaceChildren(title, drawing);
  onWidth(host, (width) => draw(drawing, gains, width));
}

function gainsOf({ rounds = [] }: PageData): Gain[] {
  return rounds.slice(1).flatMap(({ number, warmup, floorBytes }, i) => {
    const before = rounds[i]!.floorBytes;
    return floorBytes === null || before === null
      ? []
      : [{ round: number, isWarmup: warmup, bytes: floorBytes - before }];
  });
}

function draw(drawing: SVGSVGElement, gains: readonly Gain[], width: number): void {
  const y = scaleOf([0, ...gains.map(({ bytes }) => bytes)], HEIGHT - MARGIN.bottom, MARGIN.top);
  drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
  drawing.setAttribute('height', String(HEIGHT));
  const parts = byteAxis(y, MARGIN.left, width - MARGIN.right);
  const room = (width - MARGIN.left - MARGIN.right) / gains.length;
  const every = Math.max(1, Math.ceil(24 / room));
  gains.forEach(({ round, isWarmup, bytes }, i) => {
    const left = MARGIN.left + i * room;
    const top = Math.min(y.at(0), y.at(bytes));
    const bar = svg(
      'rect',
      {
        class: isWarmup ? 'bar warm' : 'bar',
        x: left + room * 0.12,
        y: top,
        width: Math.min(60, room * 0.76),
        height: Math.max(1, Math.abs(y.at(bytes) - y.at(0))),
      },
      svg('title', {}, `round ${round}${isWarmup ? ' (warm-up)' : ''}: ${formatChange(bytes)}`),
    );
    parts.push(bar);
    if (i % every === 0) {
      const middle = left + room * 0.12 + Math.min(60, room * 0.76) / 2;
      parts.push(svg('text', { x: middle, y: HEIGHT - 8, 'text-anchor': 'middle' }, `${round}${isWarmup ? ' w' : ''}`));
    }
  });
  drawing.replaceChildren(...parts);
}
