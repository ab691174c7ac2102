/**
 * Charges what changed to the objects that stayed.
 *
 * Every node belongs to the nearest object in the dominator tree that exists in both snapshots. A dominator comes
 * before what it dominates in depth-first order, so one pass over the numbers suffices. Self sizes are added, never
 * retained sizes: nothing is counted twice, and a chain of a million links costs as much as a million single objects.
 */
import type { ClassNaming } from '../naming/namer.ts';
import { NONE } from '../graph.ts';

/** At most so many examples of a class are kept. */
const EXAMPLES = 400;

export interface ClassTally {
  count: number;
  selfBytes: number;
  readonly examples: number[];
}

/** What moved of the engine's parts of one kind: stores, buffer data. */
export interface PartTally {
  bytes: number;
  largest: number;
  largestBytes: number;
}

/** The moved units under one owner as a forest: who stands directly above whom. */
export interface Forest {
  /** First child of a node, {@link NONE} for none. Nodes are numbers of the forest's own. */
  readonly firstChild: Uint32Array;
  readonly nextSibling: Uint32Array;
  nodeOf(item: number): number;
  weightOf(item: number): number;
}

/** What moved (appeared or vanished) below one staying object. */
export interface Territory {
  /** Ordinal of the staying object; 0 for what several hold together. */
  readonly owner: number;
  bytes: number;
  /** Of these, what had moved by the middle snapshot already. */
  earlyBytes: number;
  readonly classes: Map<string, ClassTally>;
  /** What is no unit, by what it is called. */
  readonly parts: Map<string, PartTally>;
  /** Topmost moved units, items of the forest. */
  readonly fronts: number[];
  readonly forest: Forest;
}

export interface Tally {
  /** By the owner's id, which is the same in both snapshots. */
  readonly byOwner: ReadonlyMap<number, Territory>;
  /** Numbers of the moved nodes that no single staying object dominates. */
  readonly shared: readonly number[];
  /** Number of the staying owner of each node, by number. */
  readonly ownerOf: Uint32Array;
}

export function newTerritory(owner: number, forest: Forest): Territory {
  return { owner, bytes: 0, earlyBytes: 0, classes: new Map(), parts: new Map(), fronts: [], forest };
}

/** Counts bytes that moved, early or late. */
export function addBytes(territory: Territory, bytes: number, isEarly: boolean): void {
  territory.bytes += bytes;
  if (isEarly) territory.earlyBytes += bytes;
}

/** Counts a unit under its class. */
export function addUnit(territory: Territory, className: string, node: number, selfBytes: number): void {
  let tally = territory.classes.get(className);
  if (tally === undefined) {
    tally = { count: 0, selfBytes: 0, examples: [] };
    territory.classes.set(className, tally);
  }
  tally.count++;
  tally.selfBytes += selfBytes;
  if (tally.examples.length < EXAMPLES) tally.examples.push(node);
}

/** Adds the bytes of what is no unit. */
export function addPart(territory: Territory, name: string, node: number, bytes: number): void {
  let tally = territory.parts.get(name);
  if (tally === undefined) territory.parts.set(name, (tally = { bytes: 0, largest: node, largestBytes: bytes }));
  tally.bytes += bytes;
  if (bytes <= tally.largestBytes) return;
  tally.largest = node;
  tally.largestBytes = bytes;
}

/**
 * Tallies the nodes for which `hasMoved(id)` under the staying objects that own them; `wasEarly(id)` tells which of them
 * had moved by the middle snapshot.
 */
export function tallyMoved(
  naming: ClassNaming,
  hasMoved: (id: number) => boolean,
  wasEarly: (id: number) => boolean = () => false,
): Tally {
  const { view, classes } = naming;
  const { graph, tree } = view;
  const { ownerOf, moved } = findOwners(naming, hasMoved);
  const above = new Uint32Array(tree.count);
  const firstChild = new Uint32Array(tree.count).fill(NONE);
  const nextSibling = new Uint32Array(tree.count).fill(NONE);
  const forest: Forest = {
    firstChild,
    nextSibling,
    nodeOf: (number) => tree.ordinalOf[number]!,
    weightOf: (number) => tree.retained[number]!,
  };
  const byOwner = new Map<number, Territory>();
  const shared: number[] = [];
  for (let number = 1; number < tree.count; number++) {
    if (moved[number] === 0) continue;
    const node = tree.ordinalOf[number]!;
    const dominator = tree.idom[number]!;
    if (moved[dominator] === 1) {
      above[number] = view.isUnit(tree.ordinalOf[dominator]!) ? dominator : above[dominator]!;
    }
    const owner = tree.ordinalOf[ownerOf[number]!]!;
    if (owner === 0) shared.push(number);
    const ownerId = graph.nodeId[owner]!;
    let territory = byOwner.get(ownerId);
    if (territory === undefined) byOwner.set(ownerId, (territory = newTerritory(owner, forest)));
    const size = graph.selfSize[node]!;
    if (view.isProgramData(node)) addBytes(territory, size, wasEarly(graph.nodeId[node]!));
    if (!view.isUnit(node)) {
      addPart(territory, classes.of(node), node, size);
      continue;
    }
    addUnit(territory, classes.of(node), node, size);
    const parent = above[number]!;
    if (parent === 0) {
      territory.fronts.push(number);
    } else {
      nextSibling[number] = firstChild[parent]!;
      firstChild[parent] = number;
    }
  }
  return { byOwner, shared, ownerOf };
}

function findOwners(
  naming: ClassNaming,
  hasMoved: (id: number) => boolean,
): { ownerOf: Uint32Array; moved: Uint8Array } {
  const { view } = naming;
  const { graph, tree } = view;
  const ownerOf = new Uint32Array(tree.count);
  const moved = new Uint8Array(tree.count);
  for (let number = 1; number < tree.count; number++) {
    const node = tree.ordinalOf[number]!;
    if (hasMoved(graph.nodeId[node]!)) moved[number] = 1;
    else if (view.isObject(node)) {
      ownerOf[number] = number;
      continue;
    }
    ownerOf[number] = ownerOf[tree.idom[number]!]!;
  }
  return { ownerOf, moved };
}

/** Net bytes of a comparison: what appeared less what vanished. */
export function netBytes(added: Tally, freed: Tally): number {
  let bytes = 0;
  for (const territory of added.byOwner.values()) bytes += territory.bytes;
  for (const territory of freed.byOwner.values()) bytes -= territory.bytes;
  return bytes;
}
