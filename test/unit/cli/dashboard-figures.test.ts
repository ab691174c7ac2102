/** What the dashboard of `plimsoll run` shows of a program that is watched from outside. */
import { describe, expect, test } from 'vitest';
import { WatchedFigures } from '../../../src/cli/dashboard/watched-figures.ts';
import { nowMs } from '../../../src/cli/run/watch.ts';
import { WatchedThread } from '../../../src/cli/run/watched-thread.ts';
import type { Hello } from '../../../src/diagnose/wire.ts';

const MIB = 1024 * 1024;
// Above what Linux gives out: nothing of /proc is read.
const NO_PID = 2 ** 22 + 1;

function threadOf(pid: number = NO_PID): WatchedThread {
  const hello: Hello = {
    kind: 'hello',
    pid,
    ppid: 1,
    threadId: 0,
    argv: ['node', 'app.js', '--password=secret'],
    execArgv: [],
    cwd: '/nowhere',
    node: 'v20.20.2',
    startedAt: Date.now() - 60_000,
    heapLimitBytes: 1_000 * MIB,
    survivorLimitBytes: 900 * MIB,
    memoryLimitBytes: null,
    launcher: null,
  };
  return new WatchedThread(hello, '/nowhere', nowMs(), Date.now());
}

/** Lets a thread tell of floors a second apart that rise by `step` each. */
function grow(thread: WatchedThread, floors: number, step: number): WatchedThread {
  for (let i = 0; i < floors; i++) {
    const memory = {
      heapUsed: 20 * MIB + i * step,
      heapTotal: 60 * MIB,
      external: 2 * MIB,
      arrayBuffers: MIB,
      rss: 90 * MIB,
    };
    thread.accept({ kind: 'floor', at: 1_000 * (i + 1), asked: i % 2 === 0, pauseMs: 5 + i, ...memory }, nowMs());
  }
  return thread;
}

type Json = Readonly<Record<string, never>> & {
  readonly monitor: Readonly<Record<string, unknown>>;
  readonly process: unknown;
};

const figuresOf = (threads: readonly WatchedThread[], word?: string): WatchedFigures =>
  new WatchedFigures({ label: 'app.js', threads: () => threads, word: () => word }, () => {});
const statsOf = (figures: WatchedFigures): Json => figures.stats() as Json;

describe('figures of a program under watch', () => {
  test('are the newest floor, its trend, and the word so far', () => {
    const thread = grow(threadOf(), 60, MIB);
    const stats = statsOf(figuresOf([thread], 'rising'));
    expect(stats).toMatchObject({
      outside: true,
      note: null,
      process: { pid: NO_PID, uptimeSeconds: expect.any(Number) },
    });
    expect(stats.monitor).toMatchObject({
      name: 'app.js',
      level: 'warning',
      word: 'Rising',
      heap: { floorBytes: 79 * MIB, limitBytes: 1_000 * MIB },
      externalBytes: 2 * MIB,
      rssBytes: 90 * MIB,
      container: null,
      gc: { observed: { count: 60, asked: 30, newestPauseMs: 64 } },
      handles: null,
      trend: {
        bytesPerMinute: expect.closeTo(60 * MIB, -7),
        reason: expect.stringMatching(/^The heap floor rises by/),
      },
    });
    expect((stats.monitor['trend'] as Json)['timeToLimitMs']).toBeGreaterThan(10 * 60_000);
  });

  test('hold nothing that nobody told: no arguments, no caches, no loop, nothing between floors', () => {
    const text = JSON.stringify(statsOf(figuresOf([grow(threadOf(), 3, 0)])));
    expect(text).not.toMatch(/secret|caches|scopes|sessions|loopDelay|heapUsed/);
  });

  test('say so before there is anything', () => {
    expect(statsOf(figuresOf([]))).toMatchObject({ process: null, monitor: { level: null, word: 'Waiting' } });
    const stats = statsOf(figuresOf([threadOf()]));
    expect(stats.monitor).toMatchObject({
      level: null,
      heap: { floorBytes: null },
      rssBytes: null,
      trend: { bytesPerMinute: null, timeToLimitMs: null, reason: 'No collection was seen yet.' },
    });
  });

  test('have handles, descriptors and warnings', () => {
    const thread = grow(threadOf(), 2, 0);
    thread.accept({ kind: 'resources', at: 1, counts: { Timeout: 3 } }, nowMs());
    thread.noteOpen({ descriptors: 20, threads: 7 }, nowMs());
    thread.warn('PLIM_WARN_SNAPSHOT_REFUSED', 'It would take too long.');
    expect(statsOf(figuresOf([thread])).monitor).toMatchObject({
      handles: { Timeout: 3, 'file descriptors': 20, threads: 7 },
      alerts: { active: [], recent: [{ rule: 'PLIM_WARN_SNAPSHOT_REFUSED', message: 'It would take too long.' }] },
    });
  });

  test('are of the thread that grew most, without going to and fro', () => {
    const [one, other] = [grow(threadOf(), 20, MIB / 4), grow(threadOf(NO_PID + 1), 20, MIB / 8)];
    const figures = figuresOf([one, other]);
    expect(statsOf(figures)).toMatchObject({ process: { pid: NO_PID }, note: 'and 1 more process or thread' });
    grow(other, 30, MIB / 4);
    expect(statsOf(figures)).toMatchObject({ process: { pid: NO_PID } });
    grow(other, 80, MIB);
    expect(statsOf(figures)).toMatchObject({ process: { pid: NO_PID + 1 } });
  });

  test('leave a process that has ended for one that has not', () => {
    const [one, other] = [grow(threadOf(), 20, MIB), grow(threadOf(NO_PID + 1), 20, 0)];
    const figures = figuresOf([one, other]);
    expect(statsOf(figures)).toMatchObject({ process: { pid: NO_PID } });
    one.accept({ kind: 'exit', at: 30_000, code: 0 }, nowMs());
    expect(statsOf(figures)).toMatchObject({ process: { pid: NO_PID + 1 } });
  });

  test('have a history of floors, on the clock of the wall', () => {
    const { samples, floors } = figuresOf([grow(threadOf(), 5, MIB)]).series() as {
      samples: Record<string, number[]>;
      floors: Record<string, number[]>;
    };
    expect(samples['rssBytes']).toEqual(Array.from({ length: 5 }, () => 90 * MIB));
    expect(floors['heapBytes']!.at(-1)).toBe(24 * MIB);
    expect(floors['at']).toEqual(samples['at']);
    expect(floors['at']!.at(-1)! - floors['at']![0]!).toBeCloseTo(4_000);
    expect(Math.abs(floors['at']![0]! - Date.now())).toBeLessThan(120_000);
  });

  test('are those of the verdict once that has come', () => {
    const figures = figuresOf([grow(threadOf(), 60, MIB)], 'rising');
    figures.conclusion = { verdict: 'leak', explanation: 'It grew.', suspects: [] };
    expect(statsOf(figures).monitor).toMatchObject({ level: 'critical', word: 'Leak', trend: { reason: 'It grew.' } });
    figures.conclusion = { verdict: 'unclear', explanation: 'Too short.', suspects: [] };
    expect(statsOf(figures).monitor).toMatchObject({ level: null, word: 'Unclear' });
  });
});
