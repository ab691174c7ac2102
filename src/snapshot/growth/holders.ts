import type { IdSet } from '../../struct/id-set.ts';
import type { Namer } from '../naming/namer.ts';

/** An object must refer to this share of the units itself to be called their holder. */
const HOLDER_SHARE = 0.4;
const BACKING_HOPS = 8;

/**
 * Staying objects that refer to much of the units themselves, the one with most first. Needed when several hold them
 * together, or when all variables of a module share one scope, which then dominates everything.
 */
export function findHolders(namer: Namer, before: IdSet, unit: string, examples: readonly number[]): number[] {
  const { view } = namer;
  const { graph } = view;
  const wanted = new Uint8Array(graph.nodeCount);
  for (const node of examples) wanted[node] = 1;
  const heldBy = new Map<number, Set<number>>();
  for (let node = 0; node < graph.nodeCount; node++) {
    if (wanted[node] === 1 || !view.isReachable(node)) continue;
    let holder = -1;
    for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
      const target = graph.edgeTo[e]!;
      if (view.essential[e] === 0 || wanted[target] === 0) continue;
      if (holder < 0) holder = stayingHolder(namer, before, node, unit);
      if (holder < 0) break;
      const held = heldBy.get(holder);
      if (held === undefined) heldBy.set(holder, new Set([target]));
      else held.add(target);
    }
  }
  const enough = new Set(examples).size * HOLDER_SHARE;
  return [...heldBy]
    .filter(([, held]) => held.size >= enough)
    .sort((a, b) => b[1].size - a[1].size)
    .map(([holder]) => holder);
}

/** The object a backing store belongs to, if it stayed and is no unit itself. */
function stayingHolder(namer: Namer, before: IdSet, node: number, unit: string): number {
  const { view, classes } = namer;
  let holder = node;
  for (let hops = 0; hops < BACKING_HOPS && holder >= 0 && !view.isObject(holder); hops++) {
    const number = view.tree.idom[view.tree.numberOf[holder]!]!;
    holder = number === 0 ? -1 : view.tree.ordinalOf[number]!;
  }
  if (holder < 0 || !view.isObject(holder) || !before.has(view.graph.nodeId[holder]!)) return -1;
  return classes.of(holder) === unit ? -1 : holder;
}
