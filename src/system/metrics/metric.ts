import type { Figures } from './figures.ts';
import type { Labels } from './labels.ts';

/** What kind of figure a metric is. */
export type MetricType = 'gauge' | 'counter' | 'histogram' | 'info';

/** The units there are, all of them base units; `''`: a count. */
export type MetricUnit = 'seconds' | 'bytes' | 'ratio' | 'bytes_per_second' | '';

/** A histogram as it stands: how many were at most each of the metric's bounds, how many there were, and their sum. */
export interface Distribution {
  readonly atMost: readonly number[];
  readonly count: number;
  readonly sum: number;
}

/** Adds a point; `null` is a figure that is not known, and is left out. */
export type AddPoint = (labels: Labels, value: number | null | undefined | Distribution) => void;

/** How a metric is called and measured in OpenTelemetry. */
export interface OtelMetric {
  readonly name: string;
  /** By UCUM: `By`, `s`, `1`, `{entry}`. */
  readonly unit: string;
  /** A sum that goes both ways, where the conventions want one. @default the metric's own type */
  readonly isSum?: boolean;
  /** Attributes, by the labels that are called otherwise there. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One row of the table of metrics: everything that is said of it anywhere follows from here. */
export interface Metric {
  /** As Prometheus has it, with its unit, without `_total`. */
  readonly name: string;
  readonly type: MetricType;
  readonly unit: MetricUnit;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram: upper bounds, without infinity. */
  readonly bounds?: readonly number[];
  /** `null`: a meter has its own way to it. */
  readonly otel: OtelMetric | null;
  /** Whether it is the whole process's, the same for each of its threads. */
  readonly isOfProcess: boolean;
  /** Where its figures come from: a word of the guide. */
  readonly source: 'process' | 'monitor' | 'caches' | 'scopes' | 'sessions' | 'shed' | 'metrics';
  /** Reads its points. */
  readonly read: (figures: Figures, add: AddPoint) => void;
}
