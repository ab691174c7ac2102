/** Shutdowns of real processes: what their parent sees, and what they say. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { DIST, type ProgramEnded, StartedProgram } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const FIXTURES = 'test/fixtures/shutdown';
/** A process id namespace of its own, as a container is one; not every system lets everybody make one. */
const NAMESPACE = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
const canMakeNamespaces = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGUSR2: 140 } as const;

const started: StartedProgram[] = [];

/** A test that fails leaves no program behind. */
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});

function start(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): StartedProgram {
  const program = new StartedProgram(process.execPath, [path.join(FIXTURES, script), ...args], {
    env: { ...process.env, PLIMSOLL_DIST: DIST, ...env },
  });
  started.push(program);
  return program;
}

interface App {
  readonly options?: object;
  readonly parts?: readonly object[];
  readonly holdMs?: number;
  readonly serve?: boolean;
  readonly keep?: boolean;
  /** What an `exit` listener of its own does. */
  readonly atExit?: 'throw' | 'exit';
  readonly atExitStatus?: number;
  /** Whether it listens to uncaught errors, and does nothing about them. */
  readonly deaf?: boolean;
  readonly wait?: 'begin' | 'kill' | 'kill twice' | 'throw' | 'reject';
}

/** The configurable program, once it is up. */
async function startApp(app: App): Promise<StartedProgram> {
  const program = start('app.mjs', [JSON.stringify(app)]);
  await program.says('up\n');
  return program;
}

/** Starts the program, sends it a signal, waits for its end. */
async function stopApp(app: App, signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramEnded & { said: string[] }> {
  const program = await startApp(app);
  program.child.kill(signal);
  return lines(await program.ended);
}

function lines(ended: ProgramEnded): ProgramEnded & { said: string[] } {
  return { ...ended, said: ended.stdout.toString().trim().split('\n').slice(1) };
}

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const)(
    '%s ends it phase by phase, and is what the parent sees',
    async (signal) => {
      const app = { options: { signals: [signal] }, serve: true, parts: [{ way: 'quick' }], holdMs: 50 };
      const ended = await stopApp(app, signal);
      expect(ended.said).toEqual([
        'phase notReady ready false',
        'phase drain ready false',
        'phase work ready false',
        'phase close ready false',
        'quick',
        'ended clean true errors 0',
        `exit ${STATUS[signal]}`,
      ]);
      expect(ended).toMatchObject({ status: null, signal, stderr: '' });
    },
  );

  test.each([
    ['zero', 0],
    ['code', 143],
  ])('ends it, with exit %s, with status %i', async (exit, status) => {
    expect(await stopApp({ options: { exit } })).toMatchObject({ status, signal: null, stderr: '' });
  });

  test('leaves it up with exit none, which says what holds it, and is its own the next time', async () => {
    const program = await startApp({ options: { exit: 'none' } });
    program.child.kill('SIGTERM');
    await program.says('the process still runs');
    program.child.kill('SIGTERM');
    const { signal, stderr } = await program.ended;
    expect(signal).toBe('SIGTERM');
    expect(stderr).toMatch(/open in the event loop: .*1 Timeout/);
  });

  test('lets the process end by itself with exit none', async () => {
    const program = await startApp({ options: { exit: 'none' }, keep: false, serve: true });
    program.child.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ status: 0, signal: null, stderr: '' });
  });

  test('a second one ends it at once, and it says what was unfinished', async () => {
    const program = await startApp({ parts: [{ way: 'hang' }], holdMs: 60_000 });
    program.child.kill('SIGTERM');
    await program.says('phase work');
    program.child.kill('SIGINT');
    const { status, stderr } = await program.ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/^plimsoll: SIGINT came during the shutdown: ending at once with status 130\n/);
    expect(stderr).toContain("close: hook 'hang', waiting for its turn");
    expect(stderr).toMatch(/work: hold 'a job', held for \d/);
    expect(stderr).not.toContain('before its shutdown was through');
  });

  test('that a launcher passes on a second time is one signal', async () => {
    const app: App = { parts: [{ way: 'sleep', argument: 300 }], options: { exit: 'zero' }, wait: 'kill twice' };
    const { status, said } = lines(await start('app.mjs', [JSON.stringify(app)]).ended);
    expect(status).toBe(0);
    expect(said).toContain('slept');
  });

  test('that a launcher passes on is one signal on a blocked event loop too', async () => {
    const parts = [
      { way: 'block', argument: 500, phase: 'notReady' },
      { way: 'sleep', argument: 50 },
    ];
    const app: App = { parts, options: { exit: 'zero' }, wait: 'kill twice' };
    const { status, said, stderr } = lines(await start('app.mjs', [JSON.stringify(app)]).ended);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(said).toContain('slept');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s is what the parent sees also when an exit listener throws or calls process.exit()',
    async (signal) => {
      const thrown = await stopApp({ atExit: 'throw' }, signal);
      expect(thrown).toMatchObject({ status: null, signal });
      expect(thrown.stderr).toContain('Error: failed on purpose\n    at ');
      expect(await stopApp({ atExit: 'exit' }, signal)).toMatchObject({ status: null, signal, stderr: '' });
    },
  );

  test('gives way to an exit listener that has a status of its own', async () => {
    expect(await stopApp({ atExit: 'exit', atExitStatus: 5 })).toMatchObject({ status: 5, signal: null, stderr: '' });
  });

  test('ends a process that listens to uncaught errors, though its exit listener throws', async () => {
    const app: App = { atExit: 'throw', deaf: true, options: { exit: 'code' } };
    const { status, stderr } = await stopApp(app);
    expect(status).toBe(143);
    expect(stderr).toContain('Error: failed on purpose');
  });

  test('runs the exit listeners and writes the coverage of a process that it ends', async () => {
    await withTempDir(async (folder) => {
      const program = start('app.mjs', ['{}'], { NODE_V8_COVERAGE: folder });
      await program.says('up');
      program.child.kill('SIGTERM');
      const { signal, said } = lines(await program.ended);
      expect(signal).toBe('SIGTERM');
      expect(said.at(-1)).toBe('exit 143');
      expect(fs.readdirSync(folder)).toHaveLength(1);
    });
  });
});

