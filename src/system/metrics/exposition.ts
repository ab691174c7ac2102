/**
 * Metrics as text: Prometheus' format 0.0.4 and OpenMetrics 1.0.
 *
 * Sources: prometheus.io/docs/instrumenting/exposition_formats; prometheus/OpenMetrics, specification/OpenMetrics.md.
 */
import type { Family, Point } from './collect.ts';
import { cutLabel, escapeLabel } from './labels.ts';
import type { Distribution, Metric, MetricType } from './metric.ts';

/** The two formats. */
export type ExpositionFormat = 'prometheus' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** A metric of somebody else's registry: its samples have their full names. */
export interface ForeignFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly { readonly name: string; readonly labels: string; readonly value: number }[];
}

/** The format that a client prefers, by its `Accept` header. */
export function formatFor(accept: string | null): ExpositionFormat {
  const preferences = (accept ?? '').split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, q: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
  });
  const qualityOf = (...types: readonly string[]): number =>
    Math.max(0, ...preferences.filter(({ type }) => types.includes(type)).map(({ q }) => q));
  const open = qualityOf('application/openmetrics-text');
  return open > 0 && open >= qualityOf('text/plain', 'text/*', '*/*') ? 'openmetrics' : 'prometheus';
}

/** Writes the exposition. **Cost:** about 0.4 us a point. */
export function writeExposition(
  families: readonly Family[],
  foreign: readonly ForeignFamily[],
  format: ExpositionFormat,
): string {
  const blocks = families.map((family) => ownBlock(family, format));
  for (const family of foreign) blocks.push(foreignBlock(family, format));
  return `${blocks.join('')}${format === 'openmetrics' ? '# EOF\n' : ''}`;
}

function ownBlock({ metric, points }: Family, format: ExpositionFormat): string {
  const { name, type, unit, help } = metric;
  const sample = SUFFIXES[type] === undefined ? name : `${name}${SUFFIXES[type]}`;
  let text = head(format === 'openmetrics' ? name : sample, format === 'openmetrics' ? type : PLAIN[type], help);
  if (format === 'openmetrics' && unit !== '' && name.endsWith(`_${unit}`)) text += `# UNIT ${name} ${unit}\n`;
  for (const point of points) {
    text += typeof point.value === 'number' ? line(sample, point.labels.text, point.value) : histogram(metric, point);
  }
  return text;
}

const SUFFIXES: Readonly<Partial<Record<MetricType, string>>> = { counter: '_total', info: '_info' };
/** What 0.0.4 calls them. */
const PLAIN: Readonly<Record<MetricType, string>> = {
  gauge: 'gauge',
  counter: 'counter',
  histogram: 'histogram',
  info: 'gauge',
};

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${numberText(value)}\n` : `${name}{${labels}} ${numberText(value)}\n`;
}

function histogram({ name, bounds = [] }: Metric, { labels, value }: Point): string {
  const { atMost, count, sum } = value as Distribution;
  const before = labels.text === '' ? '' : `${labels.text},`;
  let text = '';
  for (let i = 0; i < bounds.length; i++) {
    text += line(`${name}_bucket`, `${before}le="${boundText(bounds[i]!)}"`, atMost[i] ?? 0);
  }
  text += line(`${name}_bucket`, `${before}le="+Inf"`, count);
  return text + line(`${name}_sum`, labels.text, sum) + line(`${name}_count`, labels.text, count);
}

/** OpenMetrics wants a point in every bound, and 0.0.4 does not mind. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function foreignBlock({ name, help, type, samples }: ForeignFamily, format: ExpositionFormat): string {
  const isCounter = type === 'counter';
  const family = format === 'openmetrics' && isCounter ? name.replace(/_total$/, '') : name;
  let text = head(family, format === 'openmetrics' && type === 'untyped' ? 'unknown' : type, help);
  for (const sample of samples) {
    const isBare = format === 'openmetrics' && isCounter && !sample.name.endsWith('_total');
    text += line(isBare ? `${sample.name}_total` : sample.name, sample.labels, sample.value);
  }
  return text;
}

/** Labels of somebody else's sample as text. */
export function foreignLabels(labels: Readonly<Record<string, unknown>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(cutLabel(String(value)))}"`)
    .join(',');
}
