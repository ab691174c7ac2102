/** Every metric there is. Prometheus' formats, OpenTelemetry, prom-client, the guide and the Grafana dashboard follow from it. */
import type { Metric } from './metric.ts';
import { CACHE_METRICS } from './rows/caches.ts';
import { MONITOR_METRICS } from './rows/monitor.ts';
import { OTHER_METRICS } from './rows/others.ts';
import { PROCESS_METRICS } from './rows/process.ts';

/** The table of metrics. */
export const METRICS: readonly Metric[] = [...PROCESS_METRICS, ...MONITOR_METRICS, ...CACHE_METRICS, ...OTHER_METRICS];

/** The names that a metric's samples have in an exposition. */
export function sampleNames({ name, type }: Pick<Metric, 'name' | 'type'>): readonly string[] {
  if (type === 'counter') return [`${name}_total`];
  if (type === 'info') return [`${name}_info`];
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
