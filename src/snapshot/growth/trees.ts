/**
 * Tries, search trees and maps of maps of maps: nodes that hold nodes of their own kind. Every old node that got a new
 * child gains a little, so the growth is spread over hundreds of owners; the one to name is the root, and what it holds
 * more of are the entries, not the nodes on the way to them.
 */
import type { Namer } from '../naming/namer.ts';
import type { IsNode, Row } from './row.ts';
import { NONE } from '../graph.ts';
import type { Territory } from './territory.ts';
import type { Unit } from './unit.ts';

/** Owners that must be nodes of one tree; a list has one that grows, its end. */
const FEWEST_NODES = 8;
/** Levels that some owner must lie below the root: a Map of Maps is a table, one more is a tree. */
const LEAST_LEVELS = 2;
const DEEPEST = 1_000;
const EXAMPLES = 400;
/** A kind of entries must make up this share of all. */
const MAIN_SHARE = 0.4;

/** Gives the growth of nodes of a tree to its root, and counts its entries. */
export function gatherTrees(namer: Namer, rows: readonly Row[]): void {
  const trees = new Map<number, { readonly rows: Row[]; readonly kinds: Set<string>; levels: number }>();
  for (const row of rows) {
    const nodes = nodesAbove(namer, row.owner);
    const root = nodes.at(-1);
    if (root === undefined) continue;
    let tree = trees.get(root.node);
    if (tree === undefined) trees.set(root.node, (tree = { rows: [], kinds: new Set(), levels: 0 }));
    tree.rows.push(row);
    tree.levels = Math.max(tree.levels, nodes.length - 1);
    for (const { className } of nodes) tree.kinds.add(className);
  }
  for (const [root, tree] of trees) {
    if (tree.rows.length < FEWEST_NODES || tree.levels < LEAST_LEVELS) continue;
    const own = rows.filter((row) => row.owner === root);
    gatherTree(root, [...tree.rows, ...own], nodeTest(tree.kinds));
  }
}

/** A tree of plain objects has nodes of many classes, as each is called by its keys. */
function nodeTest(kinds: ReadonlySet<string>): IsNode {
  const isOfObjects = [...kinds].every((kind) => kind.startsWith('Object'));
  return (className) => kinds.has(className) || (isOfObjects && className.startsWith('Object'));
}

function gatherTree(root: number, rows: readonly Row[], isNode: IsNode): void {
  const entries = rows.map((row) => row.entries(isNode));
  const main = mainClass(entries);
  rows.forEach((row, i) => {
    row.owner = root;
    row.isTree = true;
    if (main === undefined) return;
    const found = entries[i]!.get(main);
    row.unit = main;
    row.count = found?.count ?? 0;
    row.examples = found?.examples ?? [];
    row.isSideBySide = false;
  });
}

/** The class of most of the entries; `undefined` where the nodes hold nothing but nodes. */
function mainClass(all: readonly ReadonlyMap<string, Unit>[]): string | undefined {
  const counts = new Map<string, number>();
  let total = 0;
  for (const entries of all) {
    for (const { className, count } of entries.values()) {
      counts.set(className, (counts.get(className) ?? 0) + count);
      total += count;
    }
  }
  const [top] = [...counts].sort((a, b) => b[1] - a[1]);
  return top !== undefined && top[1] >= total * MAIN_SHARE ? top[0] : undefined;
}

/** The nodes of a tree from an owner up to its root; empty when the owner is a node of none. */
function nodesAbove(namer: Namer, owner: number): readonly Link[] {
  const chain = chainAbove(namer, owner);
  if (chain.length === 0) return [];
  const times = new Map<string, number>();
  for (const { className } of chain) times.set(className, (times.get(className) ?? 0) + 1);
  const end = chain.findIndex(({ className }) => !isContainer(className) && times.get(className) === 1);
  const nodes = end < 0 ? chain : chain.slice(0, end);
  const root = nodes.findLastIndex(({ className }) => !isContainer(className));
  if (root >= 0) return root === 0 ? [] : nodes.slice(0, root + 1);
  const kind = chain[0]!.className;
  const other = nodes.findIndex(({ className }) => !sameContainer(className, kind));
  const alike = other < 0 ? nodes : nodes.slice(0, other);
  return alike.length > 1 ? alike : [];
}

interface Link {
  readonly node: number;
  readonly className: string;
}

/** The owner and the containers and objects of named classes above it, up to a place that the reader knows. */
function chainAbove(namer: Namer, owner: number): Link[] {
  const { view, classes, known } = namer;
  const chain: Link[] = [];
  for (let node = owner; node > 0 && chain.length < DEEPEST && !known.has(node); node = view.dominatingObject(node)) {
    const className = classes.of(node);
    if (!isContainer(className) && !/^[\w$]+$/.test(className)) break;
    chain.push({ node, className });
  }
  return chain;
}

function isContainer(className: string): boolean {
  return className === 'Map' || className === 'Array' || className.startsWith('Object');
}

function sameContainer(className: string, kind: string): boolean {
  return kind.startsWith('Object') ? className.startsWith('Object') : className === kind;
}

/** The first things below the moved nodes of an owner that are no nodes themselves, by class. */
export function entriesOf(namer: Namer, { fronts, forest }: Territory, isNode: IsNode): Map<string, Unit> {
  const found = new Map<string, { className: string; count: number; examples: number[]; isSideBySide: boolean }>();
  const pending = [...fronts];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const node = forest.nodeOf(item);
    const className = namer.classes.of(node);
    if (isNode(className)) {
      for (let child = forest.firstChild[item]!; child !== NONE; child = forest.nextSibling[child]!)
        pending.push(child);
      continue;
    }
    // Keys are on the way to the entries too.
    if (className.startsWith('(')) continue;
    let entry = found.get(className);
    if (entry === undefined) found.set(className, (entry = { className, count: 0, examples: [], isSideBySide: false }));
    entry.count++;
    if (entry.examples.length < EXAMPLES) entry.examples.push(node);
  }
  return found;
}
