/** What a reader wants to know of the units themselves: where they are made, what they call, what makes them heavy. */
import type { IdSet } from '../../struct/id-set.ts';
import { isGenericClass } from '../naming/class-names.ts';
import { isShortened } from '../naming/original-names.ts';
import type { CodePlace } from '../naming/locations.ts';
import type { Namer } from '../naming/namer.ts';
import { type Visit, walkRings } from './walk.ts';

export interface FunctionPlace {
  readonly name: string;
  readonly place: CodePlace;
}

export interface UnitFacts {
  /** Place of the units' class or function. */
  readonly site: CodePlace | null;
  /** The commonest function of the program that the units lead to: the callback of a timer, listener or reaction. */
  readonly callback: FunctionPlace | null;
  /** Property through which the units are linked with each other. */
  readonly link: string | null;
  /** Property names of one unit, where its class has a shortened name that says nothing; else empty. */
  readonly keys: readonly string[];
  /** Class that makes up more than half of their weight, when it is another one. */
  readonly heaviest: { readonly className: string; readonly share: number } | null;
}

const EXAMPLES = 200;
const CALLBACK_DEPTH = 4;
const CALLBACK_STEP =
  /^(?:_onTimeout|listener|callback|handler|cb|fn|fulfill_handler|reject_handler|<function>|<bound_function>)$/;
const LINK_DEPTH = 2;
/** Two of a kind that refer to each other are no chain yet. */
const CHAIN_HOPS = 4;
const NEIGHBOURS = 300;
const WEIGHED_NODES = 200;

export function factsOf(namer: Namer, before: IdSet, unit: string, examples: readonly number[]): UnitFacts {
  const nodes = examples.slice(0, EXAMPLES);
  const sites = new Counter<CodePlace>();
  const callbacks = new Counter<FunctionPlace>();
  const links = new Counter<string>();
  const weights = new Counter<string>();
  for (const node of nodes) {
    const site = namer.view.isObject(node) ? namer.places.ofProgram(node) : null;
    if (site !== null) sites.add(placeKey(site), site);
    const callback = findCallback(namer, before, node);
    if (callback !== null) callbacks.add(`${callback.name} ${placeKey(callback.place)}`, callback);
    const link = findLink(namer, unit, node);
    if (link !== null) links.add(link, link);
    weighSubtree(namer, before, unit, node, weights);
  }
  return {
    site: sites.top(nodes.length * 0.3),
    callback: callbacks.top(nodes.length * 0.3),
    link: links.top(nodes.length * 0.4),
    keys: isShortened(unit) && nodes.length > 0 ? namer.classes.keysOf(nodes[0]!) : [],
    heaviest: heaviest(weights, unit),
  };
}

function placeKey(place: CodePlace): string {
  return `${place.url}:${place.line}:${place.column}`;
}

/**
 * A few steps through new objects only, to the first function of the program, those of its dependencies coming last. One
 * that was there before counts where the step to it is named as callbacks are: a listener shared by all, a timer's
 * function.
 */
function findCallback(namer: Namer, before: IdSet, start: number): FunctionPlace | null {
  const { view, labels, places, classes } = namer;
  const { graph } = view;
  let ofProgram: FunctionPlace | null = null;
  let ofLibrary: FunctionPlace | null = null;
  walkRings(namer, start, { depth: CALLBACK_DEPTH, nodes: NEIGHBOURS }, (target, edge) => {
    const isOld = before.has(graph.nodeId[target]!);
    if (isOld && !CALLBACK_STEP.test(labels.of(edge))) return 'pass';
    const place = graph.nodeType[target] === graph.nodeTypes.closure ? places.ofProgram(target) : null;
    if (place !== null) {
      const callback = { name: classes.functionName(target) || '(anonymous)', place };
      if (!place.url.includes('/node_modules/')) {
        ofProgram = callback;
        return 'stop';
      }
      ofLibrary ??= callback;
    }
    return isOld ? 'pass' : 'enter';
  });
  return ofProgram ?? ofLibrary;
}

/** The step by which a unit is linked with another and that one with a third and on; `null` when there is no chain. */
function findLink(namer: Namer, unit: string, start: number): string | null {
  if (isGenericClass(unit) || unit.startsWith('(')) return null;
  const seen = new Set([start]);
  let label: string | null = null;
  let node = start;
  for (let hops = 0; hops < CHAIN_HOPS; hops++) {
    const next = nextUnit(namer, unit, node, seen);
    if (next === null) return null;
    label ??= next.label;
    node = next.node;
  }
  return label;
}

/** Another unit within two steps, with the last step to it. */
function nextUnit(
  namer: Namer,
  unit: string,
  start: number,
  seen: Set<number>,
): { readonly node: number; readonly label: string } | null {
  const { classes, labels } = namer;
  let found: { readonly node: number; readonly label: string } | null = null;
  const visit = (target: number, edge: number): Visit => {
    if (classes.of(target) !== unit) return seen.size < NEIGHBOURS ? 'enter' : 'pass';
    found = { node: target, label: labels.of(edge) || '(internal)' };
    return 'stop';
  };
  walkRings(namer, start, { depth: LINK_DEPTH }, visit, seen);
  return found;
}

/** Adds the self sizes of what hangs below a unit, by class, without entering other units. */
function weighSubtree(namer: Namer, before: IdSet, unit: string, start: number, weights: Counter<string>): void {
  const { view, classes } = namer;
  const { graph } = view;
  const stack = [start];
  const seen = new Set(stack);
  for (let visited = 0; stack.length > 0 && visited < WEIGHED_NODES; visited++) {
    const node = stack.pop()!;
    const name = view.isUnit(node) ? classes.of(node) : engineName(namer, node);
    weights.add(name, name, view.isProgramData(node) ? graph.selfSize[node]! : 0);
    for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
      const target = graph.edgeTo[e]!;
      if (view.essential[e] === 0 || seen.has(target) || before.has(graph.nodeId[target]!)) continue;
      seen.add(target);
      if (classes.of(target) !== unit) stack.push(target);
    }
  }
}

/** The engine's parts are called by their names in the file, but for those whose name is the program's data. */
function engineName(namer: Namer, node: number): string {
  const { graph } = namer.view;
  if (graph.nodeType[node] === graph.nodeTypes.symbol) return namer.classes.of(node);
  return namer.view.nameOf(node).slice(0, 60) || (graph.nodeTypeNames[graph.nodeType[node]!] ?? 'unknown');
}

function heaviest(weights: Counter<string>, unit: string): UnitFacts['heaviest'] {
  const className = weights.top(weights.total * 0.5);
  if (className === null || className === unit) return null;
  return { className, share: weights.of(className) / weights.total };
}

class Counter<T> {
  readonly #entries = new Map<string, { readonly value: T; count: number }>();
  total = 0;

  add(key: string, value: T, count: number = 1): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, { value, count });
    else entry.count += count;
    this.total += count;
  }

  of(key: string): number {
    return this.#entries.get(key)?.count ?? 0;
  }

  /** The commonest, if it is at least so common. */
  top(atLeast: number): T | null {
    let best: { readonly value: T; count: number } | undefined;
    for (const entry of this.#entries.values()) if (best === undefined || entry.count > best.count) best = entry;
    return best !== undefined && best.count >= atLeast ? best.value : null;
  }
}
