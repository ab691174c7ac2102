import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Evidence, Round, Shot } from '../../../../src/diagnose/verdict/evidence.ts';
import { judge, type JudgeOptions } from '../../../../src/diagnose/verdict/judge.ts';
import type { LeakReport } from '../../../../src/diagnose/report/report.ts';
import type { Floor } from '../../../../src/diagnose/wire.ts';
import { evidenceOf, floorOf } from '../../../helpers/evidence.ts';
import { profileOf } from '../../../helpers/profile.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';
import { MB, seeded } from '../../../helpers/series.ts';
import { sourceMapOf } from '../../../helpers/source-map.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const AGENT = 'file:///app/src/agent.mjs';
const options: JudgeOptions = { version: '1.2.3', isWatcherScript: () => false };

/** A minute of floors; `live` gives MiB from the share of the time that has passed. */
const floorsOf = (live: (share: number) => number): Floor[] =>
  Array.from({ length: 61 }, (_, i) => floorOf(i * 1000, live(i / 60) * MB));

const rising = floorsOf((share) => 50 + 30 * share);
const flat = floorsOf((share) => 50 + ((share * 60) % 2));

/** Snapshots at 20, 40 and 60 s of a program whose Map of clients gains as many as said in each part. */
function shotsIn(dir: string, gains: readonly number[], parts: Partial<Shot> = {}): Shot[] {
  const app = new ProgramHeap();
  const clients = app.module(AGENT).declare('clients', app.map());
  const add = (count: number): void =>
    times(count, () =>
      app.put(clients, app.string('id 7'), app.instance('Client', { script: AGENT, line: 9 }, { self: 4096 })),
    );
  return [20, ...gains].map((gain, i) => {
    add(gain);
    const file = app.write(path.join(dir, `${i}.heapsnapshot`), { collected: true });
    return { file, at: 20_000 * (i + 1), pauseMs: 99.6, fileBytes: fs.statSync(file).size, rssAdded: 0, ...parts };
  });
}

/** The verdict over these floors and gains of clients. */
function verdictOf(
  floors: readonly Floor[],
  gains: readonly number[],
  more: Partial<Evidence> = {},
): Promise<LeakReport> {
  return withTempDir((dir) => judge(evidenceOf({ floors, shots: shotsIn(dir, gains), ...more }), options));
}

