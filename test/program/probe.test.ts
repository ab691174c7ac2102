/** The probe inside a real program: what it tells, and how it obeys. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Floor, Message } from '../../src/diagnose/wire.ts';
import { withTempDir } from '../helpers/temp-dir.ts';
import { fixture, startsAndKills } from './probe-runner.ts';

const watch = startsAndKills();

function kinds(messages: readonly Message[]): string[] {
  return messages.map(({ kind }) => kind);
}

function floorsOf(messages: readonly Message[]): Floor[] {
  return messages.filter((message) => message.kind === 'floor');
}

function readSnapshot(file: string): { snapshot: { node_count: number }; nodes: number[]; strings: string[] } {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as ReturnType<typeof readSnapshot>;
}

describe('a program under watch', () => {
  test.each([['grow.cjs'], ['grow.mjs']])('%s: hello, floors that rise with it, exit', async (name) => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture(name), '2000'], { settings: { intervalMs: 200 } });
      expect(await program.ended).toMatchObject({ status: 0, stdout: '', stderr: '' });
      const messages = program.messages();
      expect(messages[0]).toMatchObject({
        kind: 'hello',
        pid: program.child.pid,
        ppid: process.pid,
        threadId: 0,
        cwd: process.cwd(),
        node: process.version,
        launcher: null,
      });
      expect(messages.at(-1)).toMatchObject({ kind: 'exit', code: 0 });
      const floors = floorsOf(messages);
      expect(floors.length).toBeGreaterThanOrEqual(4);
      expect(floors.at(-1)!.heapUsed - floors[0]!.heapUsed).toBeGreaterThan(1024 * 1024);
      expect(floors.at(-1)!.atExit).toBe(true);
      expect(floors.every((floor, i) => i === 0 || floor.at > floors[i - 1]!.at)).toBe(true);
      const resources = messages.find((message) => message.kind === 'resources');
      expect(resources!.counts['Timeout']).toBe(2);
      expect(kinds(messages)).not.toContain('trouble');
    });
  });

  test('one that collects by itself is not asked to', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('churn.cjs'), '3000'], { settings: { intervalMs: 60_000 } });
      await program.ended;
      const floors = floorsOf(program.messages());
      expect(floors.filter(({ asked }) => !asked).length).toBeGreaterThan(0);
      expect(floors.filter(({ asked }) => asked)).toEqual([expect.objectContaining({ atExit: true })]);
    });
  });

  test('each thread and each child process speaks for itself', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('worker.cjs'), '900']);
      expect(await program.ended).toMatchObject({ status: 0, stdout: 'worker 0\n' });
      const worker = program.messages(`${program.child.pid}-1`);
      expect(worker[0]).toMatchObject({
        kind: 'hello',
        threadId: 1,
        argv: [process.execPath, fixture('grow.cjs'), '900'],
      });
      expect(worker.at(-1)).toMatchObject({ kind: 'exit', code: 0 });
      // A worker's clock begins with the worker.
      expect(floorsOf(worker)[0]!.at).toBeLessThan(floorsOf(program.messages()).at(-1)!.at);
      expect(program.hellos()).toHaveLength(2);
    });
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('parent.cjs'), '600']);
      await program.ended;
      const child = program.hellos().find(({ ppid }) => ppid === program.child.pid)!;
      expect(child.argv[1]).toBe(fixture('grow.cjs'));
      expect(floorsOf(program.messages(`${child.pid}-0`)).length).toBeGreaterThan(0);
    });
  });

  test("a launcher says so and is left alone; Node's own threads say nothing", async () => {
    await withTempDir(async (dir) => {
      const script = path.join(dir, 'node_modules/tsx/dist/cli.mjs');
      fs.mkdirSync(path.dirname(script), { recursive: true });
      fs.writeFileSync(script, 'setTimeout(() => {}, 600);');
      const link = path.join(dir, 'tsx');
      fs.symlinkSync(script, link);
      const program = watch(dir, [link]);
      await program.ended;
      expect(program.messages()).toEqual([expect.objectContaining({ kind: 'hello', launcher: 'tsx' })]);
    });
    await withTempDir(async (dir) => {
      const hooks = "data:text/javascript,import{register}from'node:module';register('data:text/javascript,')";
      const program = watch(dir, [fixture('leave.cjs'), '400'], { nodeArgs: ['--import', hooks] });
      await program.ended;
      expect(program.hellos()).toHaveLength(1);
    });
  });

  test('every line before a kill is there', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('grow.cjs'), '60000']);
      await program.until('floor');
      program.child.kill('SIGKILL');
      expect(await program.ended).toMatchObject({ signal: 'SIGKILL' });
      expect(kinds(program.messages()).slice(0, 2)).toEqual(['hello', 'floor']);
      expect(kinds(program.messages())).not.toContain('exit');
    });
  });

  test('a program that exits at once leaves without a floor', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('leave.cjs'), '0']);
      expect(await program.ended).toMatchObject({ status: 7 });
      expect(kinds(program.messages())).toEqual(['hello', 'exit']);
    });
  });

  test('with --expose-gc of its own it is watched alike, and each collection counts once', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('grow.cjs'), '2500'], { nodeArgs: ['--expose-gc'] });
      await program.ended;
      const floors = floorsOf(program.messages());
      expect(floors.filter(({ asked }) => asked).length).toBeGreaterThanOrEqual(3);
      expect(floors.every((floor, i) => i === 0 || floor.at - floors[i - 1]!.at > 30)).toBe(true);
    });
  });
});

describe('orders', () => {
  test('a floor is answered with its number', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('grow.cjs'), '60000'], { settings: { intervalMs: 60_000 } });
      await program.until('hello');
      program.order('floor');
      expect(await program.until('floor')).toMatchObject({ order: 1, asked: true });
    });
  });

  test('a snapshot is whole under its name, and comes with floor and profile', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('grow.cjs'), '60000']);
      await program.until('hello');
      program.order('snapshot');
      const end = await program.until('snapshot-end');
      const profile = await program.until('profile');
      const begin = await program.until('snapshot-begin');
      expect(end).toMatchObject({ order: 1, file: path.join(program.outDir, `${program.child.pid}-0-1.heapsnapshot`) });
      expect(begin).toMatchObject({ order: 1, why: 'ordered', file: end.file });
      expect(floorsOf(program.messages()).some(({ order }) => order === 1)).toBe(true);
      expect(fs.statSync(end.file).size).toBe(end.fileBytes);
      const { snapshot, nodes, strings } = readSnapshot(end.file);
      expect(nodes).toHaveLength(snapshot.node_count * 7);
      expect(strings).toContain('Kept');
      expect(fs.readdirSync(program.outDir).sort()).toEqual(
        [path.basename(profile.file), path.basename(end.file)].sort(),
      );
      expect(JSON.parse(fs.readFileSync(profile.file, 'utf8'))).toHaveProperty('head');
    });
  });

  test('the pause of a snapshot is taken off the time of what follows', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('grow.cjs'), '60000']);
      const hello = await program.until('hello');
      program.order('snapshot');
      const { at, pauseMs } = await program.until('snapshot-end');
      expect(at + pauseMs).toBeLessThanOrEqual(Date.now() - hello.startedAt);
      program.order('floor');
      for (;;) {
        const floor = await program.until('floor');
        if (floor.order !== 2) continue;
        expect(floor.at + pauseMs).toBeLessThanOrEqual(Date.now() - hello.startedAt);
        break;
      }
    });
  });

  test('a worker obeys orders of its own', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('worker.cjs'), '3000']);
      const key = `${program.child.pid}-1`;
      await program.until('hello', key);
      program.order('snapshot', true, key);
      const { file } = await program.until('snapshot-end', key);
      expect(path.basename(file)).toBe(`${key}-1.heapsnapshot`);
      await program.ended;
      expect(kinds(program.messages())).not.toContain('snapshot-end');
      expect(program.messages(key).filter(({ kind }) => kind === 'snapshot-end')).toHaveLength(2);
    });
  });

  test.each([
    ['pause', { maxPauseMs: 1 }, /^It would stop the program for about .+; 1 ms are allowed\.$/],
    ['wish', { snapshots: false }, /^Snapshots are switched off\.$/],
  ])('a snapshot that may not be is refused with the reason: %s', async (_, settings, reason) => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('grow.cjs'), '60000'], { settings });
      await program.until('hello');
      program.order('snapshot');
      const missed = await program.until('snapshot-missed');
      expect(missed).toMatchObject({ order: 1, how: 'refused', reason: expect.stringMatching(reason) as string });
      await program.until('profile');
      expect(fs.readdirSync(program.outDir).filter((name) => name.includes('heapsnapshot'))).toEqual([]);
    });
  });

  test('a folder that cannot be written is told, and the program goes on', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('leave.cjs'), '1500']);
      fs.rmdirSync(program.outDir);
      fs.writeFileSync(program.outDir, 'a file where the folder was');
      await program.until('hello');
      program.order('snapshot');
      const missed = await program.until('snapshot-missed');
      expect(missed).toMatchObject({ how: 'failed', reason: expect.stringContaining('ENOTDIR') as string });
      expect(await program.ended).toMatchObject({ status: 7, stdout: '', stderr: '' });
    });
  });
});

describe('at exit', () => {
  test('a snapshot is taken when it is wanted, before the exit line', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('leave.cjs'), '900']);
      await program.until('hello');
      program.order(null, true);
      expect(await program.ended).toMatchObject({ status: 7, stdout: '', stderr: '' });
      const messages = program.messages();
      expect(messages.find(({ kind }) => kind === 'snapshot-begin')).toMatchObject({ why: 'exit' });
      expect(kinds(messages).slice(-3)).toEqual(['snapshot-end', 'profile', 'exit']);
      expect(messages.at(-1)).toMatchObject({ code: 7 });
    });
  });

  test('no snapshot is taken that nobody wants', async () => {
    await withTempDir(async (dir) => {
      const program = watch(dir, [fixture('leave.cjs'), '900']);
      await program.ended;
      expect(kinds(program.messages())).not.toContain('snapshot-begin');
    });
  });
});

test('maps of scripts that exist in memory only are written once', async () => {
  await withTempDir(async (dir) => {
    const program = watch(dir, [fixture('in-memory.cjs')]);
    await program.until('hello');
    program.order('snapshot');
    await program.ended;
    const written = program.messages().filter((message) => message.kind === 'script-maps');
    expect(written).toHaveLength(1);
    const maps = JSON.parse(fs.readFileSync(written[0]!.file, 'utf8')) as object;
    expect(maps).toEqual({ 'file:///made-up.ts': expect.objectContaining({ sources: ['made-up.ts'] }) as object });
  });
});
