import type { Namer } from '../naming/namer.ts';

/** What to do with a node that was reached: go on from it, leave it at that, or end the walk. */
export type Visit = 'enter' | 'pass' | 'stop';

export interface WalkLimits {
  /** Steps from the start at most. */
  readonly depth: number;
  /** No further ring is begun once so many nodes were seen; default: any number. */
  readonly nodes?: number;
}

/**
 * Walks outwards from a node in rings, each node once, over edges that retain and that lead to what this node holds, not
 * to what every object has. `visit` decides at each new node; nodes in `seen` are not visited, and all visited join it.
 */
export function walkRings(
  { view, labels }: Namer,
  start: number,
  limits: WalkLimits,
  visit: (target: number, edge: number, from: number) => Visit,
  seen: Set<number> = new Set([start]),
): void {
  const { firstEdge, edgeTo } = view.graph;
  const mostNodes = limits.nodes ?? Number.POSITIVE_INFINITY;
  let ring = [start];
  for (let depth = 0; depth < limits.depth && ring.length > 0 && seen.size < mostNodes; depth++) {
    const next: number[] = [];
    for (const from of ring) {
      for (let e = firstEdge[from]!, end = firstEdge[from + 1]!; e < end; e++) {
        const target = edgeTo[e]!;
        if (view.essential[e] === 0 || seen.has(target) || labels.isStructural(e)) continue;
        seen.add(target);
        const then = visit(target, e, from);
        if (then === 'stop') return;
        if (then === 'enter') next.push(target);
      }
    }
    ring = next;
  }
}
