/** What the named caches of this process do. Caches of one name are one. */
import type { CacheStats } from '../../../cache/index.ts';
import { NO_LABELS } from '../labels.ts';
import type { CacheFigures } from '../figures.ts';
import type { Metric, MetricType, MetricUnit } from '../metric.ts';

const base = { isOfProcess: false, source: 'caches', labels: ['cache'] } as const;

/** How the figures of several caches of one name become one. */
type Join = (figures: readonly number[]) => number;
const sum: Join = (figures) => figures.reduce((total, figure) => total + figure, 0);
const most: Join = (figures) => Math.max(...figures);

interface Row {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly unit?: MetricUnit;
  readonly otel: string;
  readonly otelUnit: string;
  readonly join?: Join;
  readonly of: (cache: CacheFigures) => number | undefined;
}

function row({ name, help, type, unit = '', otel, otelUnit, join = sum, of }: Row): Metric {
  return {
    ...base,
    name: `plimsoll_cache_${name}`,
    type,
    unit,
    help,
    otel: {
      name: `plimsoll.cache.${otel}`,
      unit: otelUnit,
      ...(type === 'gauge' && join === sum ? { isSum: true } : {}),
    },
    read: ({ caches: groups }, add) => {
      for (const { labels, caches } of groups) {
        if (caches.length === 1) {
          add(labels, of(caches[0]!));
          continue;
        }
        const known = caches.map(of).filter((figure) => figure !== undefined);
        if (known.length > 0) add(labels, join(known));
      }
    },
  };
}

function count(name: string, help: string, otelUnit: string, of: (stats: CacheStats) => number): Metric {
  return row({ name, help, type: 'counter', otel: name, otelUnit, of: ({ stats }) => of(stats) });
}

function gauge(name: string, help: string, otelUnit: string, of: (stats: CacheStats) => number | undefined): Metric {
  return row({ name, help, type: 'gauge', otel: name, otelUnit, of: ({ stats }) => of(stats) });
}

const evictionsOf = (caches: readonly CacheFigures[], reason: (typeof REASONS)[number]): number[] =>
  caches.map(({ stats }) => stats.evictions[reason]);

const REASONS = ['capacity', 'expired', 'pressure'] as const;

export const CACHE_METRICS: readonly Metric[] = [
  gauge('entries', 'Entries now.', '{entry}', ({ size }) => size),
  gauge('capacity', 'Entries at most; absent where only bytes are bounded.', '{entry}', ({ capacity }) => capacity),
  row({
    name: 'bytes',
    help: 'Bytes now; absent for a cache that does not weigh its entries.',
    type: 'gauge',
    unit: 'bytes',
    otel: 'size',
    otelUnit: 'By',
    of: ({ stats }) => stats.bytes,
  }),
  row({
    name: 'utilization_ratio',
    help: 'Share of the bound that is taken.',
    type: 'gauge',
    unit: 'ratio',
    otel: 'utilization',
    otelUnit: '1',
    join: most,
    of: ({ stats }) => stats.utilisation,
  }),
  row({
    name: 'level',
    help: 'How the cache is: 0 healthy, 1 warning, 2 critical.',
    type: 'gauge',
    otel: 'level',
    otelUnit: '1',
    join: most,
    of: ({ level }) => level,
  }),
  count('hits', 'Look-ups that found an entry.', '{lookup}', ({ hits }) => hits),
  count('misses', 'Look-ups that found none.', '{lookup}', ({ misses }) => misses),
  count('inserts', 'Entries that came in.', '{entry}', ({ inserts }) => inserts),
  {
    ...base,
    name: 'plimsoll_cache_evictions',
    type: 'counter',
    unit: '',
    labels: ['cache', 'reason'],
    help: 'Entries that left by themselves.',
    otel: { name: 'plimsoll.cache.evictions', unit: '{entry}' },
    read: ({ caches: groups }, add) => {
      for (const { labels, caches } of groups) {
        for (const reason of REASONS) {
          const evicted = caches.length === 1 ? caches[0]!.stats.evictions[reason] : sum(evictionsOf(caches, reason));
          add(labels.with({ reason }), evicted);
        }
      }
    },
  },
  count('evicted_unused', 'Entries evicted for room before they were ever used.', '{entry}', (s) => s.evictedUnused),
  count('rejected', 'Entries that were not stored.', '{entry}', ({ rejected }) => rejected),
  count('loads', 'Calls of loaders.', '{load}', ({ loads }) => loads),
  count('load_failures', 'Loads that failed.', '{load}', ({ loadFailures }) => loadFailures),
  row({
    name: 'load_seconds',
    help: 'Time spent in loads.',
    type: 'counter',
    unit: 'seconds',
    otel: 'load.time',
    otelUnit: 's',
    of: ({ stats }) => stats.loadMs / 1000,
  }),
  gauge('loading', 'Loads under way.', '{load}', ({ loading }) => loading),
  count('stale_hits', 'Look-ups that got an expired value.', '{lookup}', ({ staleHits }) => staleHits),
  gauge('disposing', 'Values that have left and are not yet disposed of.', '{entry}', ({ disposing }) => disposing),
  count('dispose_failures', 'Values that could not be disposed of.', '{entry}', (stats) => stats.disposeFailures),
  gauge('leases', 'Leases that were not yet released.', '{lease}', ({ leases }) => leases),
  {
    ...base,
    name: 'plimsoll_caches_unnamed',
    type: 'gauge',
    unit: '',
    labels: [],
    help: 'Live caches without a name, which have no figures here.',
    otel: { name: 'plimsoll.caches.unnamed', unit: '{cache}', isSum: true },
    read: ({ unnamedCaches }, add) => add(NO_LABELS, unnamedCaches),
  },
];
