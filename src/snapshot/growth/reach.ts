import type { IdSet } from '../../struct/id-set.ts';
import { isMapLike } from '../naming/class-names.ts';
import type { Namer } from '../naming/namer.ts';
import { walkRings } from './walk.ts';

const FARTHEST = 7;
const MOST_NODES = 60_000;

/** The shortest way from a holder to one of its units, step by step; empty when there is none nearby. */
export function stepsTo(
  namer: Namer,
  holder: number,
  isTarget: (node: number) => boolean,
): { readonly label: string; readonly node: number }[] {
  const cameFrom = new Map<number, { readonly node: number; readonly edge: number }>();
  let found = -1;
  walkRings(namer, holder, { depth: FARTHEST, nodes: MOST_NODES }, (target, edge, node) => {
    cameFrom.set(target, { node, edge });
    if (!isTarget(target)) return 'enter';
    found = target;
    return 'stop';
  });
  return found < 0 ? [] : stepsBack(namer, found, cameFrom);
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
