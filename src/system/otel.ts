/** `plimsoll/otel`: the metrics as observable instruments of an OpenTelemetry meter that is handed in. */
import { invalidOption } from '../base/options.ts';
import { type Collection, COLLECTION_KINDS, observeCollections } from '../runtime/index.ts';
import type { Family, Point } from './metrics/collect.ts';
import type { LabelRecord } from './metrics/labels.ts';
import type { Metric, OtelMetric } from './metrics/metric.ts';
import { Metrics } from './metrics/metrics.ts';
import { METRICS } from './metrics/table.ts';

export { Metrics, type MetricsOptions } from './metrics/metrics.ts';

/** An instrument of a meter. */
export type InstrumentLike = object;

/** What is used of what observes. */
export interface ObserverLike {
  observe(instrument: never, value: number, attributes?: Readonly<Record<string, string>>): void;
}

/** What is said of an instrument. */
export interface InstrumentAbout {
  readonly description: string;
  readonly unit: string;
  readonly advice?: { readonly explicitBucketBoundaries: number[] };
}

/** A `Meter` of `@opentelemetry/api`, as far as it is used. */
export interface MeterLike {
  createObservableGauge(name: string, about: InstrumentAbout): InstrumentLike;
  createObservableCounter(name: string, about: InstrumentAbout): InstrumentLike;
  createObservableUpDownCounter(name: string, about: InstrumentAbout): InstrumentLike;
  createHistogram(
    name: string,
    about: InstrumentAbout,
  ): { record(value: number, attributes?: Readonly<Record<string, string>>): void };
  addBatchObservableCallback(callback: (observer: ObserverLike) => void, instruments: never[]): void;
  removeBatchObservableCallback(callback: (observer: ObserverLike) => void, instruments: never[]): void;
}

/** Names of kinds of collections by the conventions. */
const GC_KINDS: Readonly<Record<string, string>> = { weakCallbacks: 'weakcb' };

/**
 * Has a meter observe the metrics whenever its reader collects, and record the pause of every collection as it happens.
 *
 * Names are those of the semantic conventions where these have one (`v8js.*`, `nodejs.*`, `process.*`), else
 * `plimsoll.*`: docs/guide/metrics.md lists them. A histogram of session sizes cannot be observed and is left out.
 *
 * ```ts
 * const stop = observeMetrics(meterProvider.getMeter('plimsoll'));
 * ```
 *
 * **Cost:** what `Metrics` costs, for every collection of the reader; an observer of collections within noise.
 *
 * @returns a function that ends it.
 * @throws {PLIM_ERR_OPTION_INVALID}
 */
export function observeMetrics(meter: MeterLike, metrics: Metrics = new Metrics()): () => void {
  if (typeof meter?.addBatchObservableCallback !== 'function') throw invalidOption('meter', 'a meter', meter);
  const instruments = new Map(
    METRICS.flatMap((metric) =>
      metric.otel === null ? [] : [[metric, instrumentOf(meter, metric, metric.otel)] as const],
    ),
  );
  const observe = (observer: ObserverLike): void => {
    for (const family of metrics.collect()) observeFamily(observer, family, instruments.get(family.metric));
  };
  const all = [...instruments.values()] as never[];
  meter.addBatchObservableCallback(observe, all);
  const stopCollections = recordCollections(meter);
  return () => {
    meter.removeBatchObservableCallback(observe, all);
    stopCollections();
  };
}

function instrumentOf(
  meter: MeterLike,
  { type, help }: Metric,
  { name, unit, isSum = false }: OtelMetric,
): InstrumentLike {
  const about = { description: help, unit };
  if (type === 'counter') return meter.createObservableCounter(name, about);
  return isSum ? meter.createObservableUpDownCounter(name, about) : meter.createObservableGauge(name, about);
}

function observeFamily(
  observer: ObserverLike,
  { metric, points }: Family,
  instrument: InstrumentLike | undefined,
): void {
  if (instrument === undefined) return;
  for (const { labels, value } of points as readonly (Point & { readonly value: number })[]) {
    observer.observe(instrument as never, value, attributesOf(labels.record, metric.otel?.attributes));
  }
}

/** Attributes of a point: its labels by their names in OpenTelemetry. */
function attributesOf(labels: LabelRecord, names: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([label, value]) => [names[label] ?? `plimsoll.${label}`, value]),
  );
}

function recordCollections(meter: MeterLike): () => void {
  const metric = METRICS.find(({ name }) => name === 'nodejs_gc_duration_seconds')!;
  const histogram = meter.createHistogram('v8js.gc.duration', {
    description: metric.help,
    unit: 's',
    advice: { explicitBucketBoundaries: [...(metric.bounds ?? [])] },
  });
  const attributes = new Map(COLLECTION_KINDS.map((kind) => [kind, { 'v8js.gc.type': GC_KINDS[kind] ?? kind }]));
  const record = (batch: readonly Collection[]): void => {
    for (const { kind, pauseMs } of batch) histogram.record(pauseMs / 1000, attributes.get(kind));
  };
  return observeCollections(record) ?? (() => {});
}
