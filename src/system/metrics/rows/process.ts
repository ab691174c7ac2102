/** Figures of the process, the heap and the event loop that need nothing but the runtime, under the names they have elsewhere. */
import { readHeap, readHeapSpaces } from '../../../runtime/index.ts';
import { groupByLabel, Labels, NO_LABELS, OVERFLOW } from '../labels.ts';
import type { Metric } from '../metric.ts';

const process = { isOfProcess: true, source: 'process', labels: [] } as const;
const thread = { isOfProcess: false, source: 'process', labels: [] } as const;
const bytes = { type: 'gauge', unit: 'bytes' } as const;

const SPACE = { attributes: { space: 'v8js.heap.space.name' }, unit: 'By', isSum: true } as const;

export const PROCESS_METRICS: readonly Metric[] = [
  {
    ...process,
    name: 'process_cpu_user_seconds',
    type: 'counter',
    unit: 'seconds',
    help: 'CPU time spent in user code.',
    otel: null,
    read: ({ use }, add) => add(NO_LABELS, use.userSeconds),
  },
  {
    ...process,
    name: 'process_cpu_system_seconds',
    type: 'counter',
    unit: 'seconds',
    help: 'CPU time spent in the system.',
    otel: null,
    read: ({ use }, add) => add(NO_LABELS, use.systemSeconds),
  },
  {
    ...process,
    name: 'process_cpu_seconds',
    type: 'counter',
    unit: 'seconds',
    help: 'CPU time spent in user code and in the system.',
    otel: { name: 'process.cpu.time', unit: 's' },
    read: ({ use }, add) => add(NO_LABELS, use.userSeconds + use.systemSeconds),
  },
  {
    ...process,
    name: 'process_start_time_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the process began, in seconds since 1970.',
    otel: null,
    read: ({ facts }, add) => add(NO_LABELS, facts.startedAt),
  },
  {
    ...process,
    name: 'process_open_fds',
    type: 'gauge',
    unit: '',
    help: 'Open descriptors.',
    otel: { name: 'process.unix.file_descriptor.count', unit: '{file_descriptor}', isSum: true },
    read: ({ use }, add) => add(NO_LABELS, use.openDescriptors),
  },
  {
    ...process,
    ...bytes,
    name: 'process_resident_memory_bytes',
    help: 'Memory that the process has in RAM.',
    otel: { name: 'process.memory.usage', unit: 'By', isSum: true },
    read: ({ memory }, add) => add(NO_LABELS, memory.rss),
  },
  {
    ...process,
    name: 'nodejs_version',
    type: 'info',
    unit: '',
    labels: ['version', 'runtime'],
    help: 'Which runtime this is.',
    otel: null,
    read: ({ facts }, add) => add(new Labels({ version: `v${facts.version}`, runtime: facts.runtime }), 1),
  },
  {
    ...thread,
    ...bytes,
    name: 'nodejs_heap_size_used_bytes',
    help: 'JS heap in use, garbage that is not yet collected included.',
    otel: null,
    read: ({ memory }, add) => add(NO_LABELS, memory.heapUsed),
  },
  {
    ...thread,
    ...bytes,
    name: 'nodejs_heap_size_total_bytes',
    help: 'JS heap taken from the system.',
    otel: null,
    read: ({ memory }, add) => add(NO_LABELS, memory.heapTotal),
  },
  {
    ...thread,
    ...bytes,
    name: 'nodejs_external_memory_bytes',
    help: 'Memory outside the JS heap that JS objects hold, array buffers included.',
    otel: { name: 'plimsoll.memory.external', unit: 'By', isSum: true },
    read: ({ memory }, add) => add(NO_LABELS, memory.external),
  },
  {
    ...thread,
    ...bytes,
    name: 'plimsoll_array_buffers_bytes',
    help: 'Memory of array buffers and Buffers.',
    otel: { name: 'plimsoll.memory.array_buffers', unit: 'By', isSum: true },
    read: ({ memory }, add) => add(NO_LABELS, memory.arrayBuffers),
  },
  {
    ...thread,
    ...bytes,
    name: 'plimsoll_heap_limit_bytes',
    help: 'What the JS heap may grow to before the process is ended.',
    otel: { name: 'plimsoll.heap.limit', unit: 'By' },
    read: (_, add) => add(NO_LABELS, readHeap()?.limitBytes),
  },
  {
    ...thread,
    ...bytes,
    name: 'nodejs_heap_space_size_total_bytes',
    labels: ['space'],
    help: 'Size of a space of the JS heap.',
    otel: { ...SPACE, name: 'v8js.memory.heap.space.size' },
    read: (_, add) => {
      for (const { name, totalBytes } of readHeapSpaces() ?? []) add(spaceLabels(name), totalBytes);
    },
  },
  {
    ...thread,
    ...bytes,
    name: 'nodejs_heap_space_size_used_bytes',
    labels: ['space'],
    help: 'What is used of a space of the JS heap.',
    otel: { ...SPACE, name: 'v8js.memory.heap.used' },
    read: (_, add) => {
      for (const { name, usedBytes } of readHeapSpaces() ?? []) add(spaceLabels(name), usedBytes);
    },
  },
  {
    ...thread,
    ...bytes,
    name: 'nodejs_heap_space_size_available_bytes',
    labels: ['space'],
    help: 'What is free in a space of the JS heap.',
    otel: { ...SPACE, name: 'v8js.memory.heap.space.available_size' },
    read: (_, add) => {
      for (const { name, availableBytes } of readHeapSpaces() ?? []) add(spaceLabels(name), availableBytes);
    },
  },
  {
    ...thread,
    name: 'nodejs_active_resources',
    type: 'gauge',
    unit: '',
    labels: ['type'],
    help: 'What keeps the event loop up, by kind.',
    otel: { name: 'v8js.resource.active', unit: '{resource}', isSum: true, attributes: { type: 'v8js.resource.type' } },
    read: ({ resources, maxLabelValues }, add) => {
      const groups = groupByLabel(Object.entries(resources), ([type]) => type, maxLabelValues);
      for (const [type, all] of groups) {
        add(
          new Labels({ type }),
          all.reduce((sum, [, count]) => sum + count, 0),
        );
      }
    },
  },
];

/** As prom-client names them: `new_space` is `new`. */
function spaceLabels(name: string): Labels {
  return new Labels({ space: name.replace(/_space$/, '') || OVERFLOW });
}
