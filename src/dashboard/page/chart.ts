/** A chart over time by uPlot, with a legend that says each figure in words, and lines for limits. */
import uPlot from 'uplot';
import { ABSENT, clockText } from './format.ts';
import { fill, make, setAttribute, setText } from './dom.ts';
import { stack } from './layers.ts';

export interface Line {
  readonly label: string;
  /** Custom property of the style sheet. */
  readonly color: string;
  readonly text: (value: number | null) => string;
  /** `share`: against the axis on the right, 0 to 1. @default 'value' */
  readonly scale?: 'value' | 'share';
  /** Drawn as an area on top of the stacked lines that come after it. */
  readonly isStacked?: boolean;
  readonly isDashed?: boolean;
  /** What is said where nobody can give the figure. @default 'not told' */
  readonly absent?: string;
}

export interface ChartOptions {
  readonly host: HTMLElement;
  readonly title: string;
  readonly lines: readonly Line[];
  /** Labels of the axis on the left. */
  readonly axisText: (value: number) => string;
  /** Distances of the axis' marks. */
  readonly steps: readonly number[];
  /** The axis reaches so far at least. */
  readonly leastTop: number;
}

/** What is to be drawn. */
export interface ChartData {
  /** Ms since 1970. */
  readonly at: readonly number[];
  /** One for each line. */
  readonly columns: readonly (readonly (number | null)[])[];
  readonly spanMs: number;
  /** Upper end of the left axis. */
  readonly top: number;
  /** In place of the newest figure of a line, by its index. */
  readonly notes?: Readonly<Record<number, string>>;
}

const LEAST_SPAN_SECONDS = 60;
const STEP_SECONDS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200];

export class Chart {
  readonly #options: ChartOptions;
  readonly #plot: uPlot;
  readonly #host: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #colors: Map<string, string> = new Map();
  #data: ChartData | undefined;
  #top: number;

