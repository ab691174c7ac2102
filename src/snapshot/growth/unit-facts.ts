/** What a reader wants to know of the units themselves: where they are made, what they call, what makes them heavy. */
import type { IdSet } from '../../struct/id-set.ts';
import { isGenericClass } from '../naming/class-names.ts';
import type { CodePlace } from '../naming/locations.ts';
import type { Namer } from '../naming/namer.ts';

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
  /** Class that makes up more than half of their weight, when it is another one. */
  readonly heaviest: { readonly className: string; readonly share: number } | null;
}

const EXAMPLES = 200;
const CALLBACK_DEPTH = 4;
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
    const near = lookAround(namer, before, unit, node);
    if (near.callback !== null) callbacks.add(`${near.callback.name} ${placeKey(near.callback.place)}`, near.callback);
    if (near.link !== null) links.add(near.link, near.link);
    weighSubtree(namer, before, unit, node, weights);
  }
  return {
    site: sites.top(nodes.length * 0.3),
    callback: callbacks.top(nodes.length * 0.3),
    link: links.top(nodes.length * 0.4),
    heaviest: heaviest(weights, unit),
  };
}

function placeKey(place: CodePlace): string {
  return `${place.url}:${place.line}:${place.column}`;
}

/** A few steps through new objects only: to the first function of the program, and to another unit. */
function lookAround(
  namer: Namer,
  before: IdSet,
  unit: string,
  start: number,
): { callback: FunctionPlace | null; link: string | null } {
  const { view, classes, labels, places } = namer;
  const { graph } = view;
  const canLink = !isGenericClass(unit) && !unit.startsWith('(');
  const seen = new Set([start]);
  let callback: FunctionPlace | null = null;
  let link: string | null = null;
  let ring = [start];
  for (let depth = 0; depth < CALLBACK_DEPTH && ring.length > 0 && seen.size < NEIGHBOURS; depth++) {
    const next: number[] = [];
    for (const node of ring) {
      for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
        const target = graph.edgeTo[e]!;
        if (view.essential[e] === 0 || seen.has(target) || labels.isStructural(e)) continue;
        seen.add(target);
        if (depth < 2 && canLink && link === null && classes.of(target) === unit) {
          link = labels.of(e) || '(internal)';
        }
        if (before.has(graph.nodeId[target]!)) continue;
        if (callback === null && graph.nodeType[target] === graph.nodeTypes.closure) {
          const place = places.ofProgram(target);
          if (place !== null) callback = { name: view.nameOf(target) || '(anonymous)', place };
        }
        next.push(target);
      }
    }
    ring = next;
  }
  return { callback, link };
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
