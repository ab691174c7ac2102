/** Metrics as text, read back by somebody else's parser, and what is promised of names, labels and unknown figures. */
import fc from 'fast-check';
import parse from 'parse-prometheus-text-format';
import { describe, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { Monitor } from '../../../src/monitor/index.ts';
import { Scope } from '../../../src/scope/index.ts';
import { METRICS, Metrics, sampleNames } from '../../../src/system/index.ts';
import { formatFor, writeExposition } from '../../../src/system/metrics/exposition.ts';
import { cutLabel, groupByLabel, Labels, OVERFLOW } from '../../../src/system/metrics/labels.ts';
import type { Family } from '../../../src/system/metrics/collect.ts';
import type { ShedLike } from '../../../src/system/parts.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';
import { sessionsOf } from '../../helpers/system-requests.ts';

const sessions = sessionsOf(() => [1_000, 6_000_000, 200_000_000]);
const shed: ShedLike = { status: () => ({ share: 0.1, shed: [{ reason: 'heap', route: '/upload', count: 7 }] }) };

/** The points of one family. */
function pointsOf(metrics: Metrics, name: string): readonly (readonly [object, unknown])[] {
  const family = metrics.collect().find(({ metric }) => metric.name === name);
  return (family?.points ?? []).map(({ labels, value }) => [labels.record, value]);
}

/** Texts of any code units, halves of characters among them, and often of those that have to be escaped. */
const names = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '\\', '\n', ',', '=', '{', '_other'),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 6 },
  )
  .map((units) => units.join(''));

describe('the text', () => {
  test('of everything is understood by a parser, family by family', async () => {
    using monitor = new Monitor().start();
    using cache = new Cache<string, string>({ name: 'a "quoted" \\ and\nbroken name', maxEntries: 10 });
    await using scope = new Scope();
    scope.setInterval(() => {}, '1h');
    cache.set('a', 'b');
    cache.get('a');
    cache.get('missing');
    const metrics = new Metrics({ monitor, sessions, shed });
    const families = new Map(parse(await metrics.text()).map((family) => [family.name, family]));
    expect([...families.keys()].sort()).toEqual(
      metrics
        .collect()
        .map(({ metric }) => (metric.type === 'histogram' ? metric.name : sampleNames(metric)[0]!))
        .sort(),
    );
    expect(families.get('plimsoll_cache_hits_total')).toMatchObject({
      type: 'COUNTER',
      metrics: [{ value: '1', labels: { cache: cache.name } }],
    });
    expect(families.get('plimsoll_scope_resources')).toMatchObject({ type: 'GAUGE' });
    expect(families.get('plimsoll_session_bytes')).toMatchObject({ type: 'HISTOGRAM', metrics: [{ count: '3' }] });
    expect(families.get('plimsoll_shed_requests_total')).toMatchObject({
      metrics: [{ value: '7', labels: { route: '/upload' } }],
    });
    const bun = process.versions['bun'];
    const version = bun === undefined ? process.version : `v${bun}`;
    expect(families.get('nodejs_version_info')?.metrics[0]?.labels?.['version']).toBe(version);
  });

  test('in OpenMetrics says units, drops what the type says, and ends', async () => {
    const text = await new Metrics({ sessions }).text('openmetrics');
    expect(text).toContain(
      '# TYPE process_cpu_seconds counter\n# UNIT process_cpu_seconds seconds\nprocess_cpu_seconds_total ',
    );
    expect(text).toContain('# TYPE nodejs_version info\nnodejs_version_info{version="v');
    expect(text).toContain('plimsoll_session_bytes_bucket{le="1048576.0"} 1\n');
    expect(text).toContain(
      'plimsoll_session_bytes_bucket{le="+Inf"} 3\nplimsoll_session_bytes_sum 206001000\nplimsoll_session_bytes_count 3\n',
    );
    expect(text.endsWith('# EOF\n')).toBe(true);
  });

  test('has every series once, whatever labels there are', () => {
    holds(
      fc.property(fc.array(names, { maxLength: 20 }), (names) => {
        const metric = METRICS.find(({ name }) => name === 'plimsoll_cache_entries')!;
        const groups = groupByLabel(names, (name) => name, 5);
        const points = [...groups].map(([cache, { length }]) => ({ labels: new Labels({ cache }), value: length }));
        const family: Family = { metric, points };
        const text = writeExposition(points.length === 0 ? [] : [family], [], 'prometheus');
        const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        expect(new Set(lines.map((line) => line.slice(0, line.lastIndexOf(' ')))).size).toBe(points.length);
        expect(points.length).toBeLessThanOrEqual(6);
        expect(points.reduce((sum, { value }) => sum + value, 0)).toBe(names.length);
        // Nothing in a name gets out of its quotation marks, and all of it is UTF-8.
        const isSound = (line: string): boolean =>
          /^plimsoll_cache_entries\{cache="(?:[^"\\\n]|\\["\\n])*"\} \d+$/.test(line);
        expect(lines.filter((line) => !isSound(line))).toEqual([]);
        expect(Buffer.from(text).toString()).toBe(text);
      }),
      100,
    );
  });

  test('writes what is no number as the formats want it', () => {
    const metric = METRICS.find(({ name }) => name === 'plimsoll_scopes')!;
    const line = (value: number): string =>
      writeExposition([{ metric, points: [{ labels: new Labels({}), value }] }], [], 'prometheus').split('\n')[2]!;
    expect([line(Infinity), line(-Infinity), line(1e21), line(0.1)]).toEqual([
      'plimsoll_scopes +Inf',
      'plimsoll_scopes -Inf',
      'plimsoll_scopes 1e+21',
      'plimsoll_scopes 0.1',
    ]);
  });
});

