/** Ends of a watched program: by time, by load, by Ctrl-C, by a supervisor. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { LeakReport } from '../../src/diagnose/report/report.ts';
import { isAlive } from '../../src/cli/run/process-state.ts';
import { MAIN, plimsoll, startPlimsoll, StartedProgram } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

function fixture(name: string): string {
  return path.resolve('test/fixtures/run', name);
}

/** Runs `plimsoll` on a terminal and presses Ctrl-C there once `text` is seen. */
async function onTerminal(text: string, times: number, args: readonly string[]): Promise<string> {
  const helper = path.resolve('test/helpers/ctrl-c.py');
  const words = [helper, text, String(times), process.execPath, MAIN, ...args];
  const { stdout } = await new StartedProgram('python3', words).ended;
  return stdout.toString().replaceAll('\r\n', '\n');
}

test('after --duration a server is ended with SIGTERM, and the status is ours', async () => {
  const ended = await plimsoll(['run', '--quiet', '--duration', '2s', '--snapshots', 'never', fixture('server.cjs')]);
  expect(ended.status).toBe(0);
  expect(ended.stdout.toString()).toBe('up\ngot SIGTERM\n');
  expect(ended.stderr).toContain('Verdict: ');
});

test('a program that is through before --duration has its own status', async () => {
  const args = ['run', '--quiet', '--duration', '1m', '--', process.execPath, '-e', 'process.exitCode = 6'];
  expect((await plimsoll(args)).status).toBe(6);
});

test('a program that does not end is killed after ten seconds', async () => {
  const ended = await plimsoll(['run', '--duration', '1s', '--snapshots', 'never', fixture('stubborn.cjs')]);
  expect(ended.status).toBe(0);
  expect(ended.stdout.toString()).toBe('up\nignored SIGTERM\n');
  expect(ended.stderr).toContain('did not end within 10 s of SIGTERM and is killed');
  expect(ended.stderr).toContain('Verdict: ');
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s sent to us reaches the program once; the verdict is given',
  async (signal) => {
    const started = startPlimsoll(['run', '--quiet', '--snapshots', 'never', fixture('server.cjs')]);
    await started.says('up');
    started.child.kill(signal);
    const ended = await started.ended;
    expect(ended.stdout.toString()).toBe(`up\ngot ${signal}\n`);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain('Verdict: ');
  },
);

test('a second signal ends everything at once', () =>
  withTempDir(async (dir) => {
    const env = { ...process.env, TMPDIR: dir };
    const started = startPlimsoll(['run', '--quiet', fixture('stubborn.cjs')], { env });
    await started.says('up');
    started.child.kill('SIGTERM');
    await started.says('ignored SIGTERM');
    started.child.kill('SIGINT');
    const ended = await started.ended;
    expect(ended.status).toBe(130);
    expect(ended.stderr).not.toContain('Verdict: ');
    expect(fs.readdirSync(dir)).toEqual([]);
  }));

test.skipIf(!hasPython)('Ctrl-C on a terminal is heard once by the program; the verdict is given', async () => {
  const output = await onTerminal('up', 1, ['run', '--snapshots', 'never', fixture('server.cjs')]);
  expect(output.match(/got SIGINT/g)).toHaveLength(1);
  expect(output).toContain('Verdict: ');
  expect(output).toMatch(/\nstatus 0\n$/);
});

test.skipIf(!hasPython)('Ctrl-C twice ends a stubborn program at once', async () => {
  const output = await onTerminal('up', 2, ['run', '--snapshots', 'never', fixture('stubborn.cjs')]);
  expect(output).not.toContain('Verdict: ');
  expect(output).toMatch(/\nstatus 130\n$/);
});

test('what a launcher leaves behind is ended too', () =>
  withTempDir(async (dir) => {
    const pidFile = path.join(dir, 'pid');
    const command = `${process.execPath} ${fixture('server.cjs')} & echo $! > ${pidFile}; wait`;
    const args = ['run', '--quiet', '--snapshots', 'never', '--duration', '2s', '--', 'sh', '-c', command];
    const ended = await plimsoll(args);
    expect(ended.stdout.toString()).toBe('up\ngot SIGTERM\n');
    expect(isAlive(Number(fs.readFileSync(pidFile, 'utf8')))).toBe(false);
  }));

test('a driven load runs in rounds, unwatched, and the growth of the rounds is judged', () =>
  withTempDir(async (dir) => {
    const json = path.join(dir, 'out.json');
    const drive = `${process.execPath} ${fixture('load.cjs')}`;
    const args = ['--drive', drive, '--rounds', '4', '--warmup', '1', '--json', json, '--fail-on', 'leak'];
    const env = { ...process.env, PORT_FILE: path.join(dir, 'port') };
    const ended = await plimsoll(['run', '--quiet', ...args, fixture('server.cjs')], { env });
    const report = JSON.parse(fs.readFileSync(json, 'utf8')) as LeakReport;
    expect(report.environment).toMatchObject({ rounds: 5 });
    expect(report.environment.snapshots).toHaveLength(3);
    expect(report.warnings).toEqual([]);
    expect(report.suspects[0]).toMatchObject({ owner: expect.stringContaining('records') as string, holder: 'Map' });
    expect(ended.status).toBe(3);
  }));

test('what stays open after every round of a driven load fails the run that asked for it', () =>
  withTempDir(async (dir) => {
    const json = path.join(dir, 'out.json');
    const drive = ['--drive', `${process.execPath} ${fixture('load.cjs')}`, '--rounds', '4', '--warmup', '1'];
    const args = [...drive, '--snapshots', 'never', '--json', json, '--fail-on', 'open'];
    const env = { ...process.env, PORT_FILE: path.join(dir, 'port') };
    const ended = await plimsoll(['run', '--quiet', ...args, fixture('leaves-open.cjs')], { env });
    const { open } = JSON.parse(fs.readFileSync(json, 'utf8')) as LeakReport;
    const grown = Object.fromEntries(open.map(({ kind, from, to }) => [kind, to - from]));
    expect(grown['Timeout']).toBe(20);
    // A connection of the load may still be closing when they are counted.
    expect(grown['descriptors']).toBeGreaterThanOrEqual(18);
    expect(grown['descriptors']).toBeLessThanOrEqual(22);
    expect(ended.status).toBe(3);
    expect(ended.stderr).toContain('Open descriptors grew from');
  }));

test('a load that fails three times in a row is given up, and its words are shown', async () => {
  const args = ['--drive', 'echo "no route"; exit 4', '--snapshots', 'never', fixture('server.cjs')];
  const ended = await plimsoll(['run', '--quiet', ...args]);
  expect(ended.status).toBe(0);
  const words = ended.stderr.replaceAll(/\s+/g, ' ');
  expect(words).toContain('The load failed in rounds 1, 2, 3; the first time with status 4; it wrote: no route');
  expect(ended.stderr.match(/PLIM_WARN_DRIVE_FAILED/g)).toHaveLength(1);
});
