import { expect, test } from 'vitest';
import { type HeapGraph, openSnapshot } from '../../../src/snapshot/index.ts';
import { areRelated, newestId } from '../../../src/snapshot/related.ts';
import { HeapBuilder } from '../../helpers/heap-builder.ts';
import { withTempDir } from '../../helpers/temp-dir.ts';

async function graphOf(heap: HeapBuilder): Promise<HeapGraph> {
  return await withTempDir(async (dir) => (await openSnapshot(heap.write(`${dir}/a`))).graph);
}

/** Objects of the given classes, ids as V8 gives them: 3, 5, 7 and so on. */
function heapOf(classes: readonly string[]): HeapBuilder {
  const heap = new HeapBuilder();
  for (const name of classes) heap.property(heap.root, 'x', heap.object(name));
  return heap;
}

const classes = Array.from({ length: 200 }, (_, i) => `Class${i % 50}`);

test('the same ids for the same things: one process', async () => {
  const later = heapOf([...classes, ...classes]);
  expect(areRelated(await graphOf(heapOf(classes)), await graphOf(later))).toBe(true);
});

test('the same ids for other things: two processes', async () => {
  const other = heapOf(classes.map((name, i) => (i % 10 === 0 ? name : `Other${i}`)));
  expect(areRelated(await graphOf(heapOf(classes)), await graphOf(other))).toBe(false);
});

test('a crowd of one class lies at the same ids in any run of a program, and has one vote', async () => {
  const crowd = Array.from({ length: 5_000 }, () => 'Session');
  const other = classes.map((name) => `Other${name}`);
  expect(areRelated(await graphOf(heapOf([...classes, ...crowd])), await graphOf(heapOf([...other, ...crowd])))).toBe(
    false,
  );
});

test('the same name on another kind of thing is another thing', async () => {
  const functions = new HeapBuilder();
  for (const name of classes) functions.property(functions.root, 'x', functions.closure(name));
  expect(areRelated(await graphOf(heapOf(classes)), await graphOf(functions))).toBe(false);
});

test('a process whose data has all been replaced is known by what stayed', async () => {
  const before = heapOf(classes);
  const after = heapOf(classes.slice(0, 60));
  for (let i = 0; i < 500; i++) after.property(after.root, 'y', after.object('New', { id: 10_001 + 2 * i }));
  expect(areRelated(await graphOf(before), await graphOf(after))).toBe(true);
});

test('texts do not count: they change their form in place', async () => {
  const heapWith = (form: 'string' | 'concatenated string'): HeapBuilder => {
    const heap = heapOf(classes.slice(0, 50));
    for (let i = 0; i < 500; i++) heap.property(heap.root, 'y', heap.node(form, `text ${i}`));
    return heap;
  };
  expect(areRelated(await graphOf(heapWith('concatenated string')), await graphOf(heapWith('string')))).toBe(true);
});

test('nothing in common, or hardly anything, is no relation', async () => {
  const far = new HeapBuilder();
  for (const name of classes) far.property(far.root, 'x', far.object(name, { id: far.nodeCount * 2 + 100_001 }));
  expect(areRelated(await graphOf(heapOf(classes)), await graphOf(far))).toBe(false);
  expect(areRelated(await graphOf(new HeapBuilder()), await graphOf(new HeapBuilder()))).toBe(false);
  expect(areRelated(await graphOf(heapOf(['A'])), await graphOf(heapOf(['A'])))).toBe(false);
});

test('the newest id leaves out things outside the heap, whose ids are addresses', async () => {
  const heap = heapOf(['A', 'B']);
  heap.property(heap.root, 'n', heap.native('Node / Buffer', { id: 4_000_000_000 }));
  expect(newestId(await graphOf(heap))).toBe(5);
});
