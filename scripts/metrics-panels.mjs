// The panels of the Grafana dashboard: a title, Grafana's name of the unit, and queries with their legends.

const OF = '{job=~"$job", instance=~"$instance"}';
const RATE = `${OF}[$__rate_interval]`;

/** @type {readonly { title: string, unit: string, queries: readonly (readonly [string, string])[], wide?: boolean }[]} */
export const PANELS = [
  {
    title: 'Memory and its limits',
    unit: 'bytes',
    queries: [
      [`plimsoll_heap_floor_bytes${OF}`, 'heap floor {{instance}} {{worker}}'],
      [`nodejs_heap_size_used_bytes${OF}`, 'heap used {{instance}} {{worker}} {{thread}}'],
      [`plimsoll_array_buffers_bytes${OF}`, 'array buffers {{instance}} {{worker}}'],
      [`process_resident_memory_bytes${OF}`, 'RSS {{instance}} {{worker}}'],
      [`plimsoll_heap_limit_bytes${OF}`, 'heap limit {{instance}} {{worker}}'],
      [`plimsoll_container_memory_working_set_bytes${OF}`, 'container {{instance}}'],
      [`plimsoll_container_memory_limit_bytes${OF}`, 'container limit {{instance}}'],
    ],
  },
  {
    title: 'Level by rule (0 ok, 1 warning, 2 critical)',
    unit: 'short',
    queries: [[`max by (kind, instance) (plimsoll_memory_level${OF})`, '{{kind}} {{instance}}']],
  },
  {
    title: 'Growth of the heap floor',
    unit: 'Bps',
    queries: [[`plimsoll_heap_floor_slope_bytes_per_second${OF}`, '{{instance}} {{worker}}']],
  },
  {
    title: 'Time to the heap limit',
    unit: 's',
    queries: [[`plimsoll_heap_seconds_to_limit${OF}`, '{{instance}} {{worker}}']],
  },
  {
    title: 'Time in collections',
    unit: 'percentunit',
    queries: [
      [`sum by (kind, instance) (rate(nodejs_gc_duration_seconds_sum${RATE}))`, '{{kind}} {{instance}}'],
      [`plimsoll_gc_share_ratio${OF}`, 'major, by the monitor {{instance}} {{worker}}'],
    ],
  },
  {
    title: 'Event loop',
    unit: 's',
    queries: [
      [`nodejs_eventloop_lag_p99_seconds${OF}`, 'p99 {{instance}} {{worker}}'],
      [`nodejs_eventloop_lag_max_seconds${OF}`, 'longest {{instance}} {{worker}}'],
    ],
  },
  {
    title: 'Event loop utilization and memory pressure',
    unit: 'percentunit',
    queries: [
      [`nodejs_eventloop_utilization_ratio${OF}`, 'loop {{instance}} {{worker}}'],
      [`plimsoll_memory_pressure_stall_ratio${OF}`, 'waiting for memory {{instance}}'],
    ],
  },
  {
    title: 'CPU',
    unit: 'percentunit',
    queries: [[`rate(process_cpu_seconds_total${RATE})`, '{{instance}} {{worker}}']],
  },
  {
    title: 'Cache hit ratio',
    unit: 'percentunit',
    queries: [
      [
        `sum by (cache) (rate(plimsoll_cache_hits_total${RATE})) / (sum by (cache) (rate(plimsoll_cache_hits_total${RATE})) + sum by (cache) (rate(plimsoll_cache_misses_total${RATE})))`,
        '{{cache}}',
      ],
    ],
  },
  {
    title: 'Cache bytes',
    unit: 'bytes',
    queries: [[`sum by (cache) (plimsoll_cache_bytes${OF})`, '{{cache}}']],
  },
  {
    title: 'Cache utilization',
    unit: 'percentunit',
    queries: [[`max by (cache) (plimsoll_cache_utilization_ratio${OF})`, '{{cache}}']],
  },
  {
    title: 'Evictions',
    unit: 'ops',
    queries: [[`sum by (cache, reason) (rate(plimsoll_cache_evictions_total${RATE}))`, '{{cache}} {{reason}}']],
  },
  {
    title: 'What scopes hold open',
    unit: 'short',
    queries: [[`sum by (kind) (plimsoll_scope_resources${OF})`, '{{kind}}']],
  },
  {
    title: 'What keeps the event loop up',
    unit: 'short',
    queries: [
      [`sum by (type) (nodejs_active_resources${OF})`, '{{type}}'],
      [`sum(process_open_fds${OF})`, 'descriptors'],
    ],
  },
  {
    title: 'Sessions',
    unit: 'short',
    queries: [[`sum by (instance) (plimsoll_sessions${OF})`, '{{instance}}']],
  },
  {
    title: 'Session sizes',
    unit: 'bytes',
    queries: [
      [`histogram_quantile(0.5, sum by (le) (plimsoll_session_bytes_bucket${OF}))`, 'median'],
      [`histogram_quantile(0.95, sum by (le) (plimsoll_session_bytes_bucket${OF}))`, '95th percentile'],
    ],
  },
  {
    title: 'Alerts raised',
    unit: 'short',
    queries: [[`sum by (rule, level) (increase(plimsoll_alerts_total${RATE}))`, '{{rule}} {{level}}']],
  },
  {
    title: 'Requests turned away',
    unit: 'reqps',
    queries: [[`sum by (reason, route) (rate(plimsoll_shed_requests_total${RATE}))`, '{{reason}} {{route}}']],
  },
];
