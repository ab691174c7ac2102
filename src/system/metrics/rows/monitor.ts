/** What a monitor sees. A figure that the runtime cannot give is absent, never 0. */
import type { MonitorStatus } from '../../../monitor/index.ts';
import { COLLECTION_KINDS, type CollectionKind } from '../../../runtime/index.ts';
import { type Figures, levelNumber } from '../figures.ts';
import { groupByLabel, Labels, NO_LABELS } from '../labels.ts';
import type { AddPoint, Metric } from '../metric.ts';

const thread = { isOfProcess: false, source: 'monitor', labels: [] } as const;
const process = { isOfProcess: true, source: 'monitor', labels: [] } as const;

/** What prom-client calls a kind of collections that we call otherwise. */
const KIND_NAMES: Readonly<Partial<Record<CollectionKind, string>>> = { weakCallbacks: 'weakcb' };

/** Points of a monitor, where there is one. */
function ofMonitor(read: (monitor: MonitorStatus, add: AddPoint, figures: Figures) => void): Metric['read'] {
  return (figures, add) => {
    if (figures.monitor !== null) read(figures.monitor, add, figures);
  };
}

function loop(which: 'p50' | 'p90' | 'p99' | 'max' | 'mean', what: string): Metric {
  return {
    ...thread,
    name: `nodejs_eventloop_lag_${which}_seconds`,
    type: 'gauge',
    unit: 'seconds',
    help: `${what} of the event loop's delays between the last two samples of the monitor.`,
    otel: { name: `nodejs.eventloop.delay.${which}`, unit: 's' },
    read: ofMonitor(({ loopDelay }, add) => {
      if (loopDelay !== null) add(NO_LABELS, loopDelay[`${which}Ms`] / 1000);
    }),
  };
}

/** One point for each value of a label, those beyond the cap summed up. */
function summed<T>(
  things: readonly T[],
  label: string,
  valueOf: (thing: T) => string,
  figureOf: (thing: T) => number | null,
  [add, { maxLabelValues }]: readonly [AddPoint, Figures],
): void {
  for (const [value, group] of groupByLabel(things, valueOf, maxLabelValues)) {
    const known = group.map(figureOf).filter((figure) => figure !== null);
    if (known.length > 0)
      add(
        new Labels({ [label]: value }),
        known.reduce((sum, figure) => sum + figure, 0),
      );
  }
}