describe('the verdict', () => {
  test('a leak, with the one who holds it', async () => {
    const report = await verdictOf(rising, [200, 200]);
    expect(report).toMatchObject({ verdict: 'leak', warnings: [], allocationSites: [] });
    expect(report.suspects).toMatchObject([
      {
        kind: 'leak',
        holder: 'Map',
        leaked: 'Client',
        owner: 'clients',
        file: 'src/agent.mjs',
        count: 400,
        total: 420,
        perMinute: 600,
      },
    ]);
    expect(report.suspects[0]!.steps[0]).toBe(report.suspects[0]!.steps[1]);
  });

  test('a store that fills ever slower', async () => {
    const report = await verdictOf(rising, [300, 60]);
    expect(report).toMatchObject({ verdict: 'filling', suspects: [{ kind: 'filling' }] });
  });

  test('a step, as nothing came in the second part', async () => {
    expect(await verdictOf(rising, [300, 0])).toMatchObject({ verdict: expect.stringMatching(/^(step|filling)$/) });
    const step = floorsOf((share) => (share < 0.4 ? 50 : 70));
    expect(await verdictOf(step, [300, 0])).toMatchObject({ verdict: 'step', suspects: [{ kind: 'step' }] });
  });

  test('a leak from two snapshots, and from none', async () => {
    expect(await verdictOf(rising, [200])).toMatchObject({ verdict: 'leak', suspects: [{ owner: 'clients' }] });
    expect(await verdictOf(rising, [], { shots: [] })).toMatchObject({ verdict: 'leak', suspects: [] });
  });

  test('nothing where the floors stand, and no one is named', async () => {
    expect(await verdictOf(flat, [200, 200])).toMatchObject({ verdict: 'none', suspects: [], allocationSites: [] });
  });

  test('nothing can be said without floors', async () => {
    const report = await judge(evidenceOf(), options);
    expect(report).toMatchObject({ verdict: 'unclear', suspects: [], series: [], growthBytes: 0, bytesPerMinute: 0 });
  });

  test('growth in buffers alone counts', async () => {
    const external = floorsOf(() => 50).map((floor, i) => ({
      ...floor,
      external: (2 + i) * MB,
      rss: 200 * MB + i * MB,
    }));
    expect(await verdictOf(external, [200, 200])).toMatchObject({ verdict: 'leak' });
  });

  test('growth of the heap counts where buffers that wait to be freed hide it', async () => {
    const waiting = seeded(11);
    const noisy = (live: (share: number) => number): Floor[] =>
      floorsOf(live).map((floor) => ({ ...floor, external: (2 + 12 * waiting()) * MB }));
    expect(
      await verdictOf(
        noisy((share) => 10 + 3 * share),
        [200, 200],
      ),
    ).toMatchObject({ verdict: 'leak' });
    expect(await judge(evidenceOf({ floors: noisy(() => 10) }), options)).toMatchObject({ verdict: 'none' });
  });

  test('what swings outside of a heap that stands still has not begun to grow lately', async () => {
    const swinging = floorsOf((share) => 10 + ((share * 60) % 2) / 50).map((floor, i) => ({
      ...floor,
      external: (4 + 1.5 * (i % 5) + (i > 52 ? 3 : 0)) * MB,
    }));
    expect(await judge(evidenceOf({ floors: swinging }), options)).toMatchObject({ verdict: 'none' });
  });

  test('what moves from outside into the heap is no growth', async () => {
    const moved = floorsOf((share) => 10 + 3 * share).map((floor, i) => ({ ...floor, external: (20 - i / 20) * MB }));
    expect(await judge(evidenceOf({ floors: moved }), options)).toMatchObject({ verdict: 'none' });
  });

  test('memory outside of the heap', async () => {
    const native = flat.map((floor, i) => ({ ...floor, rss: floor.heapTotal + (40 + 2 * i) * MB }));
    expect(await judge(evidenceOf({ floors: native }), options)).toMatchObject({ verdict: 'native', suspects: [] });
  });
});

describe('snapshots', () => {
  const read = async (evidence: Partial<Evidence>): Promise<number> => {
    let calls = 0;
    await judge(evidenceOf(evidence), { ...options, onProgress: () => calls++ });
    return calls;
  };

  test('are not read where the floors leave no question open', async () => {
    await withTempDir(async (dir) => {
      const shots = shotsIn(dir, [200, 200]);
      expect(await read({ floors: flat, shots })).toBe(0);
      expect(await read({ floors: rising, shots })).toBeGreaterThan(0);
      expect(await read({ floors: rising, shots: shots.slice(0, 1) })).toBe(0);
      expect(await read({ floors: rising.slice(0, 3), shots })).toBeGreaterThan(0);
    });
  });

  test('progress ends at all of their bytes', async () => {
    await withTempDir(async (dir) => {
      const shots = shotsIn(dir, [200, 200]);
      const total = shots.reduce((sum, shot) => sum + shot.fileBytes, 0);
      const seen: number[][] = [];
      await judge(evidenceOf({ floors: rising, shots }), { ...options, onProgress: (...now) => seen.push(now) });
      expect(seen.at(-1)).toEqual([total, total]);
      expect(seen.every(([done], i) => i === 0 || done! >= seen[i - 1]![0]!)).toBe(true);
    });
  });

  test.each([
    ['damaged', (file: string) => fs.writeFileSync(file, '{"snapshot": nonsense')],
    ['cut off', (file: string) => fs.truncateSync(file, 300)],
    ['empty', (file: string) => fs.writeFileSync(file, '')],
    ['gone', (file: string) => fs.rmSync(file)],
  ])('one that is %s is a warning; the others speak', async (_, damage) => {
    await withTempDir(async (dir) => {
      const shots = shotsIn(dir, [200, 200]);
      damage(shots[1]!.file);
      const report = await judge(evidenceOf({ floors: rising, shots }), options);
      expect(report).toMatchObject({
        verdict: 'leak',
        suspects: [{ owner: 'clients', count: 400, steps: [] }],
        warnings: [{ code: 'PLIM_WARN_SNAPSHOT_FAILED', message: expect.stringContaining('1.heapsnapshot') }],
      });
      damage(shots[0]!.file);
      const two = await judge(evidenceOf({ floors: rising, shots }), options);
      expect(two).toMatchObject({ verdict: 'leak', suspects: [] });
      expect(two.warnings).toHaveLength(2);
    });
  });

  test('one that lacks its names is a warning too, and its figures count', async () => {
    await withTempDir(async (dir) => {
      const shots = shotsIn(dir, [200, 200]);
      for (const { file } of shots) fs.truncateSync(file, fs.readFileSync(file, 'utf8').indexOf('"strings"'));
      const report = await judge(evidenceOf({ floors: rising, shots }), options);
      expect(report.warnings.map(({ code }) => code)).toEqual(Array(3).fill('PLIM_WARN_SNAPSHOT_PARTIAL'));
      expect(report).toMatchObject({ verdict: 'leak', suspects: [{ leaked: 'Object', count: 400 }] });
    });
  });

  test('what was warned of before comes first', async () => {
    const warning = { code: 'PLIM_WARN_WATCH_LOST', message: 'lost' } as const;
    expect((await judge(evidenceOf({ floors: rising, warnings: [warning] }), options)).warnings).toEqual([warning]);
  });
});

