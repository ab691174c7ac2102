import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openInOrder, timesOf } from '../../../src/cli/snapshot/diff-files.ts';
import { HeapBuilder } from '../../helpers/heap-builder.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

/** A process's heap after it has made so many sessions; `program` tells one program from another. */
function heapWith(sessions: number, program: string = 'app'): HeapBuilder {
  const heap = new HeapBuilder();
  for (let i = 0; i < 40; i++) heap.property(heap.root, `part${i}`, heap.object(`${program}Part${i}`));
  const list = heap.property(heap.root, 'sessions', heap.object('Array'));
  for (let i = 0; i < sessions; i++) heap.element(list, i, heap.object('Session'));
  return heap;
}

function write(dir: string, name: string, heap: HeapBuilder, minute: number): string {
  const file = heap.write(path.join(dir, name));
  fs.utimesSync(file, 1_700_000_000 + minute * 60, 1_700_000_000 + minute * 60);
  return file;
}

const quiet = (): void => undefined;

test('the order is that of the ids, whatever order they are given in', async () => {
  await withTempDir(async (dir) => {
    const first = write(dir, 'z', heapWith(100), 0);
    const last = write(dir, 'a', heapWith(300), 5);
    const found = await openInOrder([last, first], quiet);
    expect(found.snapshots.map(({ file }) => file)).toEqual([first, last]);
    expect(found.reordered).toBe(true);
    expect(found.times).toEqual([0, 300_000]);
    expect((await openInOrder([first, last], quiet)).reordered).toBe(false);
  });
});

test('of many the first, the middle and the last are compared', async () => {
  await withTempDir(async (dir) => {
    const files = [10, 20, 30, 40, 50].map((count, i) => write(dir, `s${i}`, heapWith(count), i));
    const found = await openInOrder([files[3]!, files[0]!, files[4]!, files[1]!, files[2]!], quiet);
    expect(found.snapshots.map(({ file }) => file)).toEqual([files[0], files[2], files[4]]);
    expect(found.given).toBe(5);
    expect(found.times).toEqual([0, 120_000, 240_000]);
  });
});

test('progress counts all files together and never runs backwards', async () => {
  await withTempDir(async (dir) => {
    const files = [10, 20, 30, 40, 50].map((count, i) => write(dir, `s${i}`, heapWith(count), i));
    const seen: [number, number][] = [];
    await openInOrder(files, (done, total) => seen.push([done, total]));
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).sort((a, b) => a - b));
    expect(seen.every(([done, total]) => done <= total)).toBe(true);
  });
});

test.each([
  { what: 'one file', files: ['a'], message: /two or more snapshots of one process, got one/ },
  { what: 'the same file twice', files: ['a', './a'], message: /got \.\/.*|got .* twice/ },
  { what: 'a copy', files: ['a', 'copy'], message: /the same one twice/ },
])('$what is refused', async ({ files, message }) => {
  await withTempDir(async (dir) => {
    write(dir, 'a', heapWith(100), 0);
    fs.copyFileSync(path.join(dir, 'a'), path.join(dir, 'copy'));
    const given = files.map((file) => `${dir}/${file}`);
    await expect(openInOrder(given, quiet)).rejects.toMatchObject({ code: 'PLIM_ERR_OPTION_INVALID' });
    await expect(openInOrder(given, quiet)).rejects.toThrow(message);
  });
});

test('snapshots of different processes are refused by name', async () => {
  await withTempDir(async (dir) => {
    const files = [write(dir, 'a', heapWith(100), 0), write(dir, 'b', heapWith(200, 'other'), 1)];
    await expect(openInOrder(files, quiet)).rejects.toMatchObject({ code: 'PLIM_ERR_SNAPSHOT_UNRELATED' });
  });
});

test('a missing file has its own error', async () => {
  await withTempDir(async (dir) => {
    const file = write(dir, 'a', heapWith(100), 0);
    await expect(openInOrder([file, path.join(dir, 'no')], quiet)).rejects.toMatchObject({
      code: 'PLIM_ERR_FILE_UNREADABLE',
    });
  });
});

test('times that do not rise with the snapshots, or of files copied together, say nothing', () => {
  expect(timesOf([1_000_000, 1_060_000, 1_180_000])).toEqual([0, 60_000, 180_000]);
  expect(timesOf([1_000_000, 900_000])).toBeNull();
  expect(timesOf([1_000_000, 1_000_004, 1_060_000])).toBeNull();
});
