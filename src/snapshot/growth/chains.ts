/** Linked lists, trees and rings: the object that grows is a link, the one to name is what holds the first of them. */
import type { IdSet } from '../../struct/id-set.ts';
import { isGenericClass } from '../naming/class-names.ts';
import type { Namer } from '../naming/namer.ts';

const LONGEST_CHAIN = 1_000_000;

/** A class whose number has grown for good may be a link of a chain although the unit is another. */
export type IsGrowingClass = (className: string) => boolean;

export interface Climbed {
  readonly owner: number;
  /** The first link, when the owner was reached over links. */
  readonly first: number | undefined;
}

/** An appended list hangs under its last old link: climbs to the holder of the first. */
export function climbChain(namer: Namer, from: number, unit: string, isGrowing: IsGrowingClass): Climbed {
  const { view, classes } = namer;
  let owner = from;
  let first: number | undefined;
  for (let hops = 0; hops < LONGEST_CHAIN && owner > 0; hops++) {
    const className = classes.of(owner);
    if (isGenericClass(className) || (className !== unit && !isGrowing(className))) break;
    const above = objectAbove(namer, owner);
    if (above <= 0 || view.isSynthetic(above)) break;
    first = owner;
    owner = above;
  }
  return { owner, first };
}

function objectAbove(namer: Namer, node: number): number {
  const { view, paths } = namer;
  const dominator = view.dominatingObject(node);
  if (dominator >= 0) return dominator;
  let parent = paths.from[node]!;
  for (let hops = 0; hops < 50 && parent > 0 && !view.isObject(parent); hops++) parent = paths.from[parent]!;
  return parent;
}

/**
 * The head of an intrusive list (timers are kept so): its links reach each other both ways, so that anybody who holds
 * one seems to hold all. The head is the staying object of another class that carries the list's own link property.
 */
export function findListHead(namer: Namer, before: IdSet, unit: string, link: string, atLeast: number): number {
  const { view, classes } = namer;
  const { graph } = view;
  let head = -1;
  let longest = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (!view.isObject(node) || !before.has(graph.nodeId[node]!) || !view.isReachable(node)) continue;
    const next = linkedUnit(namer, node, unit, link);
    if (next < 0 || classes.of(node) === unit) continue;
    const length = listLength(namer, next, unit, link);
    if (length > longest) {
      longest = length;
      head = node;
    }
  }
  return longest >= atLeast ? head : -1;
}

/** The unit that the property `link` of `node` leads to; -1 when it leads to none. */
function linkedUnit(namer: Namer, node: number, unit: string, link: string): number {
  const { view, classes } = namer;
  const { firstEdge, edgeType, edgeTypes, edgeTo } = view.graph;
  for (let e = firstEdge[node]!, end = firstEdge[node + 1]!; e < end; e++) {
    if (edgeType[e] !== edgeTypes.property || view.edgeText(e) !== link) continue;
    return classes.of(edgeTo[e]!) === unit ? edgeTo[e]! : -1;
  }
  return -1;
}

function listLength(namer: Namer, first: number, unit: string, link: string): number {
  const seen = new Set<number>();
  let node = first;
  while (node >= 0 && !seen.has(node) && seen.size < LONGEST_CHAIN) {
    seen.add(node);
    node = linkedUnit(namer, node, unit, link);
  }
  return seen.size;
}