describe('the format', () => {
  test.each([
    [null, 'prometheus'],
    ['', 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/html,application/xhtml+xml', 'prometheus'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1', 'openmetrics'],
    ['application/openmetrics-text;q=0.3,text/plain;q=0.5', 'prometheus'],
    ['application/openmetrics-text;q=0', 'prometheus'],
    ['application/openmetrics-text;q=rubbish', 'prometheus'],
  ])('for %j is %s', (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe('the table', () => {
  test('keeps to the rules of names', () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, unit, type, help, labels, bounds } of METRICS) {
      expect(name).toMatch(/^(?:process|nodejs|plimsoll)(?:_[a-z\d]+)+$/);
      expect(name).not.toMatch(/_(?:total|info|count|sum|bucket)$/);
      if (unit !== '') expect(name.endsWith(`_${unit}`), name).toBe(true);
      expect(name).not.toMatch(/_(?:ms|milliseconds|kb|mb|percent)(?:_|$)/);
      expect(help).toMatch(/^[A-Z\d].*\.$/);
      for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
      expect(type === 'histogram').toBe(bounds !== undefined);
    }
  });

  test('has names and units of OpenTelemetry, each once', () => {
    const names = METRICS.flatMap(({ otel }) => (otel === null ? [] : [otel.name]));
    expect(new Set(names).size).toBe(names.length);
    for (const { otel } of METRICS) {
      if (otel === null) continue;
      expect(otel.name).toMatch(/^(?:process|nodejs|v8js|container|plimsoll)(?:\.[a-z\d_]+)+$/);
      expect(otel.unit).toMatch(/^(?:By|By\/s|s|1|\{[a-z_]+\})$/);
    }
  });

  test('says which labels its points have', () => {
    using monitor = new Monitor().start();
    using cache = new Cache<string, number>({ name: 'labels', maxEntries: 10 });
    cache.set('a', 1);
    for (const { metric, points } of new Metrics({ monitor, sessions, shed }).collect()) {
      for (const { labels } of points) expect(Object.keys(labels.record), metric.name).toEqual([...metric.labels]);
    }
  });
});

describe('labels', () => {
  test('beyond the cap are summed up under one value, and it is told how many there were', () => {
    const caches = Array.from({ length: 12 }, (_, i) => {
      const cache = new Cache<number, number>({ name: `capped-${i}`, maxEntries: 10 });
      return cache.set(1, i);
    });
    const metrics = new Metrics({ maxLabelValues: 10 });
    const entries = pointsOf(metrics, 'plimsoll_cache_entries');
    expect(entries).toHaveLength(11);
    expect(entries.at(-1)).toEqual([{ cache: OVERFLOW }, expect.any(Number)]);
    const total = entries.reduce((sum, [, value]) => sum + (value as number), 0);
    expect(total).toBeGreaterThanOrEqual(12);
    expect(pointsOf(metrics, 'plimsoll_metrics_overflowing')[0]![1]).toBeGreaterThanOrEqual(2);
    for (const cache of caches) void cache.close();
  });

  test('of one name are one series', () => {
    using first = new Cache<string, number>({ name: 'twins', maxEntries: 10 });
    using second = new Cache<string, number>({ name: 'twins', maxEntries: 10 });
    first.set('a', 1);
    second.set('a', 1).set('b', 2);
    const twins = pointsOf(new Metrics(), 'plimsoll_cache_entries').filter(
      ([labels]) => (labels as { cache: string }).cache === 'twins',
    );
    expect(twins).toEqual([[{ cache: 'twins' }, 3]]);
  });

  test('are cut, and hold no half of a character', () => {
    expect(cutLabel('x'.repeat(1_000))).toHaveLength(200);
    expect(cutLabel('a\ud800b')).toBe('a\ufffdb');
    expect(cutLabel('😀')).toBe('😀');
  });

  test('never hold a key of a cache', async () => {
    using cache = new Cache<string, string>({ name: 'secrets', maxEntries: 10, secretKeys: true });
    cache.set('sk-very-secret', 'value-very-secret');
    expect(await new Metrics().text()).not.toContain('very-secret');
  });
});

describe('figures', () => {
  test('that are not known are absent and not 0', async () => {
    const text = await new Metrics({ monitor: new Monitor() }).text();
    expect(text).not.toMatch(/^nodejs_eventloop_/m);
    expect(text).not.toMatch(/^plimsoll_(?:heap_floor|heap_seconds_to_limit|container_|memory_pressure|work_)/m);
    expect(text).not.toContain('NaN');
    using weightless = new Cache<string, number>({ name: 'weightless', maxEntries: 10 });
    expect(await new Metrics().text()).not.toContain(`plimsoll_cache_bytes{cache="${weightless.name}"}`);
  });

  test('of a part that throws are left out, told once, and take no others with them', async () => {
    const errors: string[] = [];
    const broken = {
      status: () => {
        throw new Error('broken');
      },
    } as never;
    const metrics = new Metrics({
      monitor: broken,
      sessions: sessionsOf(() => {
        throw new Error('no');
      }),
      onError: (part) => errors.push(part),
    });
    expect(await metrics.text()).toContain('process_resident_memory_bytes ');
    expect(errors).toEqual(['monitor', 'sessions']);
  });

  test('are read once a second at most, and that once for all who ask', async () => {
    const clock = new FakeClock();
    let reads = 0;
    const counted = sessionsOf(() => {
      reads++;
      return [];
    });
    const metrics = new Metrics({ sessions: counted, clock });
    await Promise.all([metrics.text(), metrics.text(), metrics.text('openmetrics')]);
    expect(reads).toBe(1);
    clock.advance(1_000);
    await metrics.text();
    expect(reads).toBe(2);
  });

  test('of the monitor that runs in the process need no wiring', async () => {
    using monitor = new Monitor().start();
    expect(monitor.isRunning).toBe(true);
    expect(pointsOf(new Metrics(), 'plimsoll_alerts_suppressed')).toEqual([[{}, 0]]);
  });
});
