import * as fc from 'fast-check';
import { EDGE_TYPES, HeapBuilder, NODE_TYPES } from './heap-builder.ts';

export interface RandomHeapOptions {
  readonly maxNodes?: number;
  /** Edges at most for each node. */
  readonly density?: number;
  readonly names?: fc.Arbitrary<string>;
  readonly sizes?: fc.Arbitrary<number>;
}

/** Heaps of any shape: loops, islands, edges to themselves, several edges between two nodes, edges into the root. */
export function randomHeap(options: RandomHeapOptions = {}): fc.Arbitrary<HeapBuilder> {
  const { maxNodes = 30, density = 2.5, names = fc.constantFrom('A', 'B', 'C'), sizes = fc.nat(100) } = options;
  const node = fc.record({ type: fc.constantFrom(...NODE_TYPES), name: names, self: sizes });
  const edge = fc.record({
    type: fc.constantFrom(...EDGE_TYPES, 'property' as const, 'internal' as const),
    from: fc.nat(),
    to: fc.nat(),
    name: names,
    index: fc.nat(1000),
  });
  return fc.array(node, { maxLength: maxNodes - 1 }).chain((nodes) =>
    fc.array(edge, { maxLength: Math.ceil((nodes.length + 1) * density) }).map((edges) => {
      const heap = new HeapBuilder();
      for (const { type, name, self } of nodes) heap.node(type, name, { self });
      for (const { type, from, to, name, index } of edges) {
        const label = type === 'element' || type === 'hidden' ? index : name;
        heap.edge(type, from % heap.nodeCount, label, to % heap.nodeCount);
      }
      return heap;
    }),
  );
}