export const MONITOR_METRICS: readonly Metric[] = [
  {
    ...thread,
    name: 'nodejs_gc_duration_seconds',
    type: 'histogram',
    unit: 'seconds',
    labels: ['kind'],
    bounds: [0.01, 0.1, 1, 10],
    help: 'Pauses of collections, every one of them, by kind.',
    // A meter gets them one by one; see plimsoll/otel.
    otel: null,
    read: ofMonitor(({ gc }, add) => {
      if (gc === null) return;
      for (const kind of COLLECTION_KINDS) {
        const { atMost, count, seconds } = gc[kind];
        add(new Labels({ kind: KIND_NAMES[kind] ?? kind }), { atMost, count, sum: seconds });
      }
    }),
  },
  {
    ...thread,
    name: 'plimsoll_gc_share_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Share of the last minute that went into major collections and steps of marking.',
    otel: { name: 'plimsoll.gc.share', unit: '1' },
    read: ofMonitor(({ gc }, add) => add(NO_LABELS, gc?.share)),
  },
  loop('mean', 'Mean'),
  loop('max', 'Longest'),
  loop('p50', 'Median'),
  loop('p90', '90th percentile'),
  loop('p99', '99th percentile'),
  {
    ...thread,
    name: 'nodejs_eventloop_utilization_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Share of its time that the event loop worked, between the last two samples of the monitor.',
    otel: { name: 'nodejs.eventloop.utilization', unit: '1' },
    read: ofMonitor(({ loopUtilization }, add) => add(NO_LABELS, loopUtilization)),
  },
  {
    ...process,
    name: 'plimsoll_container_memory_limit_bytes',
    type: 'gauge',
    unit: 'bytes',
    help: 'Memory limit of the container; absent without one.',
    otel: { name: 'plimsoll.container.memory.limit', unit: 'By' },
    read: ofMonitor(({ container }, add) => add(NO_LABELS, container?.limitBytes)),
  },
  {
    ...process,
    name: 'plimsoll_container_memory_working_set_bytes',
    type: 'gauge',
    unit: 'bytes',
    help: 'Memory in use by all processes of the container, without page cache that nobody used of late.',
    otel: { name: 'container.memory.working_set', unit: 'By' },
    read: ofMonitor(({ container }, add) => add(NO_LABELS, container?.workingSetBytes)),
  },
  {
    ...process,
    name: 'plimsoll_memory_pressure_stall_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Share of the last 10 s in which work waited for memory (PSI, some).',
    otel: { name: 'plimsoll.memory.pressure_stall', unit: '1' },
    read: ofMonitor(({ pressure }, add) => add(NO_LABELS, pressure?.some10)),
  },
  {
    ...thread,
    name: 'plimsoll_heap_floor_bytes',
    type: 'gauge',
    unit: 'bytes',
    help: 'JS heap in use after the newest major collection: what is really held.',
    otel: { name: 'plimsoll.heap.floor', unit: 'By' },
    read: ofMonitor(({ heap }, add) => add(NO_LABELS, heap?.floorBytes)),
  },
  {
    ...thread,
    name: 'plimsoll_heap_floor_slope_bytes_per_second',
    type: 'gauge',
    unit: 'bytes_per_second',
    help: 'How fast the heap floor grows.',
    otel: { name: 'plimsoll.heap.floor.slope', unit: 'By/s' },
    read: ofMonitor(({ trend }, add) => add(NO_LABELS, perSecond(trend?.bytesPerMinute))),
  },
  {
    ...thread,
    name: 'plimsoll_heap_seconds_to_limit',
    type: 'gauge',
    unit: '',
    help: 'Seconds until the heap floor reaches the limit at its present growth; absent while it does not grow.',
    otel: { name: 'plimsoll.heap.time_to_limit', unit: 's' },
    read: ofMonitor(({ trend }, add) => {
      const ms = trend?.timeToLimitMs ?? null;
      if (ms !== null) add(NO_LABELS, ms / 1000);
    }),
  },
  {
    ...thread,
    name: 'plimsoll_memory_level',
    type: 'gauge',
    unit: '',
    labels: ['kind'],
    help: 'Level by rule: 0 ok, 1 warning, 2 critical.',
    otel: { name: 'plimsoll.memory.level', unit: '1' },
    read: ofMonitor(({ levels }, add, { maxLabelValues }) => {
      for (const [kind, group] of groupByLabel(Object.entries(levels), ([rule]) => rule, maxLabelValues)) {
        add(new Labels({ kind }), Math.max(...group.map(([, level]) => levelNumber(level))));
      }
    }),
  },
  {
    ...thread,
    name: 'plimsoll_alerts',
    type: 'counter',
    unit: '',
    labels: ['rule', 'level'],
    help: 'Alerts that were raised.',
    otel: { name: 'plimsoll.alerts', unit: '{alert}' },
    read: ofMonitor(({ alerts }, add, figures) => {
      for (const level of ['warning', 'critical'] as const) {
        const addLevel: AddPoint = (labels, value) => add(labels.with({ level }), value);
        summed(
          alerts.counts,
          'rule',
          ({ rule }) => rule,
          (counts) => counts[level],
          [addLevel, figures],
        );
      }
    }),
  },
  {
    ...thread,
    name: 'plimsoll_alerts_suppressed',
    type: 'counter',
    unit: '',
    help: 'Repeats of alerts that were not told.',
    otel: { name: 'plimsoll.alerts.suppressed', unit: '{alert}' },
    read: ofMonitor(({ alerts }, add) => add(NO_LABELS, alerts.suppressed)),
  },
  {
    ...thread,
    name: 'plimsoll_alerts_active',
    type: 'gauge',
    unit: '',
    labels: ['level'],
    help: 'Alerts that last.',
    otel: { name: 'plimsoll.alerts.active', unit: '{alert}', isSum: true },
    read: ofMonitor(({ alerts }, add) => {
      for (const level of ['warning', 'critical']) {
        add(new Labels({ level }), alerts.active.filter((alert) => alert.level === level).length);
      }
    }),
  },
  {
    ...thread,
    name: 'plimsoll_actions',
    type: 'counter',
    unit: '',
    labels: ['action', 'result'],
    help: 'Actions that the monitor ran, that failed, and that it left out.',
    otel: { name: 'plimsoll.actions', unit: '{action}' },
    read: ofMonitor(({ actions }, add, figures) => {
      const results = { done: doneOf, failed: failuresOf, skipped: skippedOf };
      for (const [result, countOf] of Object.entries(results)) {
        const addResult: AddPoint = (labels, value) => add(labels.with({ result }), value);
        summed(actions, 'action', ({ name }) => name, countOf, [addResult, figures]);
      }
    }),
  },
  {
    ...thread,
    name: 'plimsoll_listeners',
    type: 'gauge',
    unit: '',
    labels: ['on'],
    help: 'Listeners on the process and on open handles, by class.',
    otel: { name: 'plimsoll.listeners', unit: '{listener}', isSum: true },
    read: ofMonitor(({ listeners }, add, figures) => {
      summed(
        Object.entries(listeners ?? {}),
        'on',
        ([on]) => on,
        ([, count]) => count,
        [add, figures],
      );
    }),
  },
  {
    ...thread,
    name: 'plimsoll_work',
    type: 'counter',
    unit: '',
    help: 'Requests or jobs that the program has counted.',
    otel: { name: 'plimsoll.work', unit: '{unit}' },
    read: ofMonitor(({ work }, add) => add(NO_LABELS, work?.count)),
  },
  {
    ...thread,
    name: 'plimsoll_component_bytes',
    type: 'gauge',
    unit: 'bytes',
    labels: ['component'],
    help: 'What a part of the program with a budget of its own takes.',
    otel: { name: 'plimsoll.component.size', unit: 'By', isSum: true },
    read: ofMonitor(({ components }, add, figures) => {
      summed(
        components,
        'component',
        ({ name }) => name,
        ({ bytes }) => bytes,
        [add, figures],
      );
    }),
  },
  {
    ...thread,
    name: 'plimsoll_component_limit_bytes',
    type: 'gauge',
    unit: 'bytes',
    labels: ['component'],
    help: 'Its budget.',
    otel: { name: 'plimsoll.component.limit', unit: 'By' },
    read: ofMonitor(({ components }, add, figures) => {
      summed(
        components,
        'component',
        ({ name }) => name,
        ({ maxBytes }) => maxBytes,
        [add, figures],
      );
    }),
  },
  {
    ...process,
    name: 'plimsoll_thread_heap_used_bytes',
    type: 'gauge',
    unit: 'bytes',
    labels: ['label'],
    help: 'JS heap in use of another thread that the monitor watches.',
    otel: { name: 'plimsoll.thread.heap.used', unit: 'By', isSum: true },
    read: ofMonitor(({ threads }, add, figures) => {
      summed(
        threads,
        'label',
        ({ label }) => label,
        ({ heapUsedBytes }) => heapUsedBytes,
        [add, figures],
      );
    }),
  },
];

type Action = MonitorStatus['actions'][number];
const doneOf = ({ runs, failures }: Action): number => runs - failures;
const failuresOf = ({ failures }: Action): number => failures;
const skippedOf = ({ skipped }: Action): number => skipped;

/** Rates are per minute in the API and per second in metrics. */
function perSecond(perMinute: number | null | undefined): number | null {
  return perMinute === null || perMinute === undefined ? null : perMinute / 60;
}
