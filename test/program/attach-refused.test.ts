/** What `plimsoll attach` cannot watch: one clear line with the reason, and the process as it was. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { expect, test } from 'vitest';
import { readListeners } from '../../src/cli/inspector/proc.ts';
import { plimsoll, type ProgramEnded, StartedProgram, type StartOptions } from '../helpers/program.ts';
import { endedAfterEach } from '../helpers/started-programs.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const IDLE = 'setInterval(() => {}, 1000); console.log("ready");';

const started = endedAfterEach();

async function start(command: string, args: readonly string[]): Promise<StartedProgram> {
  const program = new StartedProgram(command, args);
  started.push(program);
  await program.says('ready');
  return program;
}

function node(source: string, nodeArgs: readonly string[] = ['--inspect-port=0']): Promise<StartedProgram> {
  return start(process.execPath, [...nodeArgs, '-e', source]);
}

/** Attaches with a folder for temporary files of its own, in which nothing may stay. */
async function attach(pid: number | string | undefined, options: StartOptions = {}): Promise<ProgramEnded> {
  return withTempDir(async (dir) => {
    fs.chmodSync(dir, 0o777);
    const env = { ...process.env, TMPDIR: dir, ...options.env };
    const ended = await plimsoll(['attach', '--duration', '5s', String(pid)], { ...options, env });
    expect(fs.readdirSync(dir)).toEqual([]);
    return ended;
  });
}

/** One line of ours alone, with code, and the status. */
function expectRefusal({ status, stderr }: ProgramEnded, reason: string | RegExp): void {
  expect(stderr).toMatch(/^plimsoll: [^\n]+ \(PLIM_ERR_PROCESS_UNREACHABLE\)\n$/);
  expect(stderr).toMatch(reason);
  expect(status).toBe(1);
}

function expectUntouched(program: StartedProgram): void {
  expect(readListeners(program.child.pid!)).toEqual([]);
  expect(program.child.exitCode ?? program.child.signalCode).toBeNull();
}

test.each<[string, readonly string[], string, string]>([
  ['a name', ['web'], 'PLIM_ERR_OPTION_INVALID', '`PID`'],
  ['a number that no process has', ['0'], 'PLIM_ERR_OPTION_INVALID', '`PID`'],
  ['nothing', [], 'PLIM_ERR_OPTION_INVALID', 'pid'],
  ['two processes', ['1', '2'], 'PLIM_ERR_OPTION_INVALID', 'Too many'],
  ['a duration that is none', ['--duration', 'soon', '1'], 'PLIM_ERR_OPTION_INVALID', '`--duration`'],
  ['an option that is of run alone', ['--near-limit', '1'], 'PLIM_ERR_OPTION_UNKNOWN', '--near-limit'],
])('%s', async (_, args, code, mention) => {
  const { status, stderr } = await plimsoll(['attach', ...args]);
  expect(stderr).toMatch(/^plimsoll: [^\n]+\n$/);
  expect(stderr).toContain(`(${code})`);
  expect(stderr).toContain(mention);
  expect(status).toBe(2);
});

const onLinux = test.runIf(process.platform === 'linux');

onLinux('a process that is not there', async () => {
  expectRefusal(await attach(4_194_303), 'There is no process 4194303.');
});

onLinux('what is no Node.js process gets no signal', async () => {
  const program = await start('sh', ['-c', 'echo ready; exec sleep 60']);
  expectRefusal(await attach(program.child.pid), /\(sleep\) is not Node\.js; it was left alone/);
  expectUntouched(program);
});

onLinux('a stopped process', async () => {
  const program = await node(IDLE);
  program.child.kill('SIGSTOP');
  expectRefusal(await attach(program.child.pid), `kill -CONT ${program.child.pid}`);
  expectUntouched(program);
});

onLinux('a program that keeps SIGUSR1 for itself', async () => {
  const program = await node(`process.on('SIGUSR1', () => {}); ${IDLE}`);
  expectRefusal(await attach(program.child.pid), 'handles that signal itself');
  expectUntouched(program);
});

onLinux('a port that another program uses', async () => {
  const taken = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as net.AddressInfo;
  try {
    const program = await node(IDLE, [`--inspect-port=${port}`]);
    expectRefusal(await attach(program.child.pid), `on port ${port}, which another program uses`);
    expectUntouched(program);
  } finally {
    taken.close();
  }
});

onLinux('an output that cannot be written costs the process nothing', async () => {
  const program = await node(IDLE);
  const { status, stderr } = await plimsoll(['attach', '--json', 'none/x.json', String(program.child.pid)]);
  expect(stderr).toContain('(PLIM_ERR_FILE_UNWRITABLE)');
  expect(status).toBe(2);
  expectUntouched(program);
});

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const asRoot = test.runIf(isRoot);

asRoot("another user's process (needs root, to become somebody else)", async () => {
  const program = await node(IDLE);
  expectRefusal(await attach(program.child.pid, { uid: 65_534, gid: 65_534 }), 'it runs as user 0');
  expectUntouched(program);
});

asRoot('root watches the process of another user', async () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  const program = new StartedProgram(process.execPath, ['--inspect-port=0', '-e', IDLE], { cwd: '/', ...nobody });
  started.push(program);
  await program.says('ready');
  const { status, stderr } = await attach(program.child.pid, {});
  expect(stderr).toContain('Verdict: ');
  expect(status).toBe(0);
  expectUntouched(program);
});

const canUnshare = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;

test.runIf(canUnshare)('a process with a folder for temporary files of its own (needs root and unshare)', async () => {
  const script = `mount -t tmpfs tmpfs ${os.tmpdir()} && exec "$0" "$@"`;
  const program = await start('unshare', ['-m', 'sh', '-c', script, process.execPath, '--inspect-port=0', '-e', IDLE]);
  expectRefusal(await attach(program.child.pid), /does not see the folder .*TMPDIR names a folder that it sees too/);
  expectUntouched(program);
  const ended = await plimsoll(['attach', '--duration', '1s', String(program.child.pid)], {
    env: { ...process.env, TMPDIR: '/var/tmp' },
  });
  expect(ended.stderr).toContain('Verdict: ');
});

test.runIf(isRoot && spawnSync('unshare', ['-n', 'true']).status === 0)(
  'a process in another network (needs root and unshare)',
  async () => {
    const program = await start('unshare', ['-n', process.execPath, '--inspect-port=0', '-e', IDLE]);
    expectRefusal(await attach(program.child.pid), 'is in another network namespace (a container)');
    expectUntouched(program);
  },
);
