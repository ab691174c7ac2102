/** The metrics through the OpenTelemetry SDK, as a reader of it gets them. */
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  MetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { Monitor } from '../../../src/monitor/index.ts';
import { METRICS, Metrics } from '../../../src/system/index.ts';
import { observeMetrics } from '../../../src/system/otel.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { sessionsOf } from '../../helpers/system-requests.ts';

/** Collects when it is told to. */
class Reader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  async read(): Promise<Map<string, MetricData>> {
    const { resourceMetrics, errors } = await this.collect();
    expect(errors).toEqual([]);
    return new Map(
      resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics).map((data) => [data.descriptor.name, data]),
    );
  }

  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function start(metrics: Metrics): { readonly reader: Reader; readonly stop: () => void } {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  const stop = observeMetrics(provider.getMeter('plimsoll'), metrics);
  ends.push(stop, () => provider.shutdown());
  return { reader, stop };
}

describe('a meter', () => {
  test('observes them by the names of the conventions, with units and attributes', async () => {
    using monitor = new Monitor().start();
    using cache = new Cache<string, number>({ name: 'observed', maxEntries: 10 });
    cache.set('a', 1);
    cache.get('a');
    const data = await start(new Metrics({ monitor })).reader.read();
    expect(data.get('process.memory.usage')?.descriptor.unit).toBe('By');
    expect(data.get('v8js.memory.heap.used')?.dataPoints.map(({ attributes }) => attributes)).toContainEqual({
      'v8js.heap.space.name': 'old',
    });
    const hits = data.get('plimsoll.cache.hits')!;
    expect(hits.dataPointType).toBe(DataPointType.SUM);
    expect(hits.dataPoints.find(({ attributes }) => attributes['plimsoll.cache'] === 'observed')?.value).toBe(1);
    expect(data.get('plimsoll.cache.utilization')?.dataPointType).toBe(DataPointType.GAUGE);
  });

  test('gets all but histograms, and what OpenTelemetry has by another name', async () => {
    using monitor = new Monitor().start();
    using cache = new Cache<string, number>({ name: 'all', maxEntries: 10 });
    const metrics = new Metrics({ monitor });
    cache.set('a', 1);
    const data = await start(metrics).reader.read();
    const expected = metrics.collect().flatMap(({ metric }) => (metric.otel === null ? [] : [metric.otel.name]));
    expect([...data.keys()].filter((name) => name !== 'v8js.gc.duration').sort()).toEqual(expected.sort());
    expect(METRICS.filter(({ otel }) => otel === null).map(({ name }) => name)).toEqual([
      'process_cpu_user_seconds',
      'process_cpu_system_seconds',
      'process_start_time_seconds',
      'nodejs_version',
      'nodejs_heap_size_used_bytes',
      'nodejs_heap_size_total_bytes',
      'nodejs_gc_duration_seconds',
      'plimsoll_session_bytes',
    ]);
  });

  test('asks for nothing more once it is ended', async () => {
    let asked = 0;
    const sessions = sessionsOf(() => [++asked]);
    const clock = new FakeClock();
    const { reader, stop } = start(new Metrics({ sessions, clock }));
    for (let i = 1; i <= 2; i++) {
      await reader.read();
      expect(asked).toBe(i);
      clock.advance(1_000);
    }
    stop();
    await reader.read();
    expect(asked).toBe(2);
  });

  test('that is none is refused', () => {
    expect(() => observeMetrics({} as never)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });
});

test('exporters of the SDK take them', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const { PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  ends.push(observeMetrics(provider.getMeter('plimsoll')), () => provider.shutdown());
  await provider.forceFlush();
  expect(exporter.getMetrics()[0]!.scopeMetrics[0]!.metrics.length).toBeGreaterThan(10);
});
