/** `plimsoll attach`: programs that were started without us are watched, judged and left as they were found. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readListeners } from '../../src/cli/inspector/proc.ts';
import type { LeakReport } from '../../src/diagnose/report/report.ts';
import { plimsoll, StartedProgram, startPlimsoll } from '../helpers/program.ts';
import { endedAfterEach } from '../helpers/started-programs.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const BRIEF = ['attach', '--quiet', '--snapshots', 'never', '--interval', '200ms'];

const started = endedAfterEach();

/** Starts a program; its inspector, once it is asked for, takes any port, so that tests do not meet on the usual one. */
async function target(args: readonly string[]): Promise<StartedProgram> {
  const program = new StartedProgram(process.execPath, ['--inspect-port=0', ...args]);
  started.push(program);
  await program.says('ready');
  return program;
}

function fixture(name: string): string {
  return path.resolve('test/fixtures/attach', name);
}

function pidOf(program: StartedProgram): string {
  return String(program.child.pid);
}

function readReport(file: string): LeakReport {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as LeakReport;
}

/** What the program sees of itself now. */
async function lookOf(program: StartedProgram): Promise<Record<string, unknown>> {
  const looks = (): string[] => program.output.split('\n').filter((line) => line.startsWith('look '));
  const before = looks().length;
  program.child.kill('SIGUSR2');
  while (looks().length === before) await new Promise((resolve) => setTimeout(resolve, 20));
  return JSON.parse(looks().at(-1)!.slice('look '.length)) as Record<string, unknown>;
}

/** Waits until the program sees of itself what it saw before. */
async function becomes(program: StartedProgram, before: unknown): Promise<void> {
  await expect.poll(() => lookOf(program), { timeout: 20_000, interval: 200 }).toEqual(before);
}

const onLinux = test.runIf(process.platform === 'linux');

onLinux('an ES module is judged with its holder by name, and left as it was found', () =>
  withTempDir(async (dir) => {
    const program = await target([fixture('look.mjs'), 'leak']);
    const before = await lookOf(program);
    const json = path.join(dir, 'out.json');
    const ended = await plimsoll(['attach', '--duration', '12s', '--json', json, '--fail-on', 'leak', pidOf(program)]);
    expect(ended.stderr).toContain('Verdict: LEAK');
    expect(ended.status).toBe(3);
    expect(ended.stdout.toString()).toBe('');
    const report = readReport(json);
    expect(report.suspects[0]).toMatchObject({ holder: 'Map', owner: 'openTickets', leaked: 'Ticket' });
    expect(report.suspects[0]!.file).toMatch(/look\.mjs$/);
    expect(report.environment).toMatchObject({ pid: program.child.pid, threadId: 0 });
    expect(readListeners(program.child.pid!)).toEqual([]);
    await becomes(program, before);
  }),
);

onLinux('Ctrl-C ends the watch with the verdict, and the process goes on as it was', async () => {
  const program = await target([fixture('look.mjs')]);
  const before = await lookOf(program);
  const command = startPlimsoll(['attach', '--snapshots', 'never', '--interval', '200ms', pidOf(program)]);
  await command.says('watching process');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  command.child.kill('SIGINT');
  const ended = await command.ended;
  expect(ended.stderr).toContain('the watch ends, the process goes on');
  expect(ended.stderr).toMatch(/Verdict: (UNCLEAR|NONE)/);
  expect(ended.status).toBe(0);
  await becomes(program, before);
});

onLinux('when we are killed the process lets go by itself, and removes what nobody else would', () =>
  withTempDir(async (dir) => {
    const program = await target([fixture('look.mjs')]);
    const before = await lookOf(program);
    const command = startPlimsoll([...BRIEF.filter((word) => word !== '--quiet'), pidOf(program)], {
      env: { ...process.env, TMPDIR: dir },
    });
    await command.says('watching process');
    expect(await lookOf(program)).not.toEqual(before);
    command.child.kill('SIGKILL');
    await command.ended;
    expect(fs.readdirSync(dir)).toHaveLength(1);
    await becomes(program, before);
    expect(fs.readdirSync(dir)).toEqual([]);
  }),
);

