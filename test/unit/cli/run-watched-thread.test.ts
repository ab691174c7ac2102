import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { thinOut, WatchedThread } from '../../../src/cli/run/watched-thread.ts';
import type { Floor, Hello, Message, Orders } from '../../../src/diagnose/wire.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

const HELLO: Hello = {
  kind: 'hello',
  pid: 77,
  ppid: 1,
  threadId: 0,
  argv: ['node', 'app.js'],
  execArgv: [],
  cwd: '/app',
  node: 'v20.0.0',
  startedAt: 1_000,
  heapLimitBytes: 1,
  survivorLimitBytes: 1,
  memoryLimitBytes: null,
  launcher: null,
};

function floor(at: number, order?: number): Floor {
  const bytes = { heapUsed: 1, heapTotal: 1, external: 0, arrayBuffers: 0, rss: 1 };
  return { kind: 'floor', at, asked: true, pauseMs: 1, ...bytes, ...(order === undefined ? {} : { order }) };
}

function begin(file: string, at = 5): Message {
  const estimate = { pauseMs: 1, memoryBytes: 1, fileBytes: 1 };
  return { kind: 'snapshot-begin', at, file, why: 'ordered', heapUsed: 1, estimate };
}

function end(file: string, at = 5, order?: number): Message {
  const sizes = { pauseMs: 9, fileBytes: 3, rssBefore: 10, rssAfter: 15 };
  return { kind: 'snapshot-end', at, file, ...sizes, ...(order === undefined ? {} : { order }) };
}

function readOrders(dir: string): Orders {
  return JSON.parse(fs.readFileSync(path.join(dir, '77-0.orders.json'), 'utf8')) as Orders;
}

test('its age goes on with our clock between messages, and stands still while a snapshot is written', () =>
  withTempDir((dir) => {
    const thread = new WatchedThread(HELLO, dir, 500, 3_000);
    expect(thread.ageAt(600)).toBe(2_100);
    thread.accept(floor(2_500), 1_000);
    expect(thread.ageAt(1_300)).toBe(2_800);
    thread.accept(begin(path.join(dir, 's'), 2_900), 1_400);
    expect(thread.ageAt(9_000)).toBe(2_900);
    thread.accept({ kind: 'exit', at: 3_100, code: 0 }, 9_100);
    expect(thread.ageAt(99_999)).toBe(3_100);
    expect(thread.hasExited).toBe(true);
  }));

test('orders are numbered, replaced as a whole, and forgotten once answered', () =>
  withTempDir((dir) => {
    const thread = new WatchedThread(HELLO, dir, 0, 1_000);
    expect([thread.order('floor'), thread.order('snapshot')]).toEqual([1, 2]);
    expect(readOrders(dir)).toEqual({
      orders: [
        { id: 1, what: 'floor' },
        { id: 2, what: 'snapshot' },
      ],
      snapshotAtExit: false,
    });
    thread.accept(floor(1, 1), 1);
    expect([thread.isAnswered(1), thread.isAnswered(2)]).toEqual([true, false]);
    thread.setSnapshotAtExit(true);
    thread.order('floor');
    expect(readOrders(dir).snapshotAtExit).toBe(true);
    expect(readOrders(dir).orders.map(({ id }) => id)).toEqual([2, 3]);
  }));

test('a snapshot order is answered by the snapshot, not by the floor before it', () =>
  withTempDir((dir) => {
    const thread = new WatchedThread(HELLO, dir, 0, 1_000);
    const order = thread.order('snapshot');
    thread.accept(floor(1, order), 1);
    expect(thread.isAnswered(order)).toBe(false);
    thread.accept(end('s', 5, order), 2);
    expect(thread.isAnswered(order)).toBe(true);
    expect(thread.attempts).toEqual([{ at: 5, taken: true, pauseMs: 9 }]);
  }));

