/** Registries of prom-client: theirs in our answer, and our metrics in theirs. */
import parse from 'parse-prometheus-text-format';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { Metrics } from '../../../src/system/index.ts';
import { sessionsOf } from '../../helpers/system-requests.ts';

/** A registry with a metric of every kind. */
function filledRegistry(): Registry {
  const registers = [new Registry()];
  new Counter({ name: 'app_orders_total', help: 'Orders.', labelNames: ['way'], registers }).inc(
    { way: 'web "quoted"' },
    3,
  );
  new Gauge({ name: 'app_queue_length', help: 'Queue.', registers }).set(7);
  new Histogram({ name: 'app_request_seconds', help: 'Requests.', buckets: [0.1, 1], registers }).observe(0.5);
  new Summary({ name: 'app_size_bytes', help: 'Sizes.', registers }).observe(100);
  // A namesake of ours.
  new Gauge({ name: 'process_resident_memory_bytes', help: 'Theirs.', registers }).set(1);
  return registers[0]!;
}

describe('a registry that is handed in', () => {
  test('is in the same answer, with every kind of metric', async () => {
    const families = parse(await new Metrics({ registries: [filledRegistry()] }).text());
    const byName = new Map(families.map((family) => [family.name, family]));
    expect(byName.get('app_orders_total')).toMatchObject({
      type: 'COUNTER',
      metrics: [{ value: '3', labels: { way: 'web "quoted"' } }],
    });
    expect(byName.get('app_queue_length')).toMatchObject({ metrics: [{ value: '7' }] });
    expect(byName.get('app_request_seconds')).toMatchObject({
      type: 'HISTOGRAM',
      metrics: [{ count: '1', buckets: { '0.1': '0', '1': '1', '+Inf': '1' } }],
    });
    expect(byName.get('app_size_bytes')).toMatchObject({ type: 'SUMMARY' });
  });

  test('gives way where names meet', async () => {
    const text = await new Metrics({ registries: [filledRegistry()] }).text();
    expect(text.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
    expect(text).not.toContain('Theirs.');
  });

  test('is written as OpenMetrics wants it', async () => {
    const text = await new Metrics({ registries: [filledRegistry()] }).text('openmetrics');
    expect(text).toContain('# TYPE app_orders counter\napp_orders_total{way="web \\"quoted\\""} 3\n');
  });

  test('that throws or is none takes nothing else with it', async () => {
    const errors: string[] = [];
    const broken = { getMetricsAsJSON: () => Promise.reject(new Error('broken')) };
    const metrics = new Metrics({ registries: [broken, filledRegistry()], onError: (part) => errors.push(part) });
    expect(await metrics.text()).toContain('\napp_queue_length 7\n');
    expect(errors).toEqual(['registries']);
    expect(() => new Metrics({ registries: [{}] as never })).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
    );
  });
});

describe('our metrics in a registry', () => {
  test('are read when it is, and taken out again', async () => {
    using cache = new Cache<string, number>({ name: 'registered', maxEntries: 10 });
    const registry = new Registry();
    const remove = new Metrics().register(registry);
    cache.set('a', 1);
    const text = await registry.metrics();
    expect(text).toContain('plimsoll_cache_entries{cache="registered"} 1');
    expect(text).toContain('# TYPE plimsoll_cache_hits_total counter');
    expect(parse(text).length).toBeGreaterThan(10);
    remove();
    expect(await registry.metrics()).not.toContain('plimsoll_');
  });

  test('leave the names of prom-client to it, unless all are wanted', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const before = registry.getMetricsAsArray().length;
    new Metrics().register(registry);
    const own = registry.getMetricsAsArray().length;
    new Metrics().register(registry, { all: true });
    expect(own).toBeGreaterThan(before + 20);
    expect(registry.getMetricsAsArray().length).toBeGreaterThan(own);
    const text = await registry.metrics();
    expect(new Set(text.match(/^# TYPE \S+/gm)).size).toBe(text.match(/^# TYPE /gm)!.length);
  });

  test('have histograms with their buckets', async () => {
    const registry = new Registry();
    const sessions = sessionsOf(() => [1, 3 * 2 ** 20]);
    new Metrics({ sessions }).register(registry);
    const family = parse(await registry.metrics()).find(({ name }) => name === 'plimsoll_session_bytes');
    expect(family).toMatchObject({
      type: 'HISTOGRAM',
      metrics: [{ count: '2', buckets: { '1048576': '1', '+Inf': '2' } }],
    });
  });

  test('go into nothing else', () => {
    expect(() => new Metrics().register({} as never)).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
    );
  });
});
