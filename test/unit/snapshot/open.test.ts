import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { NONE } from '../../../src/snapshot/graph.ts';
import { openSnapshot, summarise } from '../../../src/snapshot/index.ts';
import { HeapBuilder } from '../../helpers/heap-builder.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

/** Descriptors of this process that lead into `dir`. */
function openFilesIn(dir: string): string[] {
  return fs.readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(dir) ? [target] : [];
    } catch {
      return [];
    }
  });
}

function smallHeap(): HeapBuilder {
  const heap = new HeapBuilder();
  const map = heap.property(heap.root, 'map', heap.object('Map'));
  for (let i = 0; i < 2000; i++) heap.element(map, i, heap.object('Entry', { self: 24 }));
  return heap;
}

describe('a real snapshot of this Node.js', () => {
  test('opens, and its totals are those of JSON.parse', async () => {
    await withTempDir(async (dir) => {
      const file = path.join(dir, 'real.heapsnapshot');
      const code = `globalThis.kept = new WeakMap([[globalThis.key = { a: 1 }, { b: ['ü', 2 ** 40] }]]);
        require('node:v8').writeHeapSnapshot(${JSON.stringify(file)});`;
      await new Promise((resolve, reject) => new Worker(code, { eval: true }).on('exit', resolve).on('error', reject));
      const snapshot = await openSnapshot(file);
      const { graph, tree } = snapshot;
      const whole = JSON.parse(fs.readFileSync(file, 'latin1')) as {
        snapshot: { meta: { node_fields: string[] } };
        nodes: number[];
        edges: number[];
        strings: string[];
        locations: number[];
      };
      const { node_fields: fields } = whole.snapshot.meta;
      const sizes = whole.nodes.filter((_, i) => i % fields.length === fields.indexOf('self_size'));

      expect(snapshot.truncated).toBeNull();
      expect(graph.nodeCount).toBe(sizes.length);
      expect(graph.edgeCount).toBe(whole.edges.length / 3);
      expect(graph.locations.count).toBe(whole.locations.length / 4);
      expect(whole.strings.every((text, i) => graph.strings.get(i) === text)).toBe(true);
      const summary = summarise(snapshot);
      expect(summary.totalBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
      expect(tree.count).toBeGreaterThan(graph.nodeCount * 0.99);
      expect(snapshot.ephemerons.size).toBeGreaterThan(0);
      expect(summary.classes.find(({ name }) => name === 'WeakMap')?.count).toBeGreaterThan(0);
    });
  });
});

test('what is asked for twice is worked out once', async () => {
  await withTempDir(async (dir) => {
    const file = smallHeap().write(path.join(dir, 'a b ü.heapsnapshot'));
    const snapshot = await openSnapshot(file);
    expect(snapshot).toMatchObject({ file, fileBytes: fs.statSync(file).size });
    expect(snapshot.essential).toBe(snapshot.essential);
    expect(snapshot.tree).toBe(snapshot.tree);
    expect(snapshot.ephemerons).toBe(snapshot.ephemerons);
    expect(snapshot.tree.retained[0]).toBe(16 + 2000 * 24);
    expect(snapshot.tree.numberOf.includes(NONE)).toBe(false);
    expect(openFilesIn(dir)).toEqual([]);
  });
});

test('progress goes up to the size of the file', async () => {
  await withTempDir(async (dir) => {
    const file = smallHeap().write(path.join(dir, 'x.heapsnapshot'));
    const { size } = fs.statSync(file);
    const seen: [number, number][] = [];
    await openSnapshot(file, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([size, size]);
  });
});

describe('the file is closed and the error is the reason', () => {
  test.each([
    ['aborted before', 0],
    ['aborted while reading', 1],
  ])('%s', async (_, progressCalls) => {
    await withTempDir(async (dir) => {
      const file = smallHeap().write(path.join(dir, 'x.heapsnapshot'));
      const controller = new AbortController();
      const reason = new Error('enough');
      if (progressCalls === 0) controller.abort(reason);
      const opening = openSnapshot(file, { signal: controller.signal, onProgress: () => controller.abort(reason) });
      await expect(opening).rejects.toBe(reason);
      expect(openFilesIn(dir)).toEqual([]);
    });
  });

  test('a progress callback that throws', async () => {
    await withTempDir(async (dir) => {
      const file = smallHeap().write(path.join(dir, 'x.heapsnapshot'));
      const error = new Error('not ours');
      const opening = openSnapshot(file, {
        onProgress: () => {
          throw error;
        },
      });
      await expect(opening).rejects.toBe(error);
      expect(openFilesIn(dir)).toEqual([]);
    });
  });

  test('a damaged file', async () => {
    await withTempDir(async (dir) => {
      const file = path.join(dir, 'x.heapsnapshot');
      fs.writeFileSync(file, '{"snapshot":7}');
      await expect(openSnapshot(file)).rejects.toMatchObject({ code: 'PLIM_ERR_SNAPSHOT_FORMAT', offset: 12 });
      expect(openFilesIn(dir)).toEqual([]);
    });
  });
});

describe('what cannot be read is said with its name', () => {
  test('a missing file, with the cause', async () => {
    await withTempDir(async (dir) => {
      await expect(openSnapshot(path.join(dir, 'none'))).rejects.toMatchObject({
        code: 'PLIM_ERR_FILE_UNREADABLE',
        cause: { code: 'ENOENT' },
        message: expect.stringContaining('none') as string,
      });
    });
  });

  test.each([
    ['a folder', '/', /got a folder/],
    ['a device', '/dev/null', /got no regular file/],
  ])('%s', async (_, file, message) => {
    await expect(openSnapshot(file)).rejects.toMatchObject({
      code: 'PLIM_ERR_FILE_UNREADABLE',
      message: expect.stringMatching(message) as string,
    });
  });
});