  constructor(options: ChartOptions) {
    this.#options = options;
    this.#top = options.leastTop;
    this.#host = make('div', { class: 'plot', role: 'img', tabindex: '0', 'aria-label': options.title });
    this.#legend = make('ul', { class: 'legend' });
    options.host.append(this.#legend, this.#host);
    this.#plot = new uPlot(this.#plotOptions(), [[], ...options.lines.map(() => [])], this.#host);
    new ResizeObserver(() => this.#fit()).observe(this.#host);
    this.#host.addEventListener('keydown', (event) => this.#onKey(event));
    this.#host.addEventListener('blur', () => this.#plot.setCursor({ left: -10, top: -10 }));
  }

  show(data: ChartData): void {
    const { lines } = this.#options;
    this.#data = data;
    this.#top = Math.max(data.top, this.#options.leastTop);
    const isStacked = lines.map((line) => line.isStacked === true);
    const drawn = stack(data.columns, isStacked);
    const seconds = data.at.map((at) => at / 1000);
    this.#plot.setData([seconds, ...drawn], false);
    const newest = seconds.at(-1) ?? Date.now() / 1000;
    // A short history fills the chart too; but for what would be all jumps.
    const oldest = Math.min(seconds[0] ?? newest, newest - LEAST_SPAN_SECONDS);
    this.#plot.batch(() => {
      this.#plot.setScale('x', { min: Math.max(newest - data.spanMs / 1000, oldest), max: newest });
      this.#plot.setScale('value', { min: 0, max: this.#top });
      this.#plot.setScale('share', { min: 0, max: 1 });
    });
    // Axes around nothing would look like a figure that is 0.
    const isEmpty = data.at.length > 0 && data.columns.every((column) => column.every((value) => value === null));
    setAttribute(this.#options.host, 'data-empty', isEmpty ? '' : null);
    this.#showLegend();
  }

  /** Draws again in the colours that are in force now. */
  recolor(): void {
    this.#colors.clear();
    this.#plot.redraw(true, true);
  }

  #color(name: string): string {
    let color = this.#colors.get(name);
    if (color === undefined) {
      color = getComputedStyle(this.#host).getPropertyValue(name).trim();
      this.#colors.set(name, color);
    }
    return color;
  }

  #plotOptions(): uPlot.Options {
    const { lines, axisText, steps } = this.#options;
    const axis = {
      stroke: () => this.#color('--ink-soft'),
      font: '12px system-ui, sans-serif',
      grid: { stroke: () => this.#color('--grid'), width: 1 },
      ticks: { show: false },
    };
    return {
      width: 300,
      height: 160,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'plimsoll' }, points: { show: false } },
      scales: { x: { time: true, auto: false }, value: { auto: false }, share: { auto: false } },
      series: [{}, ...lines.map((line) => this.#series(line))],
      axes: [
        {
          ...axis,
          size: 26,
          incrs: STEP_SECONDS,
          space: 70,
          values: (_, marks, __, ___, step) => marks.map((mark) => clockText(new Date(mark * 1000), step < 60)),
        },
        { ...axis, scale: 'value', size: 66, space: 32, incrs: [...steps], values: (_, marks) => marks.map(axisText) },
        ...(lines.some(({ scale }) => scale === 'share')
          ? [
              {
                ...axis,
                scale: 'share',
                side: 1 as const,
                size: 46,
                incrs: [0.25, 0.5],
                grid: { show: false },
                values: (_: uPlot, marks: number[]) => marks.map((mark) => `${Math.round(mark * 100)} %`),
              },
            ]
          : []),
      ],
      hooks: { setCursor: [() => this.#showLegend()] },
    };
  }

  #series({ color, scale = 'value', isStacked, isDashed }: Line): uPlot.Series {
    return {
      scale,
      width: isStacked === true ? 1 : 1.75,
      stroke: () => this.#color(color),
      ...(isStacked === true ? { fill: () => this.#color(`${color}-fill`) } : {}),
      ...(isDashed === true ? { dash: [6, 4] } : {}),
      points: { show: false },
    };
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    if (width > 0 && height > 0 && (width !== this.#plot.width || height !== this.#plot.height)) {
      this.#plot.setSize({ width, height });
    }
  }

  #showLegend(): void {
    const data = this.#data;
    if (data === undefined) return;
    const { left = -1, idx } = this.#plot.cursor;
    const pointed = left < 0 ? null : (idx ?? null);
    const row = pointed ?? data.at.length - 1;
    const entries = this.#options.lines.map((line, i) => {
      const value = data.columns[i]?.[row] ?? null;
      const note = pointed === null ? data.notes?.[i] : undefined;
      const isKnown = data.columns[i]?.some((one) => one !== null) === true;
      return { line, text: note ?? (isKnown ? line.text(value) : (line.absent ?? 'not told')) };
    });
    fill(this.#legend, entries, makeLegendEntry, (element, { line, text }) => {
      const swatch = element.firstElementChild as HTMLElement;
      setAttribute(swatch, 'class', `swatch${line.isDashed === true ? ' dashed' : ''}`);
      swatch.style.setProperty('--swatch', `var(${line.color})`);
      setText(element.children[1]!, line.label);
      setText(element.children[2]!, text);
    });
    const at = data.at[row];
    const said = entries.map(({ line, text }) => `${line.label} ${text === ABSENT ? 'not known' : text}`).join(', ');
    const when = at === undefined || pointed === null ? 'now' : clockText(new Date(at), true);
    setAttribute(this.#host, 'aria-label', `${this.#options.title}, ${when}: ${said}`);
    setAttribute(this.#host, 'data-at', when === 'now' ? null : when);
  }

  /** Arrow keys move the cursor, so that figures of the past can be read without a mouse. */
  #onKey(event: KeyboardEvent): void {
    const length = this.#data?.at.length ?? 0;
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -length, End: length }[event.key];
    if (move === undefined || length === 0) return;
    event.preventDefault();
    const first = this.#plot.valToIdx(this.#plot.scales['x']!.min!);
    const from = this.#plot.cursor.left! >= 0 ? (this.#plot.cursor.idx ?? length - 1) : length;
    const to = Math.min(length - 1, Math.max(first, from + move));
    this.#plot.setCursor({ left: this.#plot.valToPos(this.#data!.at[to]! / 1000, 'x'), top: 10 });
  }
}

function makeLegendEntry(): HTMLLIElement {
  return make('li', {}, make('span', { class: 'swatch', 'aria-hidden': 'true' }), make('span'), make('b'));
}
