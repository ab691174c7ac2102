/** Scopes, sessions, what was turned away, and the metrics themselves. */
import { groupByLabel, Labels, NO_LABELS } from '../labels.ts';
import type { Metric } from '../metric.ts';

const MIB = 1024 * 1024;
const SESSION_BOUNDS = [0.25, 1, 2.5, 5, 10, 25, 100].map((mib) => mib * MIB);

export const OTHER_METRICS: readonly Metric[] = [
  {
    name: 'plimsoll_scopes',
    type: 'gauge',
    unit: '',
    labels: [],
    isOfProcess: false,
    source: 'scopes',
    help: 'Open scopes.',
    otel: { name: 'plimsoll.scopes', unit: '{scope}', isSum: true },
    read: ({ scopes }, add) => add(NO_LABELS, scopes.scopes),
  },
  {
    name: 'plimsoll_scope_resources',
    type: 'gauge',
    unit: '',
    labels: ['kind'],
    isOfProcess: false,
    source: 'scopes',
    help: 'What scopes hold open, by kind.',
    otel: { name: 'plimsoll.scope.resources', unit: '{resource}', isSum: true },
    read: ({ scopes, maxLabelValues }, add) => {
      for (const [kind, group] of groupByLabel(Object.entries(scopes.byKind), ([kind]) => kind, maxLabelValues)) {
        add(
          new Labels({ kind }),
          group.reduce((sum, [, count]) => sum + count, 0),
        );
      }
    },
  },
  {
    name: 'plimsoll_scope_oldest_seconds',
    type: 'gauge',
    unit: 'seconds',
    labels: [],
    isOfProcess: false,
    source: 'scopes',
    help: 'Age of what a scope has held open longest; absent when nothing is open.',
    otel: { name: 'plimsoll.scope.oldest', unit: 's' },
    read: ({ scopes }, add) => {
      if (scopes.oldestMs !== null) add(NO_LABELS, scopes.oldestMs / 1000);
    },
  },
  {
    name: 'plimsoll_scope_disposals',
    type: 'counter',
    unit: '',
    labels: ['result'],
    isOfProcess: false,
    source: 'scopes',
    help: 'Scopes closed: ok, error (something in it threw), timeout (something did not end in its time).',
    otel: { name: 'plimsoll.scope.disposals', unit: '{scope}' },
    read: ({ disposals }, add) => {
      for (const [result, count] of Object.entries(disposals)) add(new Labels({ result }), count);
    },
  },
  {
    name: 'plimsoll_sessions',
    type: 'gauge',
    unit: '',
    labels: [],
    isOfProcess: false,
    source: 'sessions',
    help: 'Open sessions.',
    otel: { name: 'plimsoll.sessions', unit: '{session}', isSum: true },
    read: ({ sessionBytes }, add) => add(NO_LABELS, sessionBytes?.length),
  },
  {
    name: 'plimsoll_session_bytes',
    type: 'histogram',
    unit: 'bytes',
    labels: [],
    bounds: SESSION_BOUNDS,
    isOfProcess: false,
    source: 'sessions',
    help: 'Bytes charged to the sessions that are open now.',
    otel: null,
    read: ({ sessionBytes }, add) => {
      if (sessionBytes === null) return;
      const atMost = SESSION_BOUNDS.map((bound) => sessionBytes.filter((bytes) => bytes <= bound).length);
      add(NO_LABELS, { atMost, count: sessionBytes.length, sum: sessionBytes.reduce((sum, bytes) => sum + bytes, 0) });
    },
  },
  {
    name: 'plimsoll_shed_requests',
    type: 'counter',
    unit: '',
    labels: ['reason', 'route'],
    isOfProcess: false,
    source: 'shed',
    help: 'Requests that were turned away.',
    otel: { name: 'plimsoll.shed.requests', unit: '{request}' },
    read: ({ shed, maxLabelValues }, add) => {
      const groups = groupByLabel(shed, ({ reason, route }) => `${reason}\n${route}`, maxLabelValues);
      for (const [key, group] of groups) {
        const [reason = '', route = key] = key.split('\n');
        add(
          new Labels({ reason, route }),
          group.reduce((sum, { count }) => sum + count, 0),
        );
      }
    },
  },
  {
    name: 'plimsoll_metrics_overflowing',
    type: 'gauge',
    unit: '',
    labels: ['label'],
    isOfProcess: false,
    source: 'metrics',
    help: 'Values of a label beyond the cap, whose figures are summed up under `_other`.',
    otel: { name: 'plimsoll.metrics.overflowing', unit: '{value}' },
    read: ({ overflowing }, add) => add(new Labels({ label: 'cache' }), overflowing),
  },
  {
    name: 'plimsoll_metrics_missing',
    type: 'gauge',
    unit: '',
    labels: [],
    isOfProcess: true,
    source: 'metrics',
    help: 'Processes and threads whose figures were asked for and did not come in time; absent where none are gathered.',
    otel: { name: 'plimsoll.metrics.missing', unit: '{process}' },
    read: ({ missing }, add) => add(NO_LABELS, missing),
  },
];
