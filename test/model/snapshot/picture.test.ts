import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Namer } from '../../../src/snapshot/naming/namer.ts';
import { type HeapBox, heapTree } from '../../../src/snapshot/picture.ts';
import { openBytes } from '../../helpers/open-bytes.ts';
import { holds } from '../../helpers/properties.ts';
import { randomHeap } from '../../helpers/random-heap.ts';

/** Boxes whose children hold more than they do. */
function overfull(box: HeapBox): string[] {
  const inside = box.children.reduce((sum, child) => sum + child.bytes, 0);
  return [...(inside > box.bytes ? [box.name] : []), ...box.children.flatMap(overfull)];
}

test('the boxes of any heap hold no more than what holds them, and the first holds all that is alive', async () => {
  const property = fc.asyncProperty(randomHeap(), async (heap) => {
    const snapshot = await openBytes(heap.toBytes());
    const tree = heapTree(new Namer(snapshot));
    expect(tree.bytes).toBe(snapshot.tree.retained[0]);
    expect(overfull(tree)).toEqual([]);
  });
  await holds(property, 300);
});
