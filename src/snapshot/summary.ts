import { type DominatorTree, type HeapGraph, NONE } from './graph.ts';
import type { HeapSnapshot } from './open.ts';

/** All objects of one class. */
export interface ClassSummary {
  /** Name of the constructor; `(string)`, `(closure)`, `(array)`, ... for what has none. */
  readonly name: string;
  readonly count: number;
  readonly shallowBytes: number;
  /** What would go if all of them went: nothing counts twice when one is inside another. */
  readonly retainedBytes: number;
}

/** One object that keeps much alive by itself. */
export interface BigRetainer {
  readonly ordinal: number;
  /** V8's id. */
  readonly id: number;
  readonly className: string;
  readonly shallowBytes: number;
  readonly retainedBytes: number;
  /** Ordinals of the objects above it, outermost first, that retain hardly more than it does. */
  readonly within: readonly number[];
}

export interface SnapshotSummary {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Nodes that nothing but weak references leads to. */
  readonly unreachableCount: number;
  /** Shallow bytes of all nodes. */
  readonly totalBytes: number;
  /** Largest retained size first. */
  readonly classes: readonly ClassSummary[];
  /** Largest retained size first. */
  readonly biggest: readonly BigRetainer[];
}

export interface SummaryOptions {
  /** Entries of `biggest` at most. @default 20 */
  readonly biggest?: number;
}

/**
 * What a snapshot holds, by class, and the objects that keep most of it alive.
 *
 * **Cost:** the dominator tree, when nothing asked for it before, then about a tenth of that; no string is read but
 * the names of classes.
 */
export function summarise(snapshot: HeapSnapshot, options: SummaryOptions = {}): SnapshotSummary {
  const { graph, tree } = snapshot;
  const classes = summariseClasses(graph, tree);
  return {
    nodeCount: graph.nodeCount,
    edgeCount: graph.edgeCount,
    unreachableCount: graph.nodeCount - tree.count,
    totalBytes: classes.reduce((sum, entry) => sum + entry.shallowBytes, 0),
    classes,
    biggest: findBiggest(graph, tree, options.biggest ?? 20),
  };
}

/** Name of a node's class, as DevTools has it. */
export function classNameOf(graph: HeapGraph, node: number): string {
  const { nodeTypes } = graph;
  const type = graph.nodeType[node]!;
  if (isNamedByItself(graph, type)) return graph.strings.get(graph.nodeName[node]!) || '(anonymous)';
  if (type === nodeTypes.hidden) return '(system)';
  if (type === nodeTypes.code) return '(compiled code)';
  return `(${graph.nodeTypeNames[type]})`;
}

function isNamedByItself({ nodeTypes }: HeapGraph, type: number): boolean {
  return type === nodeTypes.object || type === nodeTypes.native;
}

/** Gives every node a small number for its class; reads each name once. */
class ClassIndex {
  readonly names: string[] = [];
  readonly #graph: HeapGraph;
  readonly #byName = new Map<string, number>();
  /** Class by name index, and by type for what is not named by itself; one higher, 0 is unknown. */
  readonly #ofString: Uint32Array;
  readonly #ofType = new Uint32Array(256);

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#ofString = new Uint32Array(graph.strings.count);
  }

  of(node: number): number {
    const type = this.#graph.nodeType[node]!;
    const known = isNamedByItself(this.#graph, type) ? this.#ofString : this.#ofType;
    const key = known === this.#ofType ? type : this.#graph.nodeName[node]!;
    const found = known[key];
    if (found !== undefined && found !== 0) return found - 1;
    const number = this.#numberOf(classNameOf(this.#graph, node));
    known[key] = number + 1;
    return number;
  }

  #numberOf(name: string): number {
    let number = this.#byName.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.#byName.set(name, number);
    }
    return number;
  }
}

function summariseClasses(graph: HeapGraph, tree: DominatorTree): ClassSummary[] {
  const index = new ClassIndex(graph);
  const rows: { name: string; count: number; shallowBytes: number; retainedBytes: number; end: number }[] = [];
  const rowOf = (node: number) => {
    const number = index.of(node);
    return (rows[number] ??= { name: index.names[number]!, count: 0, shallowBytes: 0, retainedBytes: 0, end: 0 });
  };
  for (let node = 0; node < graph.nodeCount; node++) {
    const row = rowOf(node);
    row.count++;
    row.shallowBytes += graph.selfSize[node]!;
    if (tree.numberOf[node] === NONE) row.retainedBytes += graph.selfSize[node]!;
  }
  // In this order all that a node dominates follows it at once: whatever of its class comes before `end` is inside.
  const { order, size } = dominatorPreorder(tree);
  for (let at = 0; at < tree.count; at++) {
    const number = order[at]!;
    const row = rowOf(tree.ordinalOf[number]!);
    if (at < row.end) continue;
    row.retainedBytes += tree.retained[number]!;
    row.end = at + size[number]!;
  }
  return rows
    .map(({ name, count, shallowBytes, retainedBytes }) => ({ name, count, shallowBytes, retainedBytes }))
    .sort((a, b) => b.retainedBytes - a.retainedBytes || b.shallowBytes - a.shallowBytes);
}