test('what was refused or failed becomes a warning, once', () =>
  withTempDir((dir) => {
    const thread = new WatchedThread(HELLO, dir, 0, 1_000);
    for (const how of ['refused', 'refused', 'failed'] as const) {
      thread.accept({ kind: 'snapshot-missed', at: 1, how, reason: `It was ${how}.` }, 1);
    }
    thread.accept({ kind: 'trouble', part: 'profiler', message: 'gone' }, 1);
    expect(thread.warnings).toEqual([
      { code: 'PLIM_WARN_SNAPSHOT_REFUSED', message: 'It was refused.' },
      { code: 'PLIM_WARN_SNAPSHOT_FAILED', message: 'It was failed.' },
      { code: 'PLIM_WARN_WATCH_LOST', message: 'Part of the watch failed (profiler): gone' },
    ]);
    expect(thread.attempts.every((attempt) => !attempt.taken)).toBe(true);
  }));

test('of a process killed inside a snapshot the half file goes, and a warning stays', () =>
  withTempDir((dir) => {
    const thread = new WatchedThread(HELLO, dir, 0, 1_000);
    const file = path.join(dir, '77-0-1.heapsnapshot');
    fs.writeFileSync(`${file}.partial`, 'x');
    thread.accept(begin(file), 1);
    thread.settle(2);
    expect(fs.readdirSync(dir)).toEqual([]);
    expect(thread.warnings[0]).toMatchObject({ code: 'PLIM_WARN_SNAPSHOT_FAILED' });
    expect(thread.shots).toEqual([]);
  }));

test('old snapshots and profiles are deleted, the newest four stay', () =>
  withTempDir((dir) => {
    const thread = new WatchedThread(HELLO, dir, 0, 1_000);
    for (let k = 1; k <= 6; k++) {
      const [shot, profile] = [path.join(dir, `s${k}`), path.join(dir, `p${k}`)];
      fs.writeFileSync(shot, '');
      fs.writeFileSync(profile, '');
      thread.accept(end(shot, k), k);
      thread.accept({ kind: 'profile', at: k, file: profile }, k);
    }
    thread.dropOldShots({ count: 'auto' });
    expect(fs.readdirSync(dir).sort((a, b) => a.localeCompare(b))).toEqual([
      'p3',
      'p4',
      'p5',
      'p6',
      's3',
      's4',
      's5',
      's6',
    ]);
    const evidence = thread.toEvidence([{ code: 'PLIM_WARN_DRIVE_FAILED', message: 'x' }]);
    expect(evidence.shots.map((shot) => path.basename(shot.file))).toEqual(['s3', 's4', 's5', 's6']);
    expect(evidence.shots[0]).toEqual({ file: path.join(dir, 's3'), at: 3, pauseMs: 9, fileBytes: 3, rssAdded: 5 });
    expect(evidence.profiles).toHaveLength(4);
    expect(evidence.warnings).toHaveLength(1);
    expect(evidence.endedAt).toBe(6);
  }));

test('a server shows in the newest resources', () =>
  withTempDir((dir) => {
    const thread = new WatchedThread(HELLO, dir, 0, 1_000);
    const count = (counts: Record<string, number>): void => thread.accept({ kind: 'resources', at: 1, counts }, 1);
    expect(thread.isListening).toBe(false);
    count({ TCPSocketWrap: 2, Timeout: 1 });
    expect(thread.isListening).toBe(false);
    count({ TCPServerWrap: 1 });
    expect(thread.isListening).toBe(true);
  }));

test('a long series is thinned out in its older half and keeps its ends', () => {
  const list: number[] = [];
  for (let k = 0; k < 10_000; k++) {
    list.push(k);
    thinOut(list, 100);
  }
  expect(list.length).toBeLessThanOrEqual(100);
  expect(list[0]).toBe(0);
  expect(list.slice(-30)).toEqual(Array.from({ length: 30 }, (_, k) => 9_970 + k));
});
