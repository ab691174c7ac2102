/**
 * Dominators of a heap graph by semi-NCA (Georgiadis, Tarjan, Werneck: "Finding Dominators in Practice", 2006; the
 * simplification of Lengauer and Tarjan's algorithm that LLVM uses too).
 *
 * Nodes are numbered depth first, which makes every dominator's number lower than that of what it dominates. Three
 * passes: (1) the depth-first search; (2) the predecessors in compressed rows; (3) semi-dominators from the highest
 * number down, with path compression over the nodes already done, then each immediate dominator as the nearest common
 * ancestor of parent and semi-dominator, going up.
 *
 * What costs time here is memory that is not in the processor's cache. So the search counts the predecessors while it
 * has a node in its hands, with the count beside the node's number; they are collected in the order of the file, where neighbours refer to neighbours, and stand by ordinal; the edges of the search's own tree are marked
 * while it runs and left out of them, as each node knows its parent; semi-dominators are only ever compared, so
 * labels hold them instead of the nodes they belong to; compression turns the links around on its way up and back on
 * its way down, and needs no stack. Arrays are used again as soon as their contents are done with.
 *
 * Cost: near linear in practice; at the peak 4 bytes a node and 4 bytes an edge (less one a node) beside tree and sizes.
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
  /** Ends of the rows of {@link Predecessors}, by ordinal; of the last one, twice. */
  readonly rowEnds: Uint32Array;
  /** Memory of 8 bytes a node that is done with. */
  readonly spare: ArrayBuffer;
}

/** An edge that retains, and one by which the search first came to a node; only while dominators are worked out. */
const RETAINS = 1;
const TREE = 2;

/** The numbers of what leads to ordinal `w`, its parent apart, are `numbers[first[w]]` up to `numbers[first[w + 1]]`. */
interface Predecessors {
  readonly first: Uint32Array;
  readonly numbers: Uint32Array;
}

/** Immediate dominators of all that the root retains, over the edges that `essential` marks. */
export function dominators(graph: HeapGraph, essential: Uint8Array): Dominators {
  const search = searchDepthFirst(graph, essential);
  const predecessors = collectPredecessors(graph, essential, search);
  const { count, ordinalOf, numberOf, spare } = search;
  const idom = semiNca(search, predecessors);
  // Its memory had another use meanwhile.
  numberOf.fill(NONE);
  for (let number = 0; number < count; number++) numberOf[ordinalOf[number]!] = number;
  return { count, ordinalOf, numberOf, idom, spare };
}

function searchDepthFirst({ nodeCount, firstEdge, edgeTo }: HeapGraph, essential: Uint8Array): DepthFirst {
  // Both of a node side by side: the search touches them together, all over the memory.
  const found = new Uint32Array(2 * nodeCount).fill(NONE);
  const ordinalOf = new Uint32Array(nodeCount);
  const parent = new Uint32Array(nodeCount);
  const spare = new ArrayBuffer(8 * nodeCount);
  const stack = new Uint32Array(spare, 0, nodeCount);
  const next = new Uint32Array(spare, 4 * nodeCount);
  found[0] = 0;
  found[1] = 0;
  next[0] = firstEdge[0]!;
  let count = 1;
  let depth = 1;
  while (depth > 0) {
    const node = stack[depth - 1]!;
    const end = firstEdge[node + 1]!;
    let edge = next[depth - 1]!;
    for (; edge < end; edge++) {
      if (essential[edge] === 0) continue;
      const at = 2 * edgeTo[edge]!;
      if (found[at] === NONE) break;
      found[at + 1]!++;
    }
    if (edge === end) {
      depth--;
      continue;
    }
    const child = edgeTo[edge]!;
    next[depth - 1] = edge + 1;
    essential[edge] = TREE;
    found[2 * child] = count;
    found[2 * child + 1] = 0;
    ordinalOf[count] = child;
    parent[count++] = found[2 * node]!;
    stack[depth] = child;
    next[depth++] = firstEdge[child]!;
  }
  const numberOf = new Uint32Array(nodeCount);
  const rowEnds = new Uint32Array(nodeCount + 1);
  let others = 0;
  for (let node = 0; node < nodeCount; node++) {
    numberOf[node] = found[2 * node]!;
    if (found[2 * node] !== NONE) others += found[2 * node + 1]!;
    rowEnds[node] = others;
  }
  rowEnds[nodeCount] = others;
  return {
    count,
    ordinalOf: ordinalOf.subarray(0, count),
    numberOf,
    parent: parent.subarray(0, count),
    rowEnds,
    spare,
  };
}

/** Also takes the marks of the search off the edges. */
function collectPredecessors(
  { nodeCount, firstEdge, edgeTo }: HeapGraph,
  essential: Uint8Array,
  { numberOf, rowEnds }: DepthFirst,
): Predecessors {
  const numbers = new Uint32Array(rowEnds[nodeCount]!);
  // Each row is filled from its end, so that its end has become its start when all are in.
  const first = rowEnds;
  for (let node = 0; node < nodeCount; node++) {
    const number = numberOf[node]!;
    if (number === NONE) continue;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const mark = essential[edge]!;
      if (mark === RETAINS) numbers[--first[edgeTo[edge]!]!] = number;
      else if (mark === TREE) essential[edge] = RETAINS;
    }
  }
  return { first, numbers };
}

/** Turns the search's parents into the immediate dominators; what `numberOf` holds is lost. */
function semiNca(
  { count, ordinalOf, numberOf, parent, spare }: DepthFirst,
  { first, numbers }: Predecessors,
): Uint32Array {
  const semi = new Uint32Array(spare, 0, count);
  const label = new Uint32Array(spare, 4 * count, count);
  const ancestor = numberOf.subarray(0, count);
  ancestor.set(parent);
  for (let w = count - 1; w > 0; w--) {
    const node = ordinalOf[w]!;
    let lowest = parent[w]!;
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
