import type { ClassNaming } from '../naming/namer.ts';

/** Number of reachable units of each class. */
export function countClasses(naming: ClassNaming): Map<string, number> {
  const { view, classes } = naming;
  const counts = new Map<string, number>();
  for (let number = 1; number < view.tree.count; number++) {
    const node = view.tree.ordinalOf[number]!;
    if (!view.isUnit(node)) continue;
    const name = classes.of(node);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Number of units of a class below any of the holders in the dominator tree. */
export function countBelow(naming: ClassNaming, holderIds: ReadonlySet<number>, unit: string): number {
  const { view, classes } = naming;
  const { graph, tree } = view;
  const below = new Uint8Array(tree.count);
  let count = 0;
  for (let number = 1; number < tree.count; number++) {
    const node = tree.ordinalOf[number]!;
    if (below[tree.idom[number]!] === 1) {
      below[number] = 1;
      if (view.isUnit(node) && classes.of(node) === unit) count++;
    } else if (holderIds.has(graph.nodeId[node]!)) below[number] = 1;
  }
  return count;
}