onLinux('a process that ends meanwhile gets the verdict of what was seen', () =>
  withTempDir(async (dir) => {
    const program = await target([fixture('look.mjs'), 'leak']);
    const json = path.join(dir, 'out.json');
    const command = startPlimsoll([
      'attach',
      '--json',
      json,
      '--snapshots',
      'never',
      '--interval',
      '100ms',
      pidOf(program),
    ]);
    await command.says('watching process');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    program.child.kill('SIGKILL');
    const { status, stderr } = await command.ended;
    expect(status).toBe(0);
    expect(stderr).toContain(`Process ${program.child.pid} ended while it was watched.`);
    expect(readReport(json).environment.floors).toBeGreaterThan(3);
  }),
);

onLinux('worker threads are watched too, and judged where they grow most', () =>
  withTempDir(async (dir) => {
    const program = await target([fixture('worker.cjs')]);
    const json = path.join(dir, 'out.json');
    const { stderr } = await plimsoll([...BRIEF, '--duration', '4s', '--json', json, pidOf(program)]);
    expect(stderr).toContain('2 processes or threads were watched');
    expect(readReport(json).environment).toMatchObject({ pid: program.child.pid, threadId: 1 });
  }),
);

onLinux('processes that it has started are watched too', () =>
  withTempDir(async (dir) => {
    const program = await target([fixture('primary.cjs')]);
    const json = path.join(dir, 'out.json');
    const { stderr } = await plimsoll([...BRIEF, '--duration', '4s', '--json', json, pidOf(program)]);
    expect(stderr).toContain('2 processes or threads were watched');
    const report = readReport(json);
    expect(report.environment.pid).not.toBe(program.child.pid);
    expect(readListeners(report.environment.pid)).toEqual([]);
  }),
);

onLinux('an inspector that was open before stays open', async () => {
  const program = new StartedProgram(process.execPath, ['--inspect=127.0.0.1:0', fixture('look.mjs')]);
  started.push(program);
  await program.says('ready');
  const before = readListeners(program.child.pid!);
  expect(before).toHaveLength(1);
  const { status } = await plimsoll([...BRIEF, '--duration', '1s', pidOf(program)]);
  expect(status).toBe(0);
  expect(readListeners(program.child.pid!)).toEqual(before);
});

onLinux('the load of --drive is run against it', () =>
  withTempDir(async (dir) => {
    const program = await target([fixture('look.mjs'), 'leak']);
    const json = path.join(dir, 'out.json');
    const drive = ['--drive', 'sleep 0.3', '--rounds', '3', '--warmup', '1'];
    const { status } = await plimsoll([...BRIEF, ...drive, '--json', json, pidOf(program)]);
    expect(status).toBe(0);
    expect(readReport(json).environment.rounds).toBe(4);
    expect(program.child.exitCode).toBeNull();
  }),
);

onLinux('a process under watch already is left to its watcher', async () => {
  const program = await target([fixture('look.mjs')]);
  const first = startPlimsoll([...BRIEF.filter((word) => word !== '--quiet'), pidOf(program)]);
  await first.says('watching process');
  const second = await plimsoll([...BRIEF, pidOf(program)]);
  expect(second.stderr).toContain(`Process ${program.child.pid} is watched by Plimsoll already.`);
  expect(second.status).toBe(1);
  first.child.kill('SIGINT');
  expect((await first.ended).status).toBe(0);
});

onLinux('a process that stands at a breakpoint is not watched standing still', async () => {
  const source = 'setInterval(() => { debugger; }, 100); console.log("ready");';
  const program = new StartedProgram(process.execPath, ['--inspect=127.0.0.1:0', '-e', source]);
  started.push(program);
  await program.says('ready');
  const port = String(readListeners(program.child.pid!)[0]!.port);
  const debug = new StartedProgram(process.execPath, [fixture('break.mjs'), port]);
  started.push(debug);
  await debug.says('paused');
  const { status, stderr } = await plimsoll([...BRIEF, pidOf(program)]);
  expect(stderr).toContain(`Process ${program.child.pid} is stopped in a debugger`);
  expect(status).toBe(1);
});
