import type { IdSet } from '../../struct/id-set.ts';
import { isMapLike } from '../naming/class-names.ts';
import type { Namer } from '../naming/namer.ts';

const FARTHEST = 7;
const MOST_NODES = 60_000;

/** The shortest way from a holder to one of its units, step by step; empty when there is none nearby. */
export function stepsTo(
  namer: Namer,
  holder: number,
  isTarget: (node: number) => boolean,
): { readonly label: string; readonly node: number }[] {
  const { view, labels } = namer;
  const { graph } = view;
  const cameFrom = new Map<number, { readonly node: number; readonly edge: number }>();
  const seen = new Set([holder]);
  let ring = [holder];
  for (let depth = 0; depth < FARTHEST && ring.length > 0 && seen.size < MOST_NODES; depth++) {
    const next: number[] = [];
    for (const node of ring) {
      for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
        const target = graph.edgeTo[e]!;
        if (view.essential[e] === 0 || seen.has(target) || labels.isStructural(e)) continue;
        seen.add(target);
        cameFrom.set(target, { node, edge: e });
        if (isTarget(target)) return stepsBack(namer, target, cameFrom);
        next.push(target);
      }
    }
    ring = next;
  }
  return [];
}

function stepsBack(
  namer: Namer,
  target: number,
  cameFrom: ReadonlyMap<number, { readonly node: number; readonly edge: number }>,
): { label: string; node: number }[] {
  const steps: { label: string; node: number }[] = [];
  let node = target;
  for (let step = cameFrom.get(node); step !== undefined; step = cameFrom.get(node)) {
    const isData = isMapLike(namer.classes.of(step.node)) && !namer.known.has(step.node);
    const label = isData ? '[key]' : namer.labels.of(step.edge, step.node);
    if (label !== '') steps.unshift({ label, node });
    node = step.node;
  }
  return steps;
}

/** New things of a class, and the given examples of it. */
export function isNewUnit(
  namer: Namer,
  before: IdSet,
  unit: string,
  examples: readonly number[],
): (node: number) => boolean {
  const known = new Set(examples);
  return (node) => known.has(node) || (!before.has(namer.view.graph.nodeId[node]!) && namer.classes.of(node) === unit);
}