describe('floors', () => {
  test('the one at exit does not count when it falls: the program has put its things away', async () => {
    const few = rising.filter((_, i) => i % 5 === 0);
    const atExit = floorOf(61_000, 30 * MB, { atExit: true });
    const without = await judge(evidenceOf({ floors: few }), options);
    const { growthBytes } = without;
    expect(without).toMatchObject({ verdict: 'leak' });
    expect(await judge(evidenceOf({ floors: [...few, atExit] }), options)).toMatchObject({
      verdict: 'leak',
      growthBytes,
    });
    const fall = floorOf(61_000, 30 * MB);
    expect((await judge(evidenceOf({ floors: [...few, fall] }), options)).growthBytes).toBeLessThan(growthBytes);
  });

  test('those of a program that takes a while to put its things away end where it held most', async () => {
    const few = rising.filter((_, i) => i % 5 === 0);
    const { growthBytes } = await judge(evidenceOf({ floors: few }), options);
    const tidying = [floorOf(60_500, 50 * MB), floorOf(61_000, 31 * MB), floorOf(61_500, 30 * MB, { atExit: true })];
    const report = await judge(evidenceOf({ floors: [...few, ...tidying] }), options);
    expect(report).toMatchObject({ verdict: 'leak', growthBytes });
    // A fall long before the end is the program's way.
    const early = [...few.slice(0, 9), ...few.slice(9).map((floor) => ({ ...floor, heapUsed: 40 * MB }))];
    const left = [...early, floorOf(61_000, 30 * MB, { atExit: true })];
    expect((await judge(evidenceOf({ floors: left }), options)).verdict).not.toBe('leak');
  });

  test('where most were asked for, only those are compared', async () => {
    const mixed = rising.map((floor, i) => ({
      ...floor,
      asked: i % 4 !== 0,
      heapUsed: floor.heapUsed + (i % 4 === 0 ? 40 * MB : 0),
    }));
    expect(await judge(evidenceOf({ floors: mixed }), options)).toMatchObject({ verdict: 'leak' });
    const natural = rising.map((floor, i) => ({ ...floor, asked: i % 4 === 0 }));
    expect(await judge(evidenceOf({ floors: natural }), options)).toMatchObject({ verdict: 'leak' });
  });
});

