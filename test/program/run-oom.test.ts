/** Programs that die of memory end with a verdict: what they died of, and who filled the heap. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { LeakReport } from '../../src/diagnose/report/report.ts';
import { makeGroup, noMemoryCgroup, removeGroup } from '../helpers/memory-cgroup.ts';
import { plimsoll, type ProgramEnded, StartedProgram, startPlimsoll } from '../helpers/program.ts';
import { schemaProblems } from '../helpers/report-schema.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

interface Told extends ProgramEnded {
  readonly report: LeakReport;
  /** Snapshots near the limit that stay below the folder. */
  readonly kept: readonly string[];
}

function fixture(name: string): string {
  return path.resolve('test/fixtures/oom', name);
}

/** Runs a program with a small heap to its death, in `dir`. */
async function runToDeath(dir: string, options: readonly string[], ...words: readonly string[]): Promise<Told> {
  const json = path.join(dir, 'out.json');
  const args = ['run', '--quiet', '--json', json, ...options, '--', ...words];
  const ended = await plimsoll(args, { cwd: dir, env: { ...process.env, TMPDIR: dir } });
  const text = fs.readFileSync(json, 'utf8');
  expect(schemaProblems(text)).toEqual([]);
  const kept = fs
    .readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /Heap\..*snapshot$/.test(name));
  return { ...ended, report: JSON.parse(text) as LeakReport, kept };
}

const SMALL = [process.execPath, '--max-old-space-size=40'] as const;

test('a full heap: what it died of is said, and who grew from what was seen before', () =>
  withTempDir(async (dir) => {
    const { status, report, stderr } = await runToDeath(dir, [], ...SMALL, fixture('orders.cjs'));
    expect(status).toBe(134);
    expect(report.death).toMatchObject({ cause: 'heap-limit', isCertain: true });
    expect(stderr).toContain('The program died of memory: V8 ended it (SIGABRT) at the limit of its');
    expect(report.environment.snapshots.length).toBeGreaterThan(0);
    expect(`${report.explanation} ${report.suspects[0]?.owner}`).toMatch(/\borders\b/);
  }));

test('--near-limit: V8 writes a last snapshot, which names the holder and leaves no file', () =>
  withTempDir(async (dir) => {
    const { status, report, kept } = await runToDeath(dir, ['--near-limit'], ...SMALL, fixture('orders.cjs'));
    expect(status).toBe(134);
    expect(report.verdict).toBe('leak');
    expect(report.suspects[0]).toMatchObject({ holder: 'Array', owner: 'orders', leaked: 'Order' });
    expect(kept).toEqual([]);
  }));

test('--near-limit: of a program that never comes back to its event loop too; with --out the file stays', () =>
  withTempDir(async (dir) => {
    const script = '"$0" "$@"; exit $?';
    const words = ['sh', '-c', script, ...SMALL, fixture('blocked.cjs')];
    const { status, report, kept } = await runToDeath(dir, ['--near-limit', '--out', 'evidence'], ...words);
    expect(status).toBe(134);
    expect(report.death).toMatchObject({ cause: 'heap-limit' });
    expect(report.explanation).toMatch(/Array `kept` in \S*blocked\.cjs:2 keeps/);
    expect(kept).toHaveLength(1);
    expect(path.dirname(kept[0]!)).toBe('evidence');
  }));

test('--near-limit: a folder that the program was given for such files keeps them', () =>
  withTempDir(async (dir) => {
    fs.mkdirSync(path.join(dir, 'own'));
    const own = `--diagnostic-dir=${path.join(dir, 'own')}`;
    const { kept } = await runToDeath(dir, ['--near-limit'], ...SMALL, own, fixture('blocked.cjs'));
    expect(kept).toHaveLength(1);
    expect(path.dirname(kept[0]!)).toBe('own');
  }));

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!isRoot || spawnSync('mount', ['--version']).status !== 0)(
  '--near-limit is not armed where the file has no room (needs root)',
  () =>
    withTempDir(async (dir) => {
      const full = path.join(dir, 'full');
      fs.mkdirSync(full);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', full]);
      try {
        const words = [...SMALL, '-e', 'setTimeout(() => {}, 1500)'];
        const { status, report } = await runToDeath(dir, ['--near-limit', '--out', full], ...words);
        expect(status).toBe(0);
        expect(report.death).toBeUndefined();
        expect(report.warnings.find(({ code }) => code === 'PLIM_WARN_NEAR_LIMIT')?.message).toContain(full);
      } finally {
        execFileSync('umount', [full]);
      }
    }),
);

const noGroup = noMemoryCgroup();

test.skipIf(noGroup !== undefined)(`a container that is full: the system's kill is told from another`, () =>
  withTempDir(async (dir) => {
    const group = makeGroup(160 * 1024 * 1024);
    try {
      const script = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
      const words = ['sh', '-c', script, group, process.execPath, fixture('buffers.cjs')];
      const { status, report } = await runToDeath(dir, [], ...words);
      expect(status).toBe(137);
      expect(report.death).toMatchObject({ cause: 'container', isCertain: true });
      expect(report.explanation).toContain('memory limit of its container');
    } finally {
      removeGroup(group);
    }
  }),
);

test('a kill by somebody else is no death of memory', () =>
  withTempDir(async (dir) => {
    const source = 'setTimeout(() => process.kill(process.pid, "SIGKILL"), 1000)';
    const { status, report } = await runToDeath(dir, [], process.execPath, '-e', source);
    expect(status).toBe(137);
    expect(report.death).toBeUndefined();
  }));

test.runIf(process.platform === 'linux')('attach says what the process seems to have died of', () =>
  withTempDir(async (dir) => {
    const program = new StartedProgram(SMALL[0], ['--inspect-port=0', SMALL[1], fixture('orders.cjs')]);
    await program.says('ready');
    const json = path.join(dir, 'out.json');
    const args = ['attach', '--quiet', '--snapshots', 'never', '--interval', '100ms', '--json', json];
    await startPlimsoll([...args, String(program.child.pid)]).ended;
    const report = JSON.parse(fs.readFileSync(json, 'utf8')) as LeakReport;
    expect(report.death).toMatchObject({ cause: 'heap-limit', isCertain: false });
    await program.ended;
  }),
);
