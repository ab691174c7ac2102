/** The lines of a chart's scale of bytes, and their texts left of it. */
import { svg } from './dom.ts';
import { type ByteScale, niceTicks, tickTexts } from './scale.ts';

export function byteAxis(y: ByteScale, left: number, right: number): SVGElement[] {
  const ticks = niceTicks(y.low, y.high);
  const texts = tickTexts(ticks);
  return ticks.flatMap((tick, i) => [
    svg('line', { class: 'grid', x1: left, x2: right, y1: y.at(tick), y2: y.at(tick) }),
    svg('text', { x: left - 6, y: y.at(tick) + 4, 'text-anchor': 'end' }, texts[i]!),
  ]);
}
