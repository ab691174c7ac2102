/** `plimsoll run` leaves the program alone: what it says, hears and how it ends. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LeakReport } from '../../src/diagnose/report/report.ts';
import { bareNode, plimsoll, startPlimsoll } from '../helpers/program.ts';
import { withTempDir, writeTree } from '../helpers/temp-dir.ts';

const BRIEF = ['run', '--quiet', '--snapshots', 'never'];

function fixture(name: string): string {
  return path.resolve('test/fixtures/run', name);
}

function readReport(file: string): LeakReport {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as LeakReport;
}

/** Waits for a file with this ending below `dir`. */
async function appears(dir: string, ending: string): Promise<string> {
  for (;;) {
    const names = fs.readdirSync(dir, { recursive: true, encoding: 'utf8' });
    const found = names.find((name) => name.endsWith(ending));
    if (found !== undefined) return found;
    await sleep(20);
  }
}

test('standard output, input and arguments are the program’s own, byte for byte', async () => {
  const args = [fixture('echo.cjs'), '0', '--json', 'x', '--', 'a b', ''];
  const bare = await bareNode(args, { input: 'typed\n' });
  const watched = await plimsoll([...BRIEF, ...args], { input: 'typed\n' });
  expect(watched.stdout).toEqual(bare.stdout);
  expect(watched.stderr.startsWith(bare.stderr)).toBe(true);
  expect(watched.status).toBe(0);
});

test.each([
  ['7', 7],
  ['SIGTERM', 143],
  ['SIGKILL', 137],
])('a program that ends with %s gives %i', async (how, status) => {
  const ended = await plimsoll([...BRIEF, fixture('echo.cjs'), how]);
  expect(ended.status).toBe(status);
  expect(ended.stderr).toContain('Verdict: ');
});

test('modules, and paths with blanks and quotes, in the program, the settings and the folder for temporary files', () =>
  withTempDir(async (dir) => {
    const odd = path.join(dir, 'it\'s "a" folder');
    fs.mkdirSync(path.join(odd, 'tmp'), { recursive: true });
    fs.copyFileSync(fixture('module.mjs'), path.join(odd, 'module.mjs'));
    const ended = await plimsoll([...BRIEF, '--json', 'out put.json', './module.mjs'], {
      cwd: odd,
      env: { ...process.env, TMPDIR: path.join(odd, 'tmp') },
    });
    expect(ended.stdout.toString()).toBe('module true\n');
    expect(readReport(path.join(odd, 'out put.json')).environment.floors).toBeGreaterThan(0);
    expect(fs.readdirSync(path.join(odd, 'tmp'))).toEqual([]);
  }));

test('options of Node.js that the user has set are kept', () =>
  withTempDir(async (dir) => {
    writeTree(dir, { 'first one.cjs': 'globalThis.first = 1', 'app.cjs': 'console.log(globalThis.first)' });
    const options = `--require "${dir}/first one.cjs"`;
    const ended = await plimsoll([...BRIEF, 'app.cjs'], { cwd: dir, env: { ...process.env, NODE_OPTIONS: options } });
    expect(ended.stdout.toString()).toBe('1\n');
    expect(ended.stderr).toContain('app.cjs');
  }));

test('a launcher is not judged, what it starts is', () =>
  withTempDir(async (dir) => {
    const script = `node ${JSON.stringify(fixture('pause.cjs'))} 1000`;
    writeTree(dir, { 'package.json': JSON.stringify({ name: 'x', scripts: { serve: script } }) });
    const json = path.join(dir, 'out.json');
    const ended = await plimsoll([...BRIEF, '--json', json, '--', 'npm', 'run', 'serve'], { cwd: dir });
    expect(ended.status).toBe(0);
    expect(readReport(json).environment.argv[1]).toBe(fixture('pause.cjs'));
    expect(ended.stderr).not.toContain('were watched');
  }));

test('of several processes and threads the one that grew most is judged, the others are named', () =>
  withTempDir(async (dir) => {
    const json = path.join(dir, 'out.json');
    const ended = await plimsoll([...BRIEF, '--json', json, fixture('family.cjs')]);
    expect(readReport(json).environment.argv[2]).toBe('child');
    expect(ended.stderr).toContain('3 processes or threads were watched');
    expect(ended.stderr).toMatch(/^ {5}\d+, worker 1 /m);
  }));

test('a command that is not Node.js runs, and the report says that it was not watched', async () => {
  const ended = await plimsoll([...BRIEF, '--', 'sh', '-c', 'echo hello; exit 4']);
  expect(ended.stdout.toString()).toBe('hello\n');
  expect(ended.status).toBe(4);
  expect(ended.stderr).toContain('No Node.js process took up the watch');
});

test('a read-only working folder is no hindrance', async () => {
  const ended = await plimsoll([...BRIEF, fixture('pause.cjs'), '500'], { cwd: '/proc/self' });
  expect(ended.status).toBe(0);
  expect(ended.stderr).toContain('Verdict: ');
});

test('a leak is found and named, and with --fail-on leak it is the status', () =>
  withTempDir(async (dir) => {
    const out = path.join(dir, 'evidence');
    const args = ['run', '--fail-on', 'leak', '--out', out, fixture('leak.cjs'), '7000'];
    const ended = await plimsoll(args);
    expect(ended.status).toBe(3);
    expect(ended.stderr).toContain('Verdict: LEAK');
    const report = readReport(path.join(out, 'report.json'));
    expect(report.suspects[0]).toMatchObject({ holder: 'Map', owner: expect.stringContaining('clients') as string });
    const shots = fs.readdirSync(out).filter((name) => name.endsWith('.heapsnapshot'));
    expect(shots.length).toBeGreaterThanOrEqual(2);
  }));

test('the program’s own failure wins over --fail-on leak; --quiet leaves the report', async () => {
  const args = [...BRIEF, '--fail-on', 'leak', '--', 'sh', '-c', `node ${fixture('leak.cjs')} 500; exit 9`];
  const ended = await plimsoll(args);
  expect(ended.status).toBe(9);
  expect(ended.stderr).not.toContain('plimsoll: watching');
  expect(ended.stderr).toContain('Verdict: ');
});

test('a reader of our words who leaves breaks nothing', () =>
  withTempDir(async (dir) => {
    const json = path.join(dir, 'out.json');
    const started = startPlimsoll(['run', '--json', json, fixture('pause.cjs'), '700']);
    started.child.stderr!.destroy();
    expect((await started.ended).status).toBe(0);
    expect(readReport(json).environment.floors).toBeGreaterThan(0);
  }));

test('nothing is left in the folder for temporary files, even of a process killed inside a snapshot', () =>
  withTempDir(async (dir) => {
    const env = { ...process.env, TMPDIR: dir };
    const started = startPlimsoll(['run', '--max-pause', '1m', fixture('large.cjs')], { env });
    const partial = await appears(dir, '.heapsnapshot.partial');
    process.kill(Number(/(\d+)-0-1\.heapsnapshot/.exec(partial)![1]), 'SIGKILL');
    const ended = await started.ended;
    expect(ended.status).toBe(128 + os.constants.signals.SIGKILL);
    expect(ended.stderr).toContain('PLIM_WARN_SNAPSHOT_FAILED');
    expect(fs.readdirSync(dir)).toEqual([]);
  }));
