/** `plimsoll snapshot --pid`: taken of programs that know nothing of it, which are left as they were found. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readListeners } from '../../src/cli/inspector/proc.ts';
import { openSnapshot, summarise } from '../../src/snapshot/index.ts';
import { withTempDir } from '../helpers/temp-dir.ts';
import { MAIN, plimsoll, Running, startNode, startPlimsoll } from './snapshot-cli.ts';

const IDLE = 'setInterval(() => {}, 1000); console.log("ready");';
const WITH_CLIENTS = `class Client { constructor(i) { this.id = i; this.tags = ['t' + i, { i }]; } }
globalThis.clients = Array.from({ length: Number(process.argv[1]) }, (_, i) => new Client(i)); ${IDLE}`;

const started: Running[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.kill()));
});

/** Starts a program; its inspector, once it is asked for, takes any port, so that tests do not meet on the usual one. */
async function target(
  source: string,
  nodeArgs: readonly string[] = [],
  args: readonly string[] = [],
): Promise<Running> {
  const running = startNode(['--inspect-port=0', ...nodeArgs, '-e', source, ...args]);
  started.push(running);
  await running.says('ready');
  return running;
}

/** Nothing listens but what listened before, and nothing is in the folder but `files`. */
function expectUntouched(pid: number, dir: string, files: readonly string[] = []): void {
  expect(readListeners(pid)).toEqual([]);
  expect(fs.readdirSync(dir)).toEqual(files);
}

const onLinux = test.runIf(process.platform === 'linux');

onLinux.each([
  { kind: 'CommonJS', nodeArgs: [] },
  { kind: 'an ES module', nodeArgs: ['--input-type=module'] },
])('a snapshot of $kind is whole, private, and the inspector is closed again', async ({ nodeArgs }) => {
  await withTempDir(async (dir) => {
    const program = await target(WITH_CLIENTS, nodeArgs, ['3000']);
    const file = path.join(dir, 'app.heapsnapshot');
    const { status, stdout, stderr } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', file);
    expect(stderr).toMatch(/stops for about .* and takes about .* more memory/);
    expect(stdout).toMatch(/app\.heapsnapshot: [\d.]+ MiB; process \d+ stood still for/);
    expect(status).toBe(0);
    expectUntouched(program.pid, dir, ['app.heapsnapshot']);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    const snapshot = await openSnapshot(file);
    expect(snapshot.truncated).toBeNull();
    expect(summarise(snapshot).classes.find(({ name }) => name === 'Client')?.count).toBe(3000);
    expect(program.child.exitCode).toBeNull();
  });
});

onLinux('an inspector that was open before is used and stays open', async () => {
  await withTempDir(async (dir) => {
    const program = await target(IDLE, ['--inspect=127.0.0.1:0']);
    const before = readListeners(program.pid);
    expect(before).toHaveLength(1);
    const { status } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'));
    expect(status).toBe(0);
    expect(readListeners(program.pid)).toEqual(before);
  });
});

onLinux('a program that computes without a pause is reached all the same', async () => {
  await withTempDir(async (dir) => {
    const program = await target(`${IDLE} setTimeout(() => { for (;;) globalThis.x = {}; }, 50);`);
    const { status } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'));
    expect(status).toBe(0);
    expectUntouched(program.pid, dir, ['a']);
  });
});

onLinux('what is no Node.js process gets no signal and stays alive', async () => {
  await withTempDir(async (dir) => {
    const program = new Running(spawn('sleep', ['60'], { stdio: ['ignore', 'pipe', 'pipe'] }));
    started.push(program);
    const { status, stderr } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'));
    expect(stderr).toMatch(
      /^plimsoll: Process \d+ \(sleep\) is not Node\.js; it was left alone\. \(PLIM_ERR_PROCESS_UNREACHABLE\)\n$/,
    );
    expect(status).toBe(1);
    expect(program.child.signalCode).toBeNull();
    expectUntouched(program.pid, dir);
  });
});

onLinux('a name is no proof: a copy of sleep called node is left alone too', async () => {
  await withTempDir(async (dir) => {
    const impostor = path.join(dir, 'node');
    fs.copyFileSync('/bin/sleep', impostor);
    fs.chmodSync(impostor, 0o755);
    const program = new Running(spawn(impostor, ['60'], { stdio: ['ignore', 'pipe', 'pipe'] }));
    started.push(program);
    const { stderr } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'));
    expect(stderr).toContain('is not Node.js');
    expect(program.child.signalCode).toBeNull();
  });
});

onLinux('a process that is not there', async () => {
  await withTempDir(async (dir) => {
    const { status, stderr } = await plimsoll('snapshot', '--pid', '4194303', '--out', path.join(dir, 'a'));
    expect(stderr).toBe('plimsoll: There is no process 4194303. (PLIM_ERR_PROCESS_UNREACHABLE)\n');
    expect(status).toBe(1);
    expect(fs.readdirSync(dir)).toEqual([]);
  });
});

onLinux('a stopped process is not asked: it would open its inspector when nobody waits any more', async () => {
  await withTempDir(async (dir) => {
    const program = await target(IDLE);
    program.child.kill('SIGSTOP');
    const { status, stderr } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'));
    expect(stderr).toContain(`kill -CONT ${program.pid}`);
    expect(status).toBe(1);
    expectUntouched(program.pid, dir);
  });
});

