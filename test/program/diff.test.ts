/** `plimsoll diff` on snapshots that Node.js wrote of real programs: a leaking one, twice, and one that stands still. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DiffReport } from '../../src/cli/snapshot/diff-report.ts';
import { areRelated, openSnapshot } from '../../src/snapshot/index.ts';
import { plimsoll, startNode } from './snapshot-cli.ts';

/** Writes three snapshots; `sessions` grows by as many as it is told in between. */
const SERVICE = `
const v8 = require('node:v8');

class Session {
  constructor(id) {
    this.id = id;
    this.data = new Array(30).fill(id);
  }
}

const sessions = new Map();
const recent = [];
let next = 0;

function serve(count) {
  for (let i = 0; i < count; i++) {
    const session = new Session(next++);
    sessions.set('user-' + session.id, session);
    recent[session.id % 100] = { last: session.id };
  }
}

serve(1000);
for (const file of process.argv.slice(3)) {
  v8.writeHeapSnapshot(file);
  serve(Number(process.argv[2]));
}
`;

let dir: string;
const name = (file: string): string => path.join(dir, file);

async function run(count: number, ...files: string[]): Promise<void> {
  const { status, stderr } = await startNode([name('service.js'), String(count), ...files.map(name)]).ended;
  expect(stderr).toBe('');
  expect(status).toBe(0);
  // As if they had been taken a minute apart.
  files.forEach((file, i) => fs.utimesSync(name(file), 1_700_000_000 + 60 * i, 1_700_000_000 + 60 * i));
}

beforeAll(async () => {
  dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-diff-')));
  fs.writeFileSync(name('service.js'), SERVICE);
  await Promise.all([run(2000, 'a1', 'a2', 'a3'), run(2000, 'b1', 'b2'), run(0, 'still1', 'still2')]);
});

afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

test('the holder is named with variable, line, count and rate', async () => {
  const { status, stdout, stderr } = await plimsoll('diff', name('a1'), name('a2'), name('a3'));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Growth: \+[\d.]+ MiB, \+[\d.]+ [KM]iB\/min$/m);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /1\. Map `sessions[^`]*` in .*service\.js:11 holds 5,000 Session, \+2,000\/min/,
  );
  expect(stdout).toMatch(/^ +\+4,000 +1,000 +3,000 +5,000 {2}Session$/m);
  expect(stdout).toContain('remedy');
});

test('as one JSON document', async () => {
  const { stdout } = await plimsoll('diff', '--json', name('a1'), name('a3'));
  const report = JSON.parse(stdout) as DiffReport;
  expect(report.snapshots.map(({ file, at }) => [path.basename(file), at])).toEqual([
    ['a1', 0],
    ['a3', 120_000],
  ]);
  expect(report.suspects[0]).toMatchObject({ holder: 'Map', leaked: 'Session', line: 11, count: 4000, total: 5000 });
});

test('the order is that of the snapshots, whatever order they are given in', async () => {
  const { stdout } = await plimsoll('diff', name('a3'), name('a1'), name('a2'));
  expect(stdout).toContain('They were given in another order');
  expect(stdout).toMatch(/ {2}\S+a1\n.* {2}\S+a2\n.* {2}\S+a3\n/);
});

test('without sane file times there are no rates', async () => {
  fs.copyFileSync(name('a1'), name('copy1'));
  fs.copyFileSync(name('a2'), name('copy2'));
  fs.utimesSync(name('copy1'), 1_700_000_500, 1_700_000_500);
  fs.utimesSync(name('copy2'), 1_700_000_000, 1_700_000_000);
  const { status, stdout } = await plimsoll('diff', name('copy1'), name('copy2'));
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Growth: \+[\d.]+ [KM]iB$/m);
  expect(stdout).toContain('No rates');
  expect(stdout).not.toContain('/min');
});

test('a program that stands still is not accused', async () => {
  const { status, stdout } = await plimsoll('diff', name('still1'), name('still2'));
  expect(status).toBe(0);
  expect(stdout).toContain('No holder gained enough to be named.');
  expect(stdout).not.toContain('remedy');
});

test('two runs of one program are told apart, one run never', async () => {
  const graphs = await Promise.all(
    ['a1', 'a3', 'b1', 'b2'].map(async (file) => (await openSnapshot(name(file))).graph),
  );
  const [a1, a3, b1, b2] = graphs as [(typeof graphs)[0], (typeof graphs)[0], (typeof graphs)[0], (typeof graphs)[0]];
  expect([areRelated(a1, a3), areRelated(a3, a1), areRelated(b1, b2)]).toEqual([true, true, true]);
  expect([areRelated(a1, b1), areRelated(b1, a1), areRelated(a1, b2), areRelated(b2, a3)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('a snapshot that is cut off behind its graph is compared with a warning', async () => {
  fs.copyFileSync(name('a2'), name('cut'));
  fs.truncateSync(name('cut'), fs.statSync(name('a2')).size - 50_000);
  const { status, stdout, stderr } = await plimsoll('diff', name('a1'), name('cut'));
  expect(status).toBe(0);
  expect(stderr).toMatch(/^plimsoll: .*cut ends early, .*\(PLIM_WARN_SNAPSHOT_PARTIAL\)\n$/);
  expect(stdout).toContain('cut off: names may be missing');
});

test.each([
  { files: ['a1', 'b2'], code: 'PLIM_ERR_SNAPSHOT_UNRELATED' },
  { files: ['a1'], code: 'PLIM_ERR_OPTION_INVALID' },
  { files: [], code: 'PLIM_ERR_OPTION_INVALID' },
  { files: ['a1', 'a1'], code: 'PLIM_ERR_OPTION_INVALID' },
  { files: ['a1', 'missing'], code: 'PLIM_ERR_FILE_UNREADABLE' },
  { files: ['a1', 'service.js'], code: 'PLIM_ERR_SNAPSHOT_FORMAT' },
])('$files: one line, status 2', async ({ files, code }) => {
  const { status, stdout, stderr } = await plimsoll('diff', ...files.map(name));
  expect(stderr).toMatch(new RegExp(`^plimsoll: .*\\(${code}\\)\\n$`));
  expect(stdout).toBe('');
  expect(status).toBe(2);
});