describe('time', () => {
  test('is up at the deadline, with status 1 and a list of what was unfinished', async () => {
    const parts = [{ way: 'quick' }, { way: 'hang', timeout: '1m' }];
    const { status, stderr, said } = await stopApp({
      options: { deadline: 500 },
      parts: [...parts, { way: 'hang', timeout: '1m' }],
    });
    expect(status).toBe(1);
    expect(stderr).toContain("The hook 'hang' (close) did not end within");
    expect(said).toContain('quick');
    expect(said).toContain('ended clean false errors 2');
  });

  test('does not pass while the event loop is blocked, and it is said afterwards', async () => {
    const app = { options: { deadline: 300 }, parts: [{ way: 'block', argument: 900 }] };
    const { status, stderr } = await stopApp(app);
    expect(status).toBe(1);
    expect(stderr).toMatch(/not through after 300 ms; this is said \d+ ms late: the event loop was blocked/);
  });
});

describe('errors', () => {
  test('in hooks stop nothing and make the status 1', async () => {
    const { status, stderr, said } = await stopApp({
      parts: [{ way: 'quick' }, { way: 'fail' }, { way: 'fail', phase: 'drain' }],
    });
    expect(status).toBe(1);
    expect(said.slice(-3)).toEqual(['quick', 'ended clean false errors 2', 'exit 1']);
    expect(stderr.match(/'fail' failed in the shutdown: Error: failed on purpose\n {4}at /g)).toHaveLength(2);
  });

  test.each([
    ['throw', 'failed on purpose'],
    ['reject', 'rejected on purpose'],
  ] as const)('that nobody caught (%s) shut it down when asked for, with status 1', async (wait, message) => {
    const { status, stderr, said } = lines(
      await start('app.mjs', [
        JSON.stringify({ wait, options: { errors: true, exit: 'none' }, parts: [{ way: 'quick' }] }),
      ]).ended,
    );
    expect(status).toBe(1);
    expect(stderr).toContain(`Error: ${message}\n    at `);
    expect(stderr).toContain(`\n\nNode.js ${process.version}\n`);
    expect(said.slice(-3)).toEqual(['quick', 'ended clean false errors 1', 'exit 1']);
  });

  test.each(['throw', 'reject'] as const)('are left to Node.js when they were not asked for (%s)', async (wait) => {
    const { status, said } = lines(await start('app.mjs', [JSON.stringify({ wait, parts: [{ way: 'quick' }] })]).ended);
    expect(status).toBe(1);
    expect(said).toEqual(['exit 1']);
  });

  test('in the middle of a shutdown are part of it', async () => {
    const parts = [{ way: 'sleep', argument: 100 }, { way: 'throw' }];
    const { status, stderr, said } = await stopApp({ options: { errors: true }, parts });
    expect(status).toBe(1);
    expect(stderr).toContain('Error: uncaught on purpose');
    expect(said).toContain('slept');
    expect(said).toContain('ended clean false errors 1');
  });
});