onLinux('a port that is taken is named before the process is asked to use it', async () => {
  await withTempDir(async (dir) => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as net.AddressInfo;
    try {
      const program = await target(IDLE, [`--inspect-port=${port}`]);
      const { status, stderr } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'));
      expect(stderr).toContain(`on port ${port}, which another program uses`);
      expect(status).toBe(1);
      expectUntouched(program.pid, dir);
    } finally {
      taken.close();
    }
  });
});

onLinux('a program that keeps SIGUSR1 for itself is given up in time', async () => {
  await withTempDir(async (dir) => {
    const program = await target(`process.on('SIGUSR1', () => console.log('mine')); ${IDLE}`);
    const { status, stderr } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'));
    expect(stderr).toContain('did not open its inspector within 10 s');
    expect(stderr).toContain('handles that signal itself');
    expect(status).toBe(1);
    expectUntouched(program.pid, dir);
  });
});

onLinux('a pause that is not allowed is refused with the figures, the inspector closed', async () => {
  await withTempDir(async (dir) => {
    const program = await target(WITH_CLIENTS, [], ['20000']);
    const args = ['--pid', String(program.pid), '--out', path.join(dir, 'a'), '--max-pause', '100ms'];
    const { status, stderr } = await plimsoll('snapshot', ...args);
    expect(stderr).toMatch(/its heap is [\d.]+ MiB\. It would stop the program for about .*; 100 ms are allowed\./);
    expect(stderr).toContain('(PLIM_ERR_SNAPSHOT_REFUSED)');
    expect(status).toBe(1);
    expectUntouched(program.pid, dir);
  });
});

onLinux('a file that exists is kept, and replaced with --force', async () => {
  await withTempDir(async (dir) => {
    const program = await target(IDLE);
    const file = path.join(dir, 'a');
    fs.writeFileSync(file, 'mine');
    const args = ['--pid', String(program.pid), '--out', file];
    const refused = await plimsoll('snapshot', ...args);
    expect(refused.stderr).toContain('it exists already');
    expect(refused.status).toBe(2);
    expect(fs.readFileSync(file, 'utf8')).toBe('mine');
    expect((await plimsoll('snapshot', ...args, '--force')).status).toBe(0);
    expect(fs.statSync(file).size).toBeGreaterThan(100_000);
    expectUntouched(program.pid, dir, ['a']);
  });
});

onLinux('a folder that is missing', async () => {
  await withTempDir(async (dir) => {
    const program = await target(IDLE);
    const file = path.join(dir, 'no', 'a');
    const { status, stderr } = await plimsoll('snapshot', '--pid', String(program.pid), '--out', file);
    expect(stderr).toContain(`the folder ${path.dirname(file)} does not exist`);
    expect(status).toBe(2);
    expectUntouched(program.pid, dir);
  });
});

onLinux('a disk that takes no more: no part of the file stays, the inspector is closed', async () => {
  await withTempDir(async (dir) => {
    const program = await target(WITH_CLIENTS, [], ['20000']);
    // A limit on the size of files stands in for a full disk: both fail in the middle of writing.
    const script = `ulimit -f 2000; exec "$0" "$@"`;
    const args = ['-c', script, process.execPath, MAIN, 'snapshot', '--pid', String(program.pid), '--out', `${dir}/a`];
    const { status, stderr } = await new Running(spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'] })).ended;
    expect(stderr).toContain('it grew past the size that is allowed here');
    expect(status).toBe(2);
    expectUntouched(program.pid, dir);
  });
});

onLinux('a process that ends meanwhile leaves one clear line and no file', async () => {
  await withTempDir(async (dir) => {
    const program = await target(WITH_CLIENTS, [], ['150000']);
    const args = ['snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'), '--max-pause', '5m'];
    const command = startPlimsoll(args);
    await command.says('stops for about');
    program.child.kill('SIGKILL');
    const { status, stderr } = await command.ended;
    expect(stderr).toContain(`Process ${program.pid} ended before its snapshot was done; nothing was written.`);
    expect(status).toBe(1);
    expect(fs.readdirSync(dir)).toEqual([]);
  });
});

onLinux('Ctrl-C leaves the process as it was, and no file', async () => {
  await withTempDir(async (dir) => {
    const program = await target(WITH_CLIENTS, [], ['100000']);
    const args = ['snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a'), '--max-pause', '5m'];
    const command = startPlimsoll(args);
    await command.says('stops for about');
    command.child.kill('SIGINT');
    const { status, stderr } = await command.ended;
    expect(stderr).toContain('interrupted; nothing was written');
    expect(status).toBe(130);
    expectUntouched(program.pid, dir);
    expect(program.child.exitCode).toBeNull();
  });
});

const asRoot = test.runIf(process.platform === 'linux' && process.getuid?.() === 0);

asRoot("another user's process (needs root, to become somebody else)", async () => {
  await withTempDir(async (dir) => {
    const program = await target(IDLE);
    fs.chmodSync(dir, 0o777);
    const nobody = { uid: 65_534, gid: 65_534 };
    const args = ['snapshot', '--pid', String(program.pid), '--out', path.join(dir, 'a')];
    const { status, stderr } = await startPlimsoll(args, nobody).ended;
    expect(stderr).toContain('does not let this user look into it: it runs as user 0');
    expect(status).toBe(1);
    expectUntouched(program.pid, dir);
  });
});