/** Numbers in preorder of the dominator tree, and for each number how many nodes it dominates, itself included. */
function dominatorPreorder({ count, idom }: DominatorTree): { order: Uint32Array; size: Uint32Array } {
  const size = new Uint32Array(count).fill(1);
  for (let i = count - 1; i > 0; i--) size[idom[i]!]! += size[i]!;
  const order = new Uint32Array(count);
  const free = new Uint32Array(count);
  free[0] = 1;
  for (let i = 1; i < count; i++) {
    const place = free[idom[i]!]!;
    free[idom[i]!] = place + size[i]!;
    free[i] = place + 1;
    order[place] = i;
  }
  return { order, size };
}

/** An object that keeps more than this share of what the object above it keeps makes one entry with that one. */
const CHAIN_SHARE = 0.9;

function findBiggest(graph: HeapGraph, tree: DominatorTree, most: number): BigRetainer[] {
  const above = nearestObjects(graph, tree);
  const below = new Map<number, number>();
  const heads: number[] = [];
  for (let number = 1; number < tree.count; number++) {
    if (!isObject(graph, tree.ordinalOf[number]!)) continue;
    const parent = above[number]!;
    if (parent !== NONE && tree.retained[number]! > CHAIN_SHARE * tree.retained[parent]!) below.set(parent, number);
    else offer(heads, number, most, tree.retained);
  }
  return heads.map((head) => retainerOf(graph, tree, head, below)).sort((a, b) => b.retainedBytes - a.retainedBytes);
}

/** Keeps the `most` largest, largest first. */
function offer(heads: number[], number: number, most: number, retained: Float64Array): void {
  if (heads.length === most && (most === 0 || retained[number]! <= retained[heads.at(-1)!]!)) return;
  let at = heads.length;
  while (at > 0 && retained[heads[at - 1]!]! < retained[number]!) at--;
  heads.splice(at, 0, number);
  if (heads.length > most) heads.pop();
}

/** What a program's author would call an object: no backing store, no string, no machinery of the engine. */
function isObject({ nodeType, nodeTypes }: HeapGraph, node: number): boolean {
  return nodeType[node] === nodeTypes.object || nodeType[node] === nodeTypes.closure;
}

/** The nearest object above each number in the dominator tree. */
function nearestObjects(graph: HeapGraph, tree: DominatorTree): Uint32Array {
  const above = new Uint32Array(tree.count).fill(NONE);
  for (let number = 1; number < tree.count; number++) {
    const parent = tree.idom[number]!;
    above[number] = isObject(graph, tree.ordinalOf[parent]!) ? parent : above[parent]!;
  }
  return above;
}

/**
 * Goes down the chain to where the weight is: the last object that keeps most of what the head keeps; of a row of
 * one class (a linked list) the first.
 */
function retainerOf(
  graph: HeapGraph,
  tree: DominatorTree,
  head: number,
  below: ReadonlyMap<number, number>,
): BigRetainer {
  const chain = [head];
  for (;;) {
    const next = below.get(chain.at(-1)!);
    if (next === undefined || tree.retained[next]! <= CHAIN_SHARE * tree.retained[head]!) break;
    chain.push(next);
  }
  const classOf = (number: number) => classNameOf(graph, tree.ordinalOf[number]!);
  while (chain.length > 1 && classOf(chain.at(-1)!) === classOf(chain.at(-2)!)) chain.pop();
  const ordinals = chain.map((number) => tree.ordinalOf[number]!);
  const ordinal = ordinals.pop()!;
  return {
    ordinal,
    id: graph.nodeId[ordinal]!,
    className: classNameOf(graph, ordinal),
    shallowBytes: graph.selfSize[ordinal]!,
    retainedBytes: tree.retained[chain.at(-1)!]!,
    within: ordinals,
  };
}
