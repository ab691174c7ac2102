import { expect, test } from 'vitest';
import { reportText } from '../../../../src/diagnose/report/report-text.ts';
import { type LeakReport, type ReportedSuspect, VERDICTS } from '../../../../src/diagnose/report/report.ts';

const MIB = 1024 ** 2;

const LEAK: ReportedSuspect = {
  kind: 'leak',
  sentence:
    'Map `cachedClients` in src/agent.ts:42 holds 2,013 OpenAIClient, +97/min (+312 KiB/min), allocated in getClient (src/agent.ts:57).',
  advice: 'Give `cachedClients` a bound (entries, bytes or age), or delete the key when what it stands for ends.',
  holder: 'Map',
  leaked: 'OpenAIClient',
  owner: 'cachedClients',
  file: 'src/agent.ts',
  line: 42,
  count: 1_940,
  total: 2_013,
  perMinute: 97,
  bytes: 6 * MIB,
  bytesPerMinute: 312 * 1024,
  steps: [2 * MIB, 1.9 * MIB, 2.1 * MIB],
  allocatedIn: 'getClient (src/agent.ts:57)',
  path: ['module src/agent.ts', 'variable cachedClients', '[key] of Map', 'OpenAIClient'],
  fingerprint: 'abc',
};

const FILLING: ReportedSuspect = {
  ...LEAK,
  kind: 'filling',
  sentence: 'LRUCache `users` in src/users.ts:7 holds 4,100 Object {id, name}; its `max` is 8,000.',
  advice: 'Nothing, if the bound is meant.',
  steps: [],
  path: [],
};

function report(changes: Partial<LeakReport> = {}): LeakReport {
  return {
    verdict: 'leak',
    explanation: 'The heap floor grew by 9.0 MiB (75 %) after warm-up, 3.1 MiB/min, and did not stop.',
    suspects: [LEAK, FILLING],
    allocationSites: [],
    open: [],
    growthBytes: 9 * MIB,
    bytesPerMinute: 3.1 * MIB,
    series: Array.from({ length: 90 }, (_, k) => ({
      at: k * 2_000,
      heapUsed: (12 + k / 10) * MIB,
      external: MIB,
      arrayBuffers: 0,
      rss: 90 * MIB,
      asked: k % 3 === 0,
    })),
    environment: {
      plimsoll: '1.2.3',
      node: 'v20.20.2',
      platform: 'linux',
      arch: 'x64',
      pid: 4242,
      threadId: 0,
      argv: ['/usr/bin/node', '/srv/app/server.js', '--port', '8080'],
      cwd: '/srv/app',
      heapLimitBytes: 2048 * MIB,
      memoryLimitBytes: null,
      watchedMs: 178_000,
      floors: 90,
      askedCollections: 30,
      snapshots: [
        { at: 24_000, bytes: 20 * MIB, pauseMs: 850 },
        { at: 96_000, bytes: 24 * MIB, pauseMs: 1_020 },
      ],
      rounds: 0,
    },
    warnings: [{ code: 'PLIM_WARN_SNAPSHOT_REFUSED', message: 'It needs 900 MiB of memory, 300 MiB are free.' }],
    ...changes,
  };
}

const golden = (name: string): string => `../../../golden/${name}`;

test('a leak beside a store that fills, as most people see it', async () => {
  await expect(`${reportText(report())}\n`).toMatchFileSnapshot(golden('report-leak-80.txt'));
});

test('the same in colours on a wide terminal', async () => {
  await expect(`${reportText(report(), { width: 200, colors: true })}\n`).toMatchFileSnapshot(
    golden('report-leak-colors.txt'),
  );
});

test('a quiet program', async () => {
  const quiet = report({
    verdict: 'none',
    explanation: 'No growth that lasts.',
    suspects: [],
    warnings: [],
    growthBytes: -2_000,
    bytesPerMinute: -700,
  });
  await expect(`${reportText(quiet, { width: 60 })}\n`).toMatchFileSnapshot(golden('report-none-60.txt'));
});

test('a driven load, a worker, many steps', async () => {
  const suspect = { ...LEAK, steps: [5, 6, 5, 7, 6, 6, 5].map((size) => size * 1024) };
  const { environment } = report();
  const driven = report({ suspects: [suspect], environment: { ...environment, threadId: 3, rounds: 9 } });
  await expect(`${reportText(driven)}\n`).toMatchFileSnapshot(golden('report-driven-80.txt'));
});

test('every verdict has its word in the first line', () => {
  for (const verdict of VERDICTS) {
    const [first] = reportText(report({ verdict })).split('\n');
    expect(first).toContain(`Verdict: ${verdict.toUpperCase()}`);
  }
});

test('no line is wider than asked for, but for words that cannot be broken', () => {
  for (const width of [40, 61, 80, 100]) {
    for (const line of reportText(report(), { width }).split('\n')) {
      expect(line.length <= width || line.trim().split(' ').length <= 2, line).toBe(true);
    }
  }
});

test('what a program calls its things cannot steer the terminal', () => {
  const path = ['variable \u001b]0;owned\u0007', 'a\nb', '\u202egnp'];
  const text = reportText(report({ suspects: [{ ...LEAK, path, sentence: 'x\u001b[2Jy' }] }));
  for (const steering of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(steering);
  expect(text).toContain('a b');
});

test('nothing but figures is still a report', () => {
  const { environment } = report();
  const empty = report({
    suspects: [],
    series: [],
    warnings: [],
    environment: { ...environment, snapshots: [], floors: 0, askedCollections: 0 },
  });
  expect(reportText(empty)).toContain('0 full collections');
});

test('where nobody can be accused, the places that made what stays', () => {
  const site = { function: 'getClient', file: 'src/agent.ts', line: 57, bytes: 3 * MIB, share: 0.62 };
  const text = reportText(report({ suspects: [], allocationSites: [site] }));
  expect(text).toContain('it takes two snapshots to tell');
  expect(text).toContain('getClient (src/agent.ts:57): 3.0 MiB, 62 %');
  expect(reportText(report({ allocationSites: [site] }))).not.toContain('takes two snapshots');
});

test('of several processes and threads each has a row, the judged one first, and none is wider than the page', () => {
  const row = { pid: 4242, threadId: 0, script: 'server.js', floors: 1_200, growthBytes: 9 * MIB, judged: true };
  const processes = [
    row,
    {
      ...row,
      pid: 77,
      threadId: 3,
      script: `\u001b[31m${'x'.repeat(200)}`,
      floors: 1,
      growthBytes: null,
      judged: false,
    },
  ];
  const text = reportText(report({ processes }), { width: 72 });
  expect(text).toContain('2 processes or threads were watched');
  expect(text).toMatch(/^ {3}> 4242 +\+9\.0 MiB {2}1,200 collections {2}server\.js$/m);
  expect(text).toMatch(/^ {5}77, worker 3 {2}not measured +1 collection {2}.*…$/m);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(72);
  expect(text).not.toContain('\u001b');
  expect(reportText(report())).not.toContain('were watched');
});
