/**
 * Charges what several objects hold together, which the dominator tree gives to the root.
 *
 * Two witnesses: the cheapest path names one owner for every node; beside it, every staying object whose territory
 * refers to much of a class is heard as a voter.
 */
import type { IdSet } from '../../struct/id-set.ts';
import { NONE } from '../graph.ts';
import type { Namer } from '../naming/namer.ts';
import { addBytes, addUnit, type Forest, newTerritory, type Tally, type Territory } from './territory.ts';

export interface SharedGrowth {
  readonly bytes: number;
  /** By the ordinal of the owner on the cheapest path. */
  readonly byOwner: ReadonlyMap<number, Territory>;
  /** Units of each class that a staying object's territory refers to, by its ordinal. */
  readonly votes: ReadonlyMap<number, ReadonlyMap<string, ReadonlySet<number>>>;
}

export function chargeShared(namer: Namer, added: Tally, before: IdSet, middle: IdSet | undefined): SharedGrowth {
  const { view } = namer;
  const isShared = new Uint8Array(view.graph.nodeCount);
  let bytes = 0;
  for (const number of added.shared) {
    const node = view.tree.ordinalOf[number]!;
    isShared[node] = 1;
    if (view.isProgramData(node)) bytes += view.graph.selfSize[node]!;
  }
  return {
    bytes,
    byOwner: chargeAlongPaths(namer, isShared, before, middle),
    votes: collectVotes(namer, isShared, added),
  };
}

function chargeAlongPaths(
  namer: Namer,
  isShared: Uint8Array,
  before: IdSet,
  middle: IdSet | undefined,
): Map<number, Territory> {
  const { view, classes, paths } = namer;
  const { graph } = view;
  const forest = sharedForest(namer, isShared);
  const ownerOf = stayingOwners(namer, before);
  const above = new Uint32Array(graph.nodeCount);
  const byOwner = new Map<number, Territory>();
  for (const node of paths.order) {
    if (isShared[node] === 0 || paths.via[node] === NONE) continue;
    const parent = paths.from[node]!;
    if (isShared[parent] === 1) above[node] = view.isUnit(parent) ? parent : above[parent]!;
    const owner = ownerOf[node]!;
    let territory = byOwner.get(owner);
    if (territory === undefined) {
      territory = newTerritory(owner, forest);
      byOwner.set(owner, territory);
    }
    const size = graph.selfSize[node]!;
    if (view.isProgramData(node)) addBytes(territory, size, middle?.has(graph.nodeId[node]!) === true);
    if (!view.isUnit(node)) continue;
    addUnit(territory, classes.of(node), node, size);
    const up = above[node]!;
    if (up === 0) {
      territory.fronts.push(node);
    } else {
      forest.nextSibling[node] = forest.firstChild[up]!;
      forest.firstChild[up] = node;
    }
  }
  return byOwner;
}

/** The shared nodes as a forest along the cheapest paths; a node weighs what hangs below it there. */
function sharedForest(namer: Namer, isShared: Uint8Array): Forest {
  const { view, paths } = namer;
  const weights = new Float64Array(view.graph.nodeCount);
  for (let i = paths.order.length - 1; i > 0; i--) {
    const node = paths.order[i]!;
    if (isShared[node] === 0) continue;
    if (view.isProgramData(node)) weights[node]! += view.graph.selfSize[node]!;
    const parent = paths.from[node]!;
    if (isShared[parent] === 1) weights[parent]! += weights[node]!;
  }
  return {
    firstChild: new Uint32Array(view.graph.nodeCount).fill(NONE),
    nextSibling: new Uint32Array(view.graph.nodeCount).fill(NONE),
    nodeOf: (node) => node,
    weightOf: (node) => weights[node]!,
  };
}

/** The nearest staying object on the cheapest path to each node. */
function stayingOwners(namer: Namer, before: IdSet): Uint32Array {
  const { view, paths } = namer;
  const ownerOf = new Uint32Array(view.graph.nodeCount);
  for (const node of paths.order) {
    if (node === 0) continue;
    const stays = before.has(view.graph.nodeId[node]!) && view.isObject(node);
    ownerOf[node] = stays ? node : ownerOf[paths.from[node]!]!;
  }
  return ownerOf;
}

function collectVotes(namer: Namer, isShared: Uint8Array, added: Tally): Map<number, Map<string, Set<number>>> {
  const { view, classes } = namer;
  const { graph, tree } = view;
  const votes = new Map<number, Map<string, Set<number>>>();
  for (let node = 0; node < graph.nodeCount; node++) {
    const number = tree.numberOf[node]!;
    if (isShared[node] === 1 || number === NONE) continue;
    const voter = tree.ordinalOf[added.ownerOf[number]!]!;
    if (voter === 0) continue;
    for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
      const target = graph.edgeTo[e]!;
      if (view.essential[e] === 0 || isShared[target] === 0 || !view.isUnit(target)) continue;
      let byClass = votes.get(voter);
      if (byClass === undefined) votes.set(voter, (byClass = new Map()));
      const className = classes.of(target);
      const seen = byClass.get(className);
      if (seen === undefined) byClass.set(className, new Set([target]));
      else seen.add(target);
    }
  }
  return votes;
}
