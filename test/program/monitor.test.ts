/** Monitors in real programs: real heaps, real collections, a real control group, other runtimes. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeInCgroup, noMemoryCgroup } from '../helpers/memory-cgroup.ts';
import { bareNode, DIST, MAIN, plimsoll, StartedProgram } from '../helpers/program.ts';
import { runtimeOrSkip } from '../helpers/runtimes.ts';
import { serviceOrSkip } from '../helpers/service.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const entry = pathToFileURL(path.join(DIST, 'monitor/index.js')).href;
const scopeEntry = pathToFileURL(path.join(DIST, 'scope/index.js')).href;
const register = path.join(DIST, 'register.js');
const MIB = 1024 * 1024;

function fixture(name: string): string {
  return path.resolve('test/fixtures/monitor', name);
}

async function run<T>(flags: readonly string[], name: string, ...args: readonly string[]): Promise<T> {
  const { status, stdout, stderr } = await bareNode([...flags, '--no-warnings', fixture(name), entry, ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout.toString()) as T;
}

interface Told {
  readonly rule: string;
  readonly level: string;
  readonly state: string;
}

async function alertsOf(held: 'held' | 'dropped'): Promise<{ status: number | null; alerts: Told[] }> {
  const flags = ['--max-old-space-size=80', '--no-warnings'];
  const { status, stdout } = await bareNode([...flags, fixture('leak.mjs'), entry, held]);
  const lines = stdout.toString().trim().split('\n');
  return { status, alerts: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Told) };
}

describe('a heap of 80 MiB', () => {
  test('that is filled for good: critical, before V8 ends the program', async () => {
    const { alerts } = await alertsOf('held');
    const heap = alerts.filter(({ rule }) => rule === 'heap').map(({ level }) => level);
    expect(heap.at(-1)).toBe('critical');
  });

  test('through which as much goes and does not stay: no word', async () => {
    const { status, alerts } = await alertsOf('dropped');
    // Collections may well take their share of a program that does nothing but make garbage.
    expect({ status, alerts: alerts.filter(({ rule }) => rule !== 'gc') }).toEqual({ status: 0, alerts: [] });
  });
});

test('every collection is counted, and nothing is left after fifty starts and stops', async () => {
  const found = await run<Record<string, unknown> & { seen: number }>([], 'counts.mjs');
  expect(found.seen).toBeGreaterThan(20);
  expect(found).toMatchObject({
    counted: found.seen,
    samplesAfterStop: 0,
    rss: true,
    handles: expect.any(Object) as object,
  });
});

test('a monitor that runs does not hold the program, nor touch its status', async () => {
  const { status, stdout, stderr } = await bareNode([fixture('idle.mjs'), entry]);
  expect({ status, stderr }).toEqual({ status: 5, stderr: '' });
  expect(JSON.parse(stdout.toString())).toMatchObject({
    samples: expect.any(Number) as number,
    heap: { floorLimitBytes: expect.any(Number) as number },
    gc: { minor: { count: expect.any(Number) as number } },
    loopUtilization: expect.any(Number) as number,
  });
});

test('real actions: collect, snapshot, restart with its own status, remembered by its file', async () => {
  await withTempDir(async (folder) => {
    const { status, stdout, stderr } = await bareNode([fixture('actions.mjs'), entry, scopeEntry, folder]);
    expect({ status, stderr }).toEqual({ status: 75, stderr: '' });
    const said = stdout.toString();
    expect(said).toMatch(/^collect: Freed \d/m);
    expect(said).toMatch(/^heapSnapshot: Wrote .*\.heapsnapshot, /m);
    expect(said).toContain('files 2\n');
    const again = await bareNode([fixture('actions.mjs'), entry, scopeEntry, folder], { timeout: 4_000 });
    expect(again.stdout.toString()).toMatch(/^restart: It was restarted /m);
    expect(again.status).not.toBe(75);
  });
});

test('a snapshot near the limit is written by V8 itself', async () => {
  await withTempDir(async (folder) => {
    const flags = ['--max-old-space-size=50', `--diagnostic-dir=${folder}`, '--no-warnings'];
    await bareNode([...flags, fixture('near-limit.mjs'), entry]);
    const files = fs.readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'));
    expect(files.length).toBe(1);
    expect(fs.statSync(path.join(folder, files[0]!)).size).toBeGreaterThan(10 * MIB);
  });
});

test('a server that sheds answers 503 with Retry-After, and its probes', async () => {
  const found = await run<Record<string, unknown>>([], 'server.mjs');
  expect(found).toMatchObject({
    work: [503, expect.any(Number) as number, expect.stringContaining('heap') as string],
    probe: [200, 0, 'served'],
  });
});

const withoutCgroup = noMemoryCgroup();

describe.skipIf(serviceOrSkip(`a memory control group (${withoutCgroup ?? 'there'})`, withoutCgroup === undefined))(
  'a container of 160 MiB',
  () => {
    test('that fills is told of before the kernel kills', () => {
      const { status, stdout } = nodeInCgroup(160 * MIB, [fixture('container.mjs'), entry]);
      expect(status).toBe(0);
      const alerts = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { rule: string; level: string; message: string });
      expect(alerts.filter(({ rule }) => rule === 'container').map(({ level }) => level)).toEqual([
        'warning',
        'critical',
      ]);
      expect(alerts.find(({ rule }) => rule === 'container')!.message).toContain('its limit of 160 MiB');
    });

    test('plimsoll doctor finds what to mend, and nothing once it is mended', () => {
      const found = nodeInCgroup(160 * MIB, [MAIN, 'doctor', '--json']);
      expect(found.status).toBe(3);
      expect(JSON.parse(found.stdout)).toMatchObject({
        container: { limitBytes: 160 * MIB },
        findings: [{ about: 'heap', level: 'critical' }, {}],
      });
      const mended = nodeInCgroup(160 * MIB, [MAIN, 'doctor'], {
        ...process.env,
        NODE_OPTIONS: '--max-old-space-size=110',
      });
      expect(mended).toMatchObject({
        status: 0,
        stderr: '',
        stdout: expect.stringContaining('Nothing to mend.') as string,
      });
    });
  },
);

describe('plimsoll doctor', () => {
  test.each([
    [['--pid', 'x'], 2, 'PLIM_ERR_OPTION_INVALID'],
    [['--pid', '4194304'], 2, 'PLIM_ERR_FILE_UNREADABLE'],
    [['--all'], 2, 'PLIM_ERR_OPTION_UNKNOWN'],
    [['now'], 2, 'PLIM_ERR_OPTION_INVALID'],
  ])('%j ends with %d', async (args, status, code) => {
    const ended = await plimsoll(['doctor', ...args]);
    expect(ended).toMatchObject({ status, stderr: expect.stringContaining(code) as string });
    expect(ended.stdout.length).toBe(0);
  });

  test.skipIf(serviceOrSkip('/proc', process.platform === 'linux'))('looks at a running process', async () => {
    const program = new StartedProgram(process.execPath, [
      '--max-old-space-size=99',
      '-e',
      'console.log(1); setInterval(() => {}, 1000)',
    ]);
    await program.says('1');
    const { stdout } = await plimsoll(['doctor', '--pid', String(program.child.pid), '--json']);
    program.child.kill();
    await program.ended;
    expect(JSON.parse(stdout.toString())).toMatchObject({ heapFloorLimitBytes: 99 * MIB, isHeapChosen: true });
    expect(JSON.parse(stdout.toString())).not.toHaveProperty('environment');
  });
});

describe('node --import plimsoll/register', () => {
  const leak =
    'console.log("out"); const kept = Array.from({ length: 450_000 }, (_, i) => ({ a: [i] }));' +
    'setInterval(() => { for (let i = 0; i < 400; i++) kept.push({ a: [i] }); }, 2)';

  test.each([['--import'], ['--require']])('by %s: alerts of an unmodified program on standard error', async (flag) => {
    const file = flag === '--require' ? path.join(DIST, 'cjs/register.js') : register;
    const program = new StartedProgram(process.execPath, ['--max-old-space-size=80', flag, file, '-e', leak]);
    await program.says('[plimsoll] warning: After a collection the heap still holds');
    program.child.kill('SIGKILL');
    expect((await program.ended).stdout.toString()).toBe('out\n');
  });

  test('changes nothing of a program that needs none: output, status, end', async () => {
    const ended = await bareNode(['--import', register, '-e', 'process.stdout.write("all"); process.exitCode = 9']);
    expect(ended).toMatchObject({ status: 9, stderr: '' });
    expect(ended.stdout.toString()).toBe('all');
  });

  test('takes its options from the environment; rubbish is a warning', async () => {
    const env = {
      ...process.env,
      MAX_HEAP_SIZE: '1MB',
      MEMORY_MONITOR_INTERVAL: '100',
      MEMORY_THRESHOLD: 'much',
      MEMORY_STATISTICS_INTERVAL: '1s',
    };
    const program = new StartedProgram(process.execPath, ['--import', register, '-e', 'setInterval(() => {}, 1000)'], {
      env,
    });
    await program.says('[plimsoll] warning: The heap holds');
    await program.says('[plimsoll] info: Memory is');
    await program.says('PLIM_WARN_ENVIRONMENT_INVALID');
    program.child.kill();
    expect((await program.ended).stdout.length).toBe(0);
  });

  test('waits while the program has a monitor of its own, as guard makes one', async () => {
    const guarded = `
      import http from 'node:http';
      import { guard } from ${JSON.stringify(path.join(DIST, 'index.js'))};
      const monitors = () => [...globalThis[Symbol.for('plimsoll.live')].get('monitor').refs].length;
      const until = async (isSo) => { while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20)); };
      await until(() => monitors() === 1);
      const guarded = guard(http.createServer(), { shutdown: false });
      console.log(monitors(), guarded.monitor.name);
      await guarded.close();
      console.log(monitors());
    `;
    const ended = await bareNode(['--import', register, '--input-type=module', '-e', guarded]);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout.toString()).toBe('1 monitor\n1\n');
  });

  test('says nothing of its own under plimsoll run, nor in a launcher', async () => {
    await withTempDir(async (folder) => {
      const env = { ...process.env, MAX_HEAP_SIZE: '1MB', MEMORY_MONITOR_INTERVAL: '100' };
      const wait = 'setTimeout(() => {}, 1500)';
      const watched = await bareNode(['--import', register, '-e', wait], { env: { ...env, PLIMSOLL_SESSION: folder } });
      expect(watched.stderr).not.toContain('[plimsoll]');
      const launcher = path.join(folder, 'npm/bin/npm-cli.js');
      fs.mkdirSync(path.dirname(launcher), { recursive: true });
      fs.writeFileSync(launcher, wait);
      const launched = await bareNode(['--import', register, launcher], { env });
      expect(launched.stderr).toBe('');
    });
  });
});

const { runtime: bun, isMissing: withoutBun } = runtimeOrSkip('Bun');

test.skipIf(withoutBun)('Bun: what it cannot tell is null, and the rest is there', async () => {
  const ended = await new StartedProgram(bun.program, [fixture('idle.mjs'), entry]).ended;
  expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 5, stderr: '' });
  expect(JSON.parse(ended.stdout.toString())).toMatchObject({
    gc: null,
    handles: null,
    loopUtilization: null,
    heap: { limitBytes: null, floorBytes: null, spaces: null, usedBytes: expect.any(Number) as number },
    rssBytes: expect.any(Number) as number,
  });
});
