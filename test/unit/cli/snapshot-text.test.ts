import path from 'node:path';
import { expect, test } from 'vitest';
import { reportSnapshot, type SnapshotReport } from '../../../src/cli/snapshot/show-report.ts';
import { formatShare, snapshotText } from '../../../src/cli/snapshot/show-text.ts';
import { textWidth } from '../../../src/cli/snapshot/table.ts';
import { openSnapshot } from '../../../src/snapshot/index.ts';
import { HeapBuilder } from '../../helpers/heap-builder.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

const SECRET = 'sk-live-4711-do-not-print';

/** A service that holds sessions by their tokens, with names as bundlers and far countries make them. */
function service(): HeapBuilder {
  const heap = new HeapBuilder();
  const gcRoots = heap.synthetic('(GC roots)', { self: 0 });
  heap.property(heap.root, 'roots', gcRoots);
  const scope = heap.node('object', 'system / Context', { self: 48 });
  heap.property(gcRoots, 'script', scope);
  const sessions = heap.context(scope, 'sessions', heap.object('Map', { self: 32 }));
  const table = heap.internal(sessions, 'table', heap.array('', { self: 4096 }));
  for (let i = 0; i < 50; i++) {
    const session = heap.object('Session', { self: 4000 });
    heap.internal(table, String(i), session);
    heap.property(session, 'token', heap.string(`${SECRET}-${i}`, { self: 64 }));
  }
  for (const [name, count] of [
    ['t', 20],
    ['Ünïcode类', 3],
    [`Abstract${'Proxy'.repeat(30)}Bean`, 2],
    ['Evil\u001b[2J\nClass', 1],
  ] as const) {
    const list = heap.context(scope, `list${name.length}`, heap.object('Array', { self: 16 }));
    for (let i = 0; i < count; i++) heap.element(list, i, heap.object(name, { self: 1024 }));
  }
  return heap;
}

async function report(heap: HeapBuilder, top: number, format = {}): Promise<SnapshotReport> {
  return await withTempDir(async (dir) => {
    const snapshot = await openSnapshot(heap.write(path.join(dir, 'a'), format));
    return { ...reportSnapshot(snapshot, top, '', 850), file: 'app.heapsnapshot', fileBytes: 1024 ** 2 };
  });
}

test.each([80, 200])('the page in %i columns', async (columns) => {
  const text = snapshotText(await report(service(), 20), columns);
  await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/snapshot-${columns}.txt`);
});

test('no line is longer than the page, nothing steers the terminal, no data is printed', async () => {
  const text = snapshotText(await report(service(), 20), 60);
  const lines = text.split('\n').slice(3);
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(60);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain(SECRET);
  expect(JSON.stringify(await report(service(), 1000))).not.toContain(SECRET);
});

test('the largest class and the largest holder come first, with variable and share', async () => {
  const { classes, biggest, classCount } = await report(service(), 2);
  expect(classes).toHaveLength(2);
  expect(classCount).toBeGreaterThan(4);
  expect(classes.every(({ name }) => name !== '(synthetic)')).toBe(true);
  const map = biggest.find(({ className }) => className === 'Map');
  expect(map).toMatchObject({ owner: 'sessions', shallowBytes: 32, retainedBytes: 32 + 4096 + 50 * 4064 });
});

test('the entries of a store make one row, however many are large', async () => {
  const { biggest } = await report(service(), 20);
  const sessions = biggest.filter(({ className }) => className === 'Session');
  expect(sessions).toMatchObject([{ owner: 'sessions[key]', retainedBytes: 4064, hasOthersLikeIt: true }]);
  expect(biggest.find(({ className }) => className === 'Map')?.hasOthersLikeIt).toBe(false);
});

test('how many classes are left out is said', async () => {
  expect(snapshotText(await report(service(), 1), 80)).toMatch(/and \d+ more classes \(--top shows more\)/);
  expect(snapshotText(await report(service(), 100), 80)).not.toContain('--top');
});

test('a heap with nothing in it has a page too', async () => {
  expect(snapshotText(await report(new HeapBuilder(), 5), 80)).toContain('0 B alive: 1 nodes');
});

test('a file that is cut off is told in the report', async () => {
  expect((await report(service(), 5)).truncated).toBe(false);
  expect((await report(service(), 5, { truncateAt: -200 })).truncated).toBe(true);
});

test('shares have as many figures as they are worth', () => {
  expect([formatShare(1, 3), formatShare(1, 250), formatShare(5, 5), formatShare(0, 0)]).toEqual([
    '33 %',
    '0.4 %',
    '100 %',
    '0.0 %',
  ]);
});