describe('other ways to end', () => {
  test('a loop that runs empty closes what is owned, and the status is the program’s', async () => {
    const { status, said } = lines(
      await start('app.mjs', [JSON.stringify({ keep: false, parts: [{ way: 'sleep', argument: 20 }] })]).ended,
    );
    expect(status).toBe(0);
    expect(said.slice(-3)).toEqual(['slept', 'ended clean true errors 0', 'exit 0']);
  });

  test('a call gives its report before the process ends', async () => {
    const { status, said } = lines(await start('app.mjs', [JSON.stringify({ wait: 'begin' })]).ended);
    expect(status).toBe(0);
    expect(said.slice(-2)).toEqual(['report asked', 'exit 0']);
  });

  test('process.exit in between has its way, and what was unfinished is said', async () => {
    const { status, stderr } = await stopApp({ parts: [{ way: 'hang' }, { way: 'leave', argument: 5 }] });
    expect(status).toBe(5);
    expect(stderr).toContain('the process was ended with status 5 before its shutdown was through');
    expect(stderr).toContain("close: hook 'leave', running for");
  });

  test('closed outputs harm nothing', async () => {
    const program = await startApp({ parts: [{ way: 'sleep', argument: 50 }, { way: 'fail' }] });
    program.child.stdout!.destroy();
    program.child.stderr!.destroy();
    await sleep(50);
    program.child.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ status: 1, signal: null });
  });
});

describe('a process that asked for nothing', () => {
  test.each(['never asked', 'given back'])('has no listener, and dies of signals as ever (%s)', async (how) => {
    const program = start('untouched.mjs', [how]);
    await program.says('listeners .');
    program.child.kill('SIGINT');
    expect(await program.ended).toMatchObject({ signal: 'SIGINT', stderr: '' });
  });
});

describe('many in one', () => {
  test('two copies of the package share one shutdown', async () => {
    await withTempDir(async (folder) => {
      const copy = path.join(folder, 'copy');
      fs.cpSync(path.join(DIST, 'cjs'), copy, { recursive: true });
      const program = start('copies.mjs', [DIST, copy]);
      await program.says('up');
      program.child.kill('SIGTERM');
      const { status, stdout } = await program.ended;
      expect(stdout.toString().split('\n').slice(0, -1)).toEqual([
        'same class false',
        'signals 1',
        'up',
        'library closed',
        'program closed',
      ]);
      expect(status).toBe(0);
    });
  });

  test.each([
    ['signal', 'SIGTERM'],
    ['message', '0'],
  ])('a cluster’s worker ends by a %s', async (way, ending) => {
    const { stdout, stderr } = await start('cluster.cjs', [way]).ended;
    expect(stderr).toBe('');
    expect(stdout.toString()).toBe(`worker closed\nworker ended with ${ending}\n`);
  });

  test('a worker thread ends without its process', async () => {
    const program = start('worker.mjs');
    await program.says('up');
    program.child.kill('SIGTERM');
    const { signal, stdout, stderr } = await program.ended;
    expect(stderr).toBe('');
    expect(stdout.toString()).toBe('up\nworker ended with 0\nmain closed\n');
    expect(signal).toBe('SIGTERM');
  });

  test.skipIf(!canMakeNamespaces)('process 1, which its own signals cannot end, ends with their status', async () => {
    const app = [process.execPath, `${FIXTURES}/app.mjs`, JSON.stringify({ wait: 'kill' })];
    const env = { ...process.env, PLIMSOLL_DIST: DIST };
    const program = new StartedProgram('unshare', [...NAMESPACE, ...app], { env });
    const { status, said } = lines(await program.ended);
    expect(said.at(-1)).toBe('exit 143');
    expect(status).toBe(143);
  });

  test('a shell sees the status of the signal', async () => {
    const app = `'${process.execPath}' ${FIXTURES}/app.mjs '${JSON.stringify({ wait: 'kill' })}'; echo "shell $?"`;
    const env = { ...process.env, PLIMSOLL_DIST: DIST };
    const { stdout } = await new StartedProgram('sh', ['-c', app], { env }).ended;
    expect(stdout.toString()).toContain('exit 143\nshell 143');
  });
});
