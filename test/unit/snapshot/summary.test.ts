import { describe, expect, test } from 'vitest';
import { summarise } from '../../../src/snapshot/summary.ts';
import { HeapBuilder, NODE_TYPES } from '../../helpers/heap-builder.ts';
import { openBytes } from '../../helpers/open-bytes.ts';

const summaryOf = async (heap: HeapBuilder, biggest?: number) =>
  summarise(await openBytes(heap.toBytes()), biggest === undefined ? {} : { biggest });

describe('classes', () => {
  test('are named by constructor, or by kind where there is none', async () => {
    const heap = new HeapBuilder();
    for (const type of NODE_TYPES) heap.property(heap.root, 'x', heap.node(type, 'Name'));
    heap.property(heap.root, 'x', heap.object(''));
    const names = (await summaryOf(heap)).classes.map(({ name }) => name).sort();
    expect(names).toEqual([
      '(anonymous)',
      '(array)',
      '(bigint)',
      '(closure)',
      '(compiled code)',
      '(concatenated string)',
      '(number)',
      '(object shape)',
      '(regexp)',
      '(sliced string)',
      '(string)',
      '(symbol)',
      '(synthetic)',
      '(system)',
      'Name',
    ]);
  });

  test('retain what their topmost objects retain: nothing twice, siblings both', async () => {
    const heap = new HeapBuilder();
    const top = heap.property(heap.root, 'a', heap.object('Tree', { self: 1 }));
    const leaf = heap.property(top, 'wrapped', heap.object('Leaf', { self: 10 }));
    heap.property(leaf, 'inner', heap.object('Tree', { self: 100 }));
    heap.property(heap.root, 'b', heap.object('Tree', { self: 1000 }));
    heap.object('Tree', { self: 10_000 });
    const summary = await summaryOf(heap);
    expect(summary.classes).toEqual([
      { name: 'Tree', count: 4, shallowBytes: 11_101, retainedBytes: 11_111 },
      { name: '(synthetic)', count: 1, shallowBytes: 0, retainedBytes: 1111 },
      { name: 'Leaf', count: 1, shallowBytes: 10, retainedBytes: 110 },
    ]);
    expect(summary).toMatchObject({ nodeCount: 6, edgeCount: 4, unreachableCount: 1, totalBytes: 11_111 });
  });

  test('a file without its strings still has its kinds', async () => {
    const heap = new HeapBuilder();
    heap.property(heap.root, 'a', heap.object('Tree'));
    const text = heap.toText();
    const { classes } = summarise(await openBytes(Buffer.from(text.slice(0, text.indexOf('"strings"')))));
    expect(classes.map(({ name, count }) => [name, count])).toEqual([
      ['(anonymous)', 1],
      ['(synthetic)', 1],
    ]);
  });
});

describe('the biggest', () => {
  test('a chain is one entry, standing where the weight is', async () => {
    const heap = new HeapBuilder();
    const app = heap.property(heap.root, 'app', heap.object('App'));
    const map = heap.property(app, 'cache', heap.object('Map'));
    const table = heap.internal(map, 'table', heap.array('', { self: 1000 }));
    for (let i = 0; i < 10; i++) heap.internal(table, String(i), heap.object('Entry', { self: 1000 + i }));
    const { biggest } = await summaryOf(heap, 3);
    expect(biggest.map(({ className }) => className)).toEqual(['Map', 'Entry', 'Entry']);
    expect(biggest[0]).toEqual({
      ordinal: map,
      id: heap.idOf(map),
      className: 'Map',
      shallowBytes: 16,
      retainedBytes: 16 + 1000 + 10_045,
      within: [app],
    });
    expect(biggest.slice(1).map(({ retainedBytes }) => retainedBytes)).toEqual([1009, 1008]);
  });

  test('a chain ends where a tenth of its weight is gone', async () => {
    const heap = new HeapBuilder();
    let last = heap.root;
    for (const name of ['A', 'B', 'C', 'D']) {
      last = heap.property(last, 'x', heap.object(name, { self: 1 }));
      heap.internal(last, 'data', heap.array('', { self: 6 }));
    }
    heap.internal(last, 'data', heap.array('', { self: 80 }));
    const { biggest } = await summaryOf(heap);
    expect(biggest).toMatchObject([{ className: 'B', retainedBytes: 101, within: [1] }]);
  });

  test('a linked list is one entry, named by its first link', async () => {
    const heap = new HeapBuilder();
    const list = heap.property(heap.root, 'list', heap.object('List'));
    const first = heap.property(list, 'head', heap.object('Link', { self: 100 }));
    for (let i = 0, last = first; i < 200; i++) last = heap.property(last, 'next', heap.object('Link', { self: 100 }));
    const { biggest } = await summaryOf(heap, 5);
    expect(biggest.map(({ ordinal }) => ordinal).slice(0, 1)).toEqual([first]);
    expect(biggest.slice(1).every(({ retainedBytes }) => retainedBytes <= 1000)).toBe(true);
  });

  test('only what an author would call an object; as many as asked for', async () => {
    const heap = new HeapBuilder();
    heap.property(heap.root, 'text', heap.string('x', { self: 5000 }));
    heap.property(heap.root, 'code', heap.node('code', 'x', { self: 5000 }));
    for (let i = 0; i < 30; i++) heap.property(heap.root, 'c', heap.closure(`f${i}`, { self: i }));
    expect((await summaryOf(heap)).biggest.map(({ shallowBytes }) => shallowBytes)).toEqual(
      Array.from({ length: 20 }, (_, i) => 29 - i),
    );
    expect((await summaryOf(heap, 0)).biggest).toEqual([]);
    expect((await summaryOf(heap, 1)).biggest).toMatchObject([{ className: '(closure)', shallowBytes: 29 }]);
    expect((await summaryOf(new HeapBuilder())).biggest).toEqual([]);
  });
});
