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

/**
 * Number of units of a class below any of the holders in the dominator tree; with `topmost` those inside others of the
 * class do not count.
 */
export function countBelow(
  naming: ClassNaming,
  holderIds: ReadonlySet<number>,
  unit: string,
  topmost: boolean,
): number {
  const { view, classes } = naming;
  const { graph, tree } = view;
  const place = new Uint8Array(tree.count);
  let count = 0;
  for (let number = 1; number < tree.count; number++) {
    const node = tree.ordinalOf[number]!;
    const above = place[tree.idom[number]!]!;
    if (holderIds.has(graph.nodeId[node]!)) {
      place[number] = BELOW;
      continue;
    }
    place[number] = above;
    if (above === OUTSIDE || !view.isUnit(node) || classes.of(node) !== unit) continue;
    if (above === BELOW || !topmost) count++;
    place[number] = INSIDE_UNIT;
  }
  return count;
}

const OUTSIDE = 0;
const BELOW = 1;
const INSIDE_UNIT = 2;
