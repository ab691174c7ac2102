import type { Dominators } from './dominators.ts';
import type { HeapGraph } from './graph.ts';

/**
 * Retained sizes by number: what each node and all that it dominates take, bytes. They stand in the memory that the
 * dominators leave over. **Cost:** one pass up the tree.
 */
export function retainedSizes({ selfSize }: HeapGraph, { count, ordinalOf, idom, spare }: Dominators): Float64Array {
  const retained = new Float64Array(spare, 0, count);
  for (let i = 0; i < count; i++) retained[i] = selfSize[ordinalOf[i]!]!;
  for (let i = count - 1; i > 0; i--) retained[idom[i]!]! += retained[i]!;
  return retained;
}
