import { expect, test } from 'vitest';
import type { DiffReport } from '../../../src/cli/snapshot/diff-report.ts';
import { diffText } from '../../../src/cli/snapshot/diff-text.ts';

const MIB = 1024 ** 2;

const REPORT: DiffReport = {
  snapshots: [
    { file: '1.heapsnapshot', fileBytes: 8 * MIB, truncated: false, at: 0, liveBytes: 5 * MIB },
    { file: '2.heapsnapshot', fileBytes: 18 * MIB, truncated: true, at: 125_000, liveBytes: 11 * MIB },
    { file: '3.heapsnapshot', fileBytes: 29 * MIB, truncated: false, at: 250_000, liveBytes: 16 * MIB },
  ],
  given: 5,
  reordered: true,
  growthBytes: 11 * MIB,
  bytesPerMinute: 2.6 * MIB,
  suspects: [
    {
      kind: 'leak',
      sentence: 'Map `sessions` in src/app.js:7 holds 45,000 Session, +9,600/min (+2.5 MiB/min).',
      advice: 'Give `sessions` a bound (entries, bytes or age).',
      holder: 'Map',
      leaked: 'Session',
      owner: 'sessions',
      file: 'src/app.js',
      line: 7,
      count: 40_000,
      total: 45_000,
      perMinute: 9600,
      bytes: 10 * MIB,
      bytesPerMinute: 2.5 * MIB,
      steps: [5 * MIB, 5 * MIB],
      allocatedIn: null,
      path: ['module src/app.js', 'variable sessions', 'Session'],
      fingerprint: '0123456789abcdef',
    },
  ],
  classes: [
    { className: 'Session', counts: [5_000, 25_000, 45_000] },
    { className: 'Evil\u001b[2J\nClass', counts: [0, 10, 30] },
    { className: 'Proxy'.repeat(100), counts: [0, 10, 25] },
  ],
};

test.each([80, 200])('the page in %i columns', async (columns) => {
  await expect(`${diffText(REPORT, columns, { width: columns })}\n`).toMatchFileSnapshot(
    `../../golden/diff-${columns}.txt`,
  );
});

test('nothing grew', () => {
  const text = diffText({ ...REPORT, growthBytes: -2048, suspects: [], classes: [] }, 80, {});
  expect(text).toContain('Growth: -2.0 KiB');
  expect(text).toContain('No holder gained enough to be named.');
  expect(text).not.toContain('Classes');
});

test('without times there are no rates, and the page says why', () => {
  const snapshots = REPORT.snapshots.slice(0, 2).map((snapshot) => ({ ...snapshot, at: null }));
  const text = diffText({ ...REPORT, snapshots, given: 2, reordered: false, bytesPerMinute: null }, 80, {});
  expect(text.split('\n')[0]).toBe('Growth: +11 MiB');
  expect(text).toContain('No rates: ');
  expect(text).not.toContain('another order');
  expect(text).not.toContain('Of 2 snapshots');
  expect(text).not.toMatch(/^ +time/m);
});
