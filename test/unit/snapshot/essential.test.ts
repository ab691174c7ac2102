import { expect, test } from 'vitest';
import { ephemeronTables, essentialEdges } from '../../../src/snapshot/essential.ts';
import { EDGE_TYPES, HeapBuilder } from '../../helpers/heap-builder.ts';
import { openBytes } from '../../helpers/open-bytes.ts';

/** Whether each edge of `heap` retains, in the order of the file. */
async function essentialOf(heap: HeapBuilder): Promise<number[]> {
  return [...essentialEdges((await openBytes(heap.toBytes())).graph)];
}

test('all edges retain but weak ones, shortcuts from elsewhere than the root, and edges to oneself', async () => {
  const heap = new HeapBuilder();
  const [a, b] = [heap.object('A'), heap.object('B')];
  for (const from of [heap.root, a]) for (const type of EDGE_TYPES) heap.edge(type, from, 1, b);
  for (const type of EDGE_TYPES) heap.edge(type, b, 1, b);
  const of = (...without: string[]) => EDGE_TYPES.map((type) => (without.includes(type) ? 0 : 1));
  expect(await essentialOf(heap)).toEqual([...of('weak'), ...of('weak', 'shortcut'), ...of(...EDGE_TYPES)]);
});

test("a WeakMap's value is retained by its key, not by the map's table", async () => {
  const heap = new HeapBuilder();
  const map = heap.property(heap.root, 'map', heap.object('WeakMap'));
  const table = heap.internal(map, 'table', heap.array('system / EphemeronHashTable'));
  const key = heap.property(heap.root, 'key', heap.object('Key (with a bracket'));
  const value = heap.ephemeron(table, key, heap.object('Value', { self: 1000 }));
  heap.internal(table, '0', heap.object('Elements'));
  const snapshot = await openBytes(heap.toBytes());
  const { tree, graph } = snapshot;
  const dominatorOf = (node: number) => tree.ordinalOf[tree.idom[tree.numberOf[node]!]!];
  expect(dominatorOf(value)).toBe(key);
  expect(tree.retained[tree.numberOf[key]!]).toBe(1016);
  expect(tree.retained[tree.numberOf[map]!]).toBe(48);
  expect(new Set(ephemeronTables(graph).values())).toEqual(new Set([heap.idOf(table)]));
});

test('a value whose key is one more entry of the same map hangs on that key', async () => {
  const heap = new HeapBuilder();
  const table = heap.internal(heap.root, 'table', heap.array());
  const first = heap.property(heap.root, 'first', heap.object('First'));
  const second = heap.ephemeron(table, first, heap.object('Second'));
  const third = heap.ephemeron(table, second, heap.object('Third'));
  const { tree } = await openBytes(heap.toBytes());
  expect(tree.retained[tree.numberOf[first]!]).toBe(48);
  expect(tree.ordinalOf[tree.idom[tree.numberOf[third]!]!]).toBe(second);
});

test("a table that is itself a key of another map keeps that map's value", async () => {
  const heap = new HeapBuilder();
  const [outer, inner] = [heap.array('Outer'), heap.array('Inner')];
  for (const table of [outer, inner]) heap.internal(heap.root, 'table', table);
  const value = heap.ephemeron(outer, inner, heap.object('Value'));
  heap.ephemeron(inner, heap.property(heap.root, 'key', heap.object('Key')), heap.object('Other'));
  const { tree } = await openBytes(heap.toBytes());
  expect(tree.ordinalOf[tree.idom[tree.numberOf[value]!]!]).toBe(inner);
});

test('entries of long texts, which V8 names by its pattern alone, hang on their keys too', async () => {
  const heap = new HeapBuilder();
  const table = heap.internal(heap.property(heap.root, 'map', heap.object('WeakMap')), 'table', heap.array(''));
  const key = heap.property(heap.root, 'key', heap.object('Key'));
  const text = heap.string('x'.repeat(2000));
  const pair = 'part of key (%s @%u) -> value (%s @%u) pair in WeakMap (table @%u)';
  for (const [i, from] of [key, table].entries()) heap.internal(from, `${i + 4} / ${pair}`, text);
  const lines = heap.ephemeron(table, key, heap.string('one\ntwo'));
  const { tree } = await openBytes(heap.toBytes());
  for (const value of [text, lines]) expect(tree.ordinalOf[tree.idom[tree.numberOf[value]!]!]).toBe(key);
});

test('a name that only looks like an entry changes nothing', async () => {
  const heap = new HeapBuilder();
  heap.property(heap.root, 'x pair in WeakMap (table @1)', heap.object('A'));
  heap.internal(heap.root, ' / part of key pair in WeakMap (table @x)', heap.object('A'));
  expect(await essentialOf(heap)).toEqual([1, 1]);
});
