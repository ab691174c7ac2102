/**
 * Dominators of a heap graph by semi-NCA (Georgiadis, Tarjan, Werneck: "Finding Dominators in Practice", 2006; the
 * simplification of Lengauer and Tarjan's algorithm that LLVM uses too).
 *
 * Nodes are numbered depth first, which makes every dominator's number lower than that of what it dominates. Three
 * passes: (1) the depth-first search; (2) the predecessors in compressed rows; (3) semi-dominators from the highest
 * number down, with path compression over the nodes already done, then each immediate dominator as the nearest common
 * ancestor of parent and semi-dominator, going up.
 *
 * What costs time here is memory that is not in the processor's cache. So predecessors are collected in the order of
 * the file, where neighbours refer to neighbours, and stand by ordinal; semi-dominators are only ever compared, so
 * labels hold them instead of the nodes they belong to; compression turns the links around on its way up and back on
 * its way down, and needs no stack. Arrays are used again as soon as their contents are done with.
 *
 * Cost: near linear in practice; at the peak 8 bytes a node and 4 bytes an edge beside tree and sizes.
 */
import { type DominatorTree, type HeapGraph, NONE } from './graph.ts';

/** A dominator tree without sizes. */
export interface Dominators extends Omit<DominatorTree, 'retained'> {
  /** Memory of 8 bytes a node that is done with. */
  readonly spare: ArrayBuffer;
}

interface DepthFirst {
  readonly count: number;
  readonly ordinalOf: Uint32Array;
  readonly numberOf: Uint32Array;
  /** Number of the node from which each was first reached. */
  readonly parent: Uint32Array;
  /** Memory of 8 bytes a node that is done with. */
  readonly spare: ArrayBuffer;
}

/** The numbers of what leads to ordinal `w` are `numbers[first[w]]` up to `numbers[first[w + 1]]`. */
interface Predecessors {
  readonly first: Uint32Array;
  readonly numbers: Uint32Array;
}

/** Immediate dominators of all that the root retains, over the edges that `essential` marks. */
export function dominators(graph: HeapGraph, essential: Uint8Array): Dominators {
  const search = searchDepthFirst(graph, essential);
  const predecessors = collectPredecessors(graph, essential, search.numberOf);
  const { count, ordinalOf, numberOf, spare } = search;
  return { count, ordinalOf, numberOf, idom: semiNca(search, predecessors), spare };
}

function searchDepthFirst({ nodeCount, firstEdge, edgeTo }: HeapGraph, essential: Uint8Array): DepthFirst {
  const numberOf = new Uint32Array(nodeCount).fill(NONE);
  const ordinalOf = new Uint32Array(nodeCount);
  const parent = new Uint32Array(nodeCount);
  const spare = new ArrayBuffer(8 * nodeCount);
  const stack = new Uint32Array(spare, 0, nodeCount);
  const next = new Uint32Array(spare, 4 * nodeCount);
  numberOf[0] = 0;
  next[0] = firstEdge[0]!;
  let count = 1;
  let depth = 1;
  while (depth > 0) {
    const node = stack[depth - 1]!;
    const end = firstEdge[node + 1]!;
    let edge = next[depth - 1]!;
    while (edge < end && (essential[edge] === 0 || numberOf[edgeTo[edge]!] !== NONE)) edge++;
    if (edge === end) {
      depth--;
      continue;
    }
    const child = edgeTo[edge]!;
    next[depth - 1] = edge + 1;
    numberOf[child] = count;
    ordinalOf[count] = child;
    parent[count++] = numberOf[node]!;
    stack[depth] = child;
    next[depth++] = firstEdge[child]!;
  }
  return { count, ordinalOf: ordinalOf.subarray(0, count), numberOf, parent: parent.subarray(0, count), spare };
}

function collectPredecessors(
  { nodeCount, firstEdge, edgeTo }: HeapGraph,
  essential: Uint8Array,
  numberOf: Uint32Array,
): Predecessors {
  const first = new Uint32Array(nodeCount + 1);
  for (let node = 0; node < nodeCount; node++) {
    if (numberOf[node] === NONE) continue;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      first[edgeTo[edge]!]! += essential[edge]!;
    }
  }
  let sum = 0;
  for (let node = 0; node < nodeCount; node++) first[node] = sum += first[node]!;
  first[nodeCount] = sum;
  const numbers = new Uint32Array(sum);
  // Each row is filled from its end, so that its end has become its start when all are in.
  for (let node = 0; node < nodeCount; node++) {
    const number = numberOf[node]!;
    if (number === NONE) continue;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (essential[edge] === 1) numbers[--first[edgeTo[edge]!]!] = number;
    }
  }
  return { first, numbers };
}

/** Turns the search's parents into the immediate dominators. */
function semiNca({ count, ordinalOf, parent, spare }: DepthFirst, { first, numbers }: Predecessors): Uint32Array {
  const semi = new Uint32Array(spare, 0, count);
  const label = new Uint32Array(spare, 4 * count, count);
  const ancestor = parent.slice();
  for (let w = count - 1; w > 0; w--) {
    const node = ordinalOf[w]!;
    let lowest = w;
    for (let at = first[node]!, end = first[node + 1]!; at < end; at++) {
      const v = numbers[at]!;
      let candidate = v;
      if (v > w) {
        if (ancestor[v]! > w) compress(v, w, ancestor, label);
        candidate = label[v]!;
      }
      if (candidate < lowest) lowest = candidate;
    }
    semi[w] = lowest;
    label[w] = lowest;
  }
  const idom = parent;
  for (let w = 1; w < count; w++) {
    const bound = semi[w]!;
    let dominator = idom[w]!;
    while (dominator > bound) dominator = idom[dominator]!;
    idom[w] = dominator;
  }
  return idom;
}

/** Makes `label` the lowest on the way from each node at or above `v` to the last one numbered above `w`. */
function compress(v: number, w: number, ancestor: Uint32Array, label: Uint32Array): void {
  let below = NONE;
  let node = v;
  let above = ancestor[node]!;
  while (above > w) {
    ancestor[node] = below;
    below = node;
    node = above;
    above = ancestor[node]!;
  }
  const top = above;
  let lowest = label[node]!;
  while (below !== NONE) {
    node = below;
    below = ancestor[node]!;
    ancestor[node] = top;
    if (label[node]! > lowest) label[node] = lowest;
    else lowest = label[node]!;
  }
}
