/** `plimsoll snapshot FILE` on snapshots that Node.js wrote of real programs. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SnapshotReport } from '../../src/cli/snapshot/show-report.ts';
import { MAIN, plimsoll, Running, startNode } from './snapshot-cli.ts';

const SECRET = 'sk-live-0815-do-not-print';

const SERVICE = `
import v8 from 'node:v8';

class Session {
  constructor(id) {
    this.token = '${SECRET}-' + id;
    this.data = new Array(20).fill(id);
  }
}
class Ünïcode类 {}

const sessions = new Map();
const exotic = [];
const byToken = {};
const byKey = new Map();
for (let i = 0; i < 3000; i++) sessions.set('${SECRET}-key-' + i, new Session(i));
for (let i = 0; i < 5; i++) byToken['${SECRET}-' + i] = new Array(5000).fill(i);
for (let i = 0; i < 5; i++) byKey.set(Buffer.from('${SECRET}-' + i).toString(), new Array(5000).fill(i));
for (let i = 0; i < 50; i++) exotic.push(new Ünïcode类());
export const size = () => sessions.size + exotic.length + Object.keys(byToken).length + byKey.size;
v8.writeHeapSnapshot(process.argv[2]);
`;

let dir: string;
let file: string;

beforeAll(async () => {
  dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-snapshot-')));
  file = path.join(dir, 'my service.heapsnapshot');
  fs.writeFileSync(path.join(dir, 'service.mjs'), SERVICE);
  const { status, stderr } = await startNode([path.join(dir, 'service.mjs'), file]).ended;
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

test('classes and holders by size, the holder with its variable and the line that declares it', async () => {
  const { status, stdout, stderr } = await plimsoll('snapshot', file, '--top', '150');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/my service\.heapsnapshot: [\d.]+ MiB, read in /);
  expect(stdout).toMatch(/^[\d.]+ MiB alive: [\d,]+ nodes, [\d,]+ edges, [\d,]+ strings$/m);
  expect(stdout).toMatch(/^ +[\d.]+ [KM]iB +\d+ % +[\d.]+ KiB +3,000 {2}Session$/m);
  expect(stdout).toMatch(/ {2}Ünïcode类$/m);
  expect(stdout).toMatch(/ {2}Map `sessions` in .*service\.mjs:12, @\d+$/m);
  expect(stdout).not.toContain(SECRET);
});

test('as one JSON document', async () => {
  const { status, stdout } = await plimsoll('snapshot', '--json', '--top', '3', file);
  expect(status).toBe(0);
  const report = JSON.parse(stdout) as SnapshotReport;
  expect(report.file).toBe(file);
  expect(report.fileBytes).toBe(fs.statSync(file).size);
  expect(report.classes).toHaveLength(3);
  expect(report.biggest.find(({ owner }) => owner === 'sessions')).toMatchObject({ className: 'Map' });
  expect(stdout).not.toContain(SECRET);
});

test('a reader that has seen enough ends it quietly', async () => {
  const line = `"${process.execPath}" "${MAIN}" snapshot --top 5000 "${file}" | head -1; echo "status \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await new Running(spawn('bash', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] }))
    .ended;
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toHaveLength(3);
  expect(stdout).toContain('status 0');
});

test('a file that is cut off behind its graph is read with a warning', async () => {
  const cut = path.join(dir, 'cut');
  const size = fs.statSync(file).size;
  fs.copyFileSync(file, cut);
  fs.truncateSync(cut, size - 100_000);
  const { status, stdout, stderr } = await plimsoll('snapshot', cut);
  expect(status).toBe(0);
  expect(stdout).toContain('  Session\n');
  expect(stderr).toMatch(/^plimsoll: .* ends early, .*\(PLIM_WARN_SNAPSHOT_PARTIAL\)\n$/);
});

function half(): Buffer {
  return fs.readFileSync(file).subarray(0, 1_000_000);
}

test.each([
  { what: 'cut within its graph', write: half, code: 'PLIM_ERR_SNAPSHOT_TRUNCATED' },
  { what: 'empty', write: () => Buffer.alloc(0), code: 'PLIM_ERR_SNAPSHOT_FORMAT' },
  { what: 'foreign', write: () => Buffer.from('\u007fELF and more'), code: 'PLIM_ERR_SNAPSHOT_FORMAT' },
  { what: 'other JSON', write: () => Buffer.from('{"nodes": []}'), code: 'PLIM_ERR_SNAPSHOT_FORMAT' },
])('a file that is $what: one line, status 2', async ({ write, code }) => {
  const bad = path.join(dir, 'bad');
  fs.writeFileSync(bad, write());
  const { status, stdout, stderr } = await plimsoll('snapshot', bad);
  expect(stderr).toMatch(new RegExp(`^plimsoll: .*\\(${code}\\)\\n$`));
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test.each([
  { args: ['no such file'], code: 'PLIM_ERR_FILE_UNREADABLE' },
  { args: [os.tmpdir()], code: 'PLIM_ERR_FILE_UNREADABLE' },
  { args: [], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['a', 'b'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['a', '--top', '0'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['a', '--force'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['a', '--pid', '1', '--out', 'b'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['--pid', '1'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['--pid', 'one', '--out', 'b'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['--pid', '1', '--out', 'b', '--max-pause', 'soon'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['--pid', '1', '--out', 'b', '--json'], code: 'PLIM_ERR_OPTION_INVALID' },
  { args: ['a', '--bottom'], code: 'PLIM_ERR_OPTION_UNKNOWN' },
])('bad usage, $args: one line, status 2', async ({ args, code }) => {
  const { status, stdout, stderr } = await plimsoll('snapshot', ...args);
  expect(stderr).toMatch(new RegExp(`^plimsoll: .*\\(${code}\\)\\n$`));
  expect(stdout).toBe('');
  expect(status).toBe(2);
});
