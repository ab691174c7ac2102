/** Reports for the tests of their forms. */
import type { AllocationFrame, HeapPicture, LeakReport, ReportedFloor } from '../../src/diagnose/report/report.ts';
import type { HeapBox } from '../../src/snapshot/index.ts';
import { reportedOf } from './suspects.ts';

const MIB = 1024 ** 2;

/** Two minutes of floors that rise from 12 MiB by this much each. */
export function seriesOf(count: number, step: number = 0.1 * MIB): ReportedFloor[] {
  return Array.from({ length: count }, (_, i) => ({
    at: i * 2_000,
    heapUsed: Math.round(12 * MIB + i * step),
    external: MIB,
    arrayBuffers: 0,
    rss: 90 * MIB + i * 1000,
    asked: i % 3 === 0,
  }));
}

export function boxOf(name: string, bytes: number, children: readonly HeapBox[] = [], count = 1): HeapBox {
  return { name, count, bytes, children };
}

export function frameOf(name: string, bytes: number, children: readonly AllocationFrame[] = []): AllocationFrame {
  return { function: name, file: 'src/agent.mjs', line: 7, bytes, grownBytes: bytes / 2, children };
}

export function heapOf(parts: Partial<HeapPicture> = {}): HeapPicture {
  return {
    at: 118_000,
    totalBytes: 20 * MIB,
    nodeCount: 200_000,
    classCount: 812,
    classes: [
      { name: 'Map', count: 40, shallowBytes: 2_000, retainedBytes: 11 * MIB },
      { name: 'OpenAIClient', count: 2_013, shallowBytes: 3 * MIB, retainedBytes: 9 * MIB },
      { name: '(string)', count: 90_000, shallowBytes: 4 * MIB, retainedBytes: 4 * MIB },
    ],
    tree: boxOf('All that is alive', 20 * MIB, [
      boxOf('cachedClients: Map', 11 * MIB, [
        boxOf('OpenAIClient', 9 * MIB, [boxOf('(string)', 3 * MIB, [], 4_026)], 2_013),
      ]),
      boxOf('(compiled code)', 3 * MIB, [], 9_000),
      boxOf('registry: Set', 2 * MIB, [boxOf('Socket', MIB, [], 40)]),
    ]),
    ...parts,
  };
}

/** A leak with all that a report can hold, unless `parts` say otherwise. */
export function fullReport(parts: Partial<LeakReport> = {}): LeakReport {
  return {
    verdict: 'leak',
    explanation: 'The heap floor grew by 9.0 MiB (75 %) after warm-up, 3.1 MiB/min, and did not stop.',
    suspects: [
      reportedOf({ path: ['module src/agent.mjs', 'variable cachedClients', '[key] of Map', 'OpenAIClient'] }),
      reportedOf({
        kind: 'filling',
        sentence: 'LRUCache `users` in src/users.ts:7 holds 4,100 User.',
        owner: 'users',
        fingerprint: 'f2',
      }),
    ],
    allocationSites: [{ function: 'getClient', file: 'src/agent.mjs', line: 57, bytes: 3 * MIB, share: 0.8 }],
    open: [{ kind: 'descriptors', from: 40, to: 640, perMinute: 300, advice: 'Close them.' }],
    growthBytes: 9 * MIB,
    bytesPerMinute: 3.1 * MIB,
    series: seriesOf(60),
    rounds: Array.from({ length: 9 }, (_, i) => ({
      number: i + 1,
      warmup: i < 2,
      at: (i + 1) * 12_000,
      floorBytes: 13 * MIB + i * MIB,
    })),
    heap: heapOf(),
    allocations: frameOf('All that is alive, by where it was allocated', 8 * MIB, [
      frameOf('serve', 7 * MIB, [frameOf('getClient', 6 * MIB)]),
      frameOf('(anonymous)', MIB / 2),
    ]),
    processes: [
      { pid: 4242, threadId: 0, script: 'app.mjs', floors: 60, growthBytes: 9 * MIB, judged: true },
      { pid: 4242, threadId: 2, script: 'app.mjs', floors: 0, growthBytes: null, judged: false },
    ],
    environment: {
      plimsoll: '1.2.3',
      node: 'v20.20.2',
      platform: 'linux',
      arch: 'x64',
      pid: 4242,
      threadId: 0,
      argv: ['node', 'app.mjs', '--port', '80'],
      cwd: '/app',
      heapLimitBytes: 4 * 1024 * MIB,
      memoryLimitBytes: null,
      watchedMs: 118_000,
      floors: 60,
      askedCollections: 20,
      snapshots: [
        { at: 20_000, bytes: 20 * MIB, pauseMs: 900 },
        { at: 60_000, bytes: 24 * MIB, pauseMs: 1_000 },
        { at: 118_000, bytes: 30 * MIB, pauseMs: 1_200 },
      ],
      rounds: 9,
    },
    warnings: [{ code: 'PLIM_WARN_SNAPSHOT_REFUSED', message: 'No room on the disk.' }],
    ...parts,
  };
}
