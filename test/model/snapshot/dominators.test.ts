import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dominators } from '../../../src/snapshot/dominators.ts';
import { essentialEdges } from '../../../src/snapshot/essential.ts';
import { type HeapGraph, NONE } from '../../../src/snapshot/graph.ts';
import { retainedSizes } from '../../../src/snapshot/retained.ts';
import { HeapBuilder } from '../../helpers/heap-builder.ts';
import { openBytes } from '../../helpers/open-bytes.ts';
import { holds } from '../../helpers/properties.ts';
import { randomHeap } from '../../helpers/random-heap.ts';

/** Nodes reached from the root over the edges marked in `essential`, never entering `without`. */
function reachable(graph: HeapGraph, essential: Uint8Array, without: number): Set<number> {
  const seen = new Set<number>(without === 0 ? [] : [0]);
  const todo = [...seen];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    for (let edge = graph.firstEdge[node]!; edge < graph.firstEdge[node + 1]!; edge++) {
      const to = graph.edgeTo[edge]!;
      if (essential[edge] === 0 || to === without || seen.has(to)) continue;
      seen.add(to);
      todo.push(to);
    }
  }
  return seen;
}

/** A deep tree with edges thrown across it, forward and back: what path compression is for. */
function wovenTree(branching: number): fc.Arbitrary<HeapBuilder> {
  const pair = fc.tuple(fc.nat(), fc.nat());
  return fc
    .array(fc.nat(branching), { minLength: 4, maxLength: 40 })
    .chain((steps) => fc.tuple(fc.constant(steps), fc.array(pair, { minLength: 2, maxLength: steps.length })))
    .map(([steps, pairs]) => {
      const heap = new HeapBuilder();
      steps.forEach((step, i) => heap.property(Math.max(0, i - step), 'next', heap.object('Link', { self: i })));
      for (const [from, to] of pairs) heap.property(from % steps.length, 'across', to % steps.length);
      return heap;
    });
}

const shapes = {
  'a path with edges across': wovenTree(0),
  'a deep tree with edges across': wovenTree(3),
  'any heap': randomHeap(),
  'thin heaps': randomHeap({ density: 1.2, maxNodes: 60 }),
  'dense heaps': randomHeap({ density: 6, maxNodes: 25 }),
};

describe.each(Object.entries(shapes))('%s', (_, heaps) => {
  test('a node dominates what cannot be reached without it, and retains the bytes of just that', async () => {
    await holds(
      fc.asyncProperty(heaps, async (heap) => {
        const { graph } = await openBytes(heap.toBytes());
        const essential = essentialEdges(graph);
        const tree = dominators(graph, essential);
        const retained = retainedSizes(graph, tree);
        const all = reachable(graph, essential, NONE);

        expect(new Set(tree.ordinalOf)).toEqual(all);
        expect(tree.count).toBe(all.size);
        for (const node of all) {
          const number = tree.numberOf[node]!;
          expect(tree.ordinalOf[number]).toBe(node);
          const left = reachable(graph, essential, node);
          const lost = [...all].filter((other) => !left.has(other));
          expect(retained[number]).toBe(lost.reduce((sum, other) => sum + graph.selfSize[other]!, 0));
          const strictlyAbove = dominatorsOf(tree.idom, number).map((above) => tree.ordinalOf[above]!);
          for (const other of lost)
            if (other !== node) expect(dominates(tree.idom, number, tree.numberOf[other]!)).toBe(true);
          for (const above of strictlyAbove) expect(reachable(graph, essential, above).has(node)).toBe(false);
        }
        for (let node = 0; node < graph.nodeCount; node++) if (!all.has(node)) expect(tree.numberOf[node]).toBe(NONE);
      }),
      1000,
    );
  });
});

function dominatorsOf(idom: Uint32Array, number: number): number[] {
  const found: number[] = [];
  for (let at = number; at !== 0; at = idom[at]!) found.push(idom[at]!);
  return found;
}

function dominates(idom: Uint32Array, above: number, below: number): boolean {
  return above === below || dominatorsOf(idom, below).includes(above);
}