describe('rounds of a driven load', () => {
  const driven = (live: (round: number) => number, warmups: number, rounds: number): Evidence => {
    const all: Round[] = Array.from({ length: warmups + rounds }, (_, i) => ({
      number: i + 1,
      warmup: i < warmups,
      at: (i + 1) * 2000,
    }));
    const floors = all.flatMap(({ number, at }) => [
      floorOf(at - 1000, (200 + number) * MB),
      floorOf(at, live(number) * MB, { asked: true }),
    ]);
    return evidenceOf({ floors, rounds: all });
  };

  test('are compared by their ends: what happens in between does not count', async () => {
    const leak = await judge(
      driven((round) => 50 + round * 0.5, 2, 7),
      options,
    );
    expect(leak).toMatchObject({ verdict: 'leak', explanation: expect.stringContaining('in 7 of 7 equal rounds') });
    expect(leak.growthBytes).toBe(3.5 * MB);
    expect(leak.environment.rounds).toBe(9);
    expect(
      await judge(
        driven((round) => 50 + (round % 2), 2, 7),
        options,
      ),
    ).toMatchObject({
      verdict: 'none',
      explanation: expect.stringContaining('over 7 rounds'),
    });
  });

  test('what warm-up adds does not count', async () => {
    expect(
      await judge(
        driven((round) => (round < 2 ? 20 : 50), 2, 7),
        options,
      ),
    ).toMatchObject({ verdict: 'none' });
  });

  test('without a warm-up the first is the base', async () => {
    expect(
      (
        await judge(
          driven((round) => 50 + round, 0, 7),
          options,
        )
      ).growthBytes,
    ).toBe(6 * MB);
  });

  test('fewer than three are too few: time is the axis, and no rounds are spoken of', async () => {
    const report = await judge(
      driven((round) => 50 + round, 2, 2),
      options,
    );
    expect(report.explanation).not.toContain('rounds');
  });

  test('count in the sentence as well', async () => {
    await withTempDir(async (dir) => {
      const shots = shotsIn(dir, [200, 200]).map((shot, i) => ({ ...shot, round: 2 + 4 * i }));
      const report = await judge({ ...driven((round) => 50 + round, 2, 8), shots }, options);
      expect(report.suspects[0]!.sentence).toContain('+50 a round');
    });
  });
});

describe('the rest of the report', () => {
  test('series and environment, in round figures', async () => {
    const floors = [...rising, floorOf(60_500.4, 81 * MB, { asked: true }), floorOf(60_700, 82 * MB, { nudged: true })];
    const report = await withTempDir((dir) => judge(evidenceOf({ floors, shots: shotsIn(dir, [200]) }), options));
    expect(report.series).toHaveLength(63);
    expect(report.series[61]).toEqual({
      at: 60_500,
      heapUsed: 81 * MB,
      external: 2 * MB,
      arrayBuffers: MB,
      rss: 141 * MB,
      asked: true,
    });
    expect(report.environment).toEqual({
      plimsoll: '1.2.3',
      node: 'v20.20.2',
      platform: process.platform,
      arch: process.arch,
      pid: 4711,
      threadId: 0,
      argv: ['node', 'app.mjs'],
      cwd: '/app',
      heapLimitBytes: 4096 * MB,
      memoryLimitBytes: null,
      watchedMs: 60_700,
      floors: 63,
      askedCollections: 2,
      snapshots: [
        { at: 20_000, bytes: expect.any(Number), pauseMs: 100 },
        { at: 40_000, bytes: expect.any(Number), pauseMs: 100 },
      ],
      rounds: 0,
    });
  });

  test('allocation sites, through the source maps of the program', async () => {
    await withTempDir(async (dir) => {
      writeTree(dir, {
        profile: JSON.stringify({ head: profileOf([[`getClient@${AGENT}:1`, `Client@${AGENT}:9`], 9000]) }),
        maps: JSON.stringify({ [AGENT]: sourceMapOf('/app/src/agent.ts', [56, 0, 0, 0, 0, 0, 0, 0, 98]) }),
        damaged: 'no JSON',
      });
      const file = (name: string): string => path.join(dir, name);
      const report = await judge(
        evidenceOf({
          floors: rising,
          shots: shotsIn(dir, [200, 200]),
          profiles: [{ file: file('profile'), at: 60_000 }],
          scriptMaps: [file('damaged'), file('missing'), file('maps')],
        }),
        options,
      );
      expect(report.suspects[0]).toMatchObject({ allocatedIn: 'getClient (src/agent.ts:57)', file: 'src/agent.ts' });
      expect(report.allocationSites).toEqual([
        { function: 'Client', file: 'src/agent.ts', line: 99, bytes: 9000, share: 1 },
      ]);
    });
  });
});
