import { expect, test } from 'vitest';
import { NONE } from '../../../src/snapshot/graph.ts';
import { HeapBuilder } from '../../helpers/heap-builder.ts';
import { openBytes } from '../../helpers/open-bytes.ts';

test('a shared object is charged to what both its holders hang on; an island to nobody', async () => {
  const heap = new HeapBuilder();
  const owner = heap.property(heap.root, 'owner', heap.object('Owner', { self: 1 }));
  const left = heap.property(owner, 'left', heap.object('Left', { self: 10 }));
  const right = heap.property(owner, 'right', heap.object('Right', { self: 100 }));
  const shared = heap.property(left, 'shared', heap.object('Shared', { self: 1000 }));
  heap.property(right, 'shared', shared);
  const island = heap.object('Island', { self: 10_000 });
  heap.property(island, 'in', shared);
  const { tree } = await openBytes(heap.toBytes());
  const retained = (node: number) => tree.retained[tree.numberOf[node]!];
  expect([heap.root, owner, left, right, shared].map(retained)).toEqual([1111, 1111, 10, 100, 1000]);
  expect(tree.numberOf[island]).toBe(NONE);
});

test('sums of sizes go beyond 32 bits', async () => {
  const heap = new HeapBuilder();
  for (let i = 0; i < 3; i++) heap.property(heap.root, 'x', heap.native('ArrayBufferData', { self: 2 ** 32 - 1 }));
  const { tree } = await openBytes(heap.toBytes());
  expect(tree.retained[0]).toBe(3 * (2 ** 32 - 1));
});

test('a list of 100,000 links needs no stack', async () => {
  const heap = new HeapBuilder();
  let last = heap.root;
  const links: number[] = [];
  for (let i = 0; i < 100_000; i++) links.push((last = heap.property(last, 'next', heap.object('Link', { self: 1 }))));
  // Links back to the start make path compression go all the way.
  for (const link of links) heap.property(link, 'head', links[0]!);
  for (let i = 2; i < links.length; i += 1000) heap.property(links.at(-1)!, 'some', links[i]!);
  const { tree } = await openBytes(heap.toBytes(), { windowBytes: 1 << 16 });
  expect(tree.retained[tree.numberOf[links[0]!]!]).toBe(100_000);
  expect(tree.retained[tree.numberOf[links.at(-1)!]!]).toBe(1);
});
