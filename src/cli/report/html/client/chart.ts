/** Memory after full collections over time, with the trend, the snapshots and the rounds; a slider reads off each point. */
import { byteAxis } from './byte-axis.ts';
import { formatBytes, formatDuration } from '../../../../base/units.ts';
import type { FloorData, PageData } from './data.ts';
import { el, onWidth, svg } from './dom.ts';
import { scaleOf, timeTicks } from './scale.ts';

const HEIGHT = 260;
const MARGIN = { top: 12, right: 12, bottom: 28, left: 64 };
/** More points than these are a line and nothing else. */
const MOST_DOTS = 200;
/** The first part of a watch is warm-up, and the trend is not drawn there. */
const WARMUP_SHARE = 0.25;

interface Line {
  readonly name: string;
  readonly style: string;
  readonly of: (floor: FloorData) => number;
  isShown: boolean;
}

const alive = (floor: FloorData): number => floor.heapUsed + floor.external;

export function showChart(host: HTMLElement, report: PageData): void {
  const lines: Line[] = [
    { name: 'alive (heap and external)', style: 'alive', of: alive, isShown: true },
    { name: 'external', style: 'external', of: (floor) => floor.external, isShown: false },
    { name: 'RSS', style: 'rss', of: (floor) => floor.rss, isShown: false },
  ];
  const drawing = svg('svg', { role: 'img', 'aria-label': summaryOf(report) });
  const readout = el('output', { class: 'info' });
  const slider = el('input', {
    type: 'range',
    min: 0,
    max: report.series.length - 1,
    value: report.series.length - 1,
    'aria-label': 'Point in time',
  });
  let width = 0;
  const redraw = (): void => {
    const chosen = Number(slider.value);
    draw(drawing, report, { lines: lines.filter((line) => line.isShown), width, chosen });
    const text = textOf(report.series[chosen]!);
    readout.textContent = text;
    slider.setAttribute('aria-valuetext', text);
  };
  slider.addEventListener('input', redraw);
  drawing.addEventListener('pointermove', ({ clientX }) => {
    slider.value = String(nearest(report.series, (clientX - drawing.getBoundingClientRect().left) / width, width));
    redraw();
  });
  const legend = el('fieldset', { class: 'legend' }, el('legend', { class: 'sr' }, 'Lines'));
  for (const line of lines) {
    const box = el('input', { type: 'checkbox', checked: line.isShown });
    box.addEventListener('change', () => {
      line.isShown = box.checked;
      redraw();
    });
    legend.append(el('label', { class: line.style }, box, ` ${line.name}`));
  }
  legend.append(...keysOf(report));
  host.replaceChildren(legend, drawing, slider, readout);
  onWidth(host, (now) => {
    width = now;
    redraw();
  });
}

/** What else is drawn, and by which sign. */
function keysOf({ environment: env, rounds = [], series }: PageData): HTMLElement[] {
  const keys = ['┄ trend'];
  if (env.snapshots.length > 0) keys.push('┊ snapshot');
  if (rounds.length > 0) keys.push('▴ end of a round');
  if (series.length <= MOST_DOTS && series.some(({ asked }) => asked)) keys.push('○ collection asked for');
  return keys.map((key) => el('span', {}, key));
}

function summaryOf({ series, growthBytes, bytesPerMinute }: PageData): string {
  const [first, last] = [series[0]!, series.at(-1)!];
  return (
    `Memory after ${series.length} full collections: from ${formatBytes(alive(first))} to ${formatBytes(alive(last))}; ` +
    `${formatBytes(growthBytes)} once warm, ${formatBytes(bytesPerMinute)} a minute.`
  );
}

function textOf(floor: FloorData): string {
  const how = floor.asked ? 'asked for' : 'natural';
  return (
    `${formatDuration(floor.at)}: alive ${formatBytes(alive(floor))}, heap ${formatBytes(floor.heapUsed)}, ` +
    `external ${formatBytes(floor.external)}, RSS ${formatBytes(floor.rss)} (${how})`
  );
}

function nearest(series: readonly FloorData[], share: number, width: number): number {
  const inner = width - MARGIN.left - MARGIN.right;
  const at = series[0]!.at + ((share * width - MARGIN.left) / inner) * (series.at(-1)!.at - series[0]!.at || 1);
  let best = 0;
  series.forEach((floor, i) => {
    if (Math.abs(floor.at - at) < Math.abs(series[best]!.at - at)) best = i;
  });
  return best;
}

interface View {
  readonly lines: readonly Line[];
  readonly width: number;
  /** The point that is read off. */
  readonly chosen: number;
}

function draw(drawing: SVGSVGElement, report: PageData, { lines, width, chosen }: View): void {
  const { series, environment: env, rounds = [] } = report;
  const values = series.flatMap((floor) => lines.map((line) => line.of(floor)));
  const y = scaleOf(values, HEIGHT - MARGIN.bottom, MARGIN.top);
  const from = series[0]!.at;
  const to = series.at(-1)!.at;
  const x = (at: number): number =>
    MARGIN.left + ((at - from) / (to - from || 1)) * (width - MARGIN.left - MARGIN.right);
  drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
  drawing.setAttribute('height', String(HEIGHT));
  const parts = byteAxis(y, MARGIN.left, width - MARGIN.right);
  for (const tick of timeTicks(from, to, Math.max(2, Math.floor(width / 140)))) {
    parts.push(svg('text', { x: x(tick), y: HEIGHT - 8, 'text-anchor': 'middle' }, formatDuration(tick)));
  }
  const inside = (at: number): boolean => at >= from && at <= to;
  for (const { at } of env.snapshots.filter((shot) => inside(shot.at))) {
    parts.push(svg('line', { class: 'shot', x1: x(at), x2: x(at), y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }));
  }
  for (const { at } of rounds.filter((round) => inside(round.at))) {
    const foot = HEIGHT - MARGIN.bottom;
    parts.push(svg('path', { class: 'round', d: `M${x(at) - 4} ${foot}h8l-4 -7z` }));
  }
  for (const line of lines) {
    const points = series.map((floor) => `${x(floor.at).toFixed(1)},${y.at(line.of(floor)).toFixed(1)}`);
    parts.push(svg('polyline', { class: `line ${line.style}`, points: points.join(' ') }));
    if (line.style === 'alive' && series.length <= MOST_DOTS) parts.push(...dotsOf(series, line, x, y.at));
  }
  if (lines.some((line) => line.style === 'alive')) parts.push(...trendOf(report, x, y.at));
  const cursor = x(series[chosen]!.at);
  parts.push(svg('line', { class: 'cursor', x1: cursor, x2: cursor, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }));
  drawing.replaceChildren(...parts);
}

type Scale = (value: number) => number;

function dotsOf(series: readonly FloorData[], line: Line, x: Scale, y: Scale): SVGElement[] {
  return series.map((floor) =>
    svg('circle', { class: floor.asked ? 'dot asked' : 'dot', cx: x(floor.at), cy: y(line.of(floor)), r: 2.5 }),
  );
}

/** The rate that was judged, drawn through the last fifth of the floors. */
function trendOf({ series, bytesPerMinute, verdict }: PageData, x: Scale, y: Scale): SVGElement[] {
  if (series.length < 4 || (bytesPerMinute === 0 && verdict !== 'none')) return [];
  const from = series[0]!.at;
  const to = series.at(-1)!.at;
  const start = from + (to - from) * WARMUP_SHARE;
  const late = series.filter((floor) => floor.at >= from + (to - from) * 0.8);
  const middle = late[late.length >> 1]!.at;
  const level = late.map(alive).sort((a, b) => a - b)[late.length >> 1]!;
  const at = (time: number): number => level + (bytesPerMinute * (time - middle)) / 60_000;
  return [svg('line', { class: 'trend', x1: x(start), y1: y(at(start)), x2: x(to), y2: y(at(to)) })];
}
