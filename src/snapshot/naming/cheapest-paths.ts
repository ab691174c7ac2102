/**
 * The cheapest path from the root to every node: not the shortest one, but the one that a reader follows most easily.
 *
 * Properties, elements and variables are cheap; the engine's internals, prototypes and code are dear; a path may begin
 * for a small price at any place the reader knows by name. Prices are small whole numbers, so a queue of buckets (one
 * per price) replaces a heap. **Cost:** O(edges), 10 bytes a node.
 */
import { NONE } from '../graph.ts';
import { type HeapView, WORD } from '../view.ts';
import type { ScriptPlaces } from './locations.ts';
import type { Scopes } from './scopes.ts';

const UNSEEN = 0xffff;

const PRICE = {
  plain: 1,
  internal: 3,
  knownPlace: 4,
  foreignScope: 4,
  self: 3,
  prototype: 6,
  hidden: 8,
  nameless: 20,
  code: 40,
} as const;

/**
 * Surcharge on leaving the engine's groups of roots: what hangs on the stack hangs there by accident, and what hangs on
 * a handle even more so; from the stack a path leads at least through variables.
 */
const ROOT_GROUP_PRICE: ReadonlyMap<string, number> = new Map([
  ['(Handle scope)', 80],
  ['(Strong roots)', 80],
  ['(Stack roots)', 60],
  ['(Microtasks)', 60],
  ['(Global handles)', 15],
]);

const MODULE_RECORD = 'system / SourceTextModule';

export interface PathTree {
  /** Edge through which each node is reached; {@link NONE} when it is not. */
  readonly via: Uint32Array;
  /** Node from which each node is reached. */
  readonly from: Uint32Array;
  /** Nodes in order of price, the root first. */
  readonly order: Uint32Array;
}

export function findCheapestPaths(
  view: HeapView,
  places: ScriptPlaces,
  scopes: Scopes,
  known: ReadonlyMap<number, unknown>,
): PathTree {
  const { graph } = view;
  const price = new EdgePrices(view, places, scopes);
  const cost = new Uint16Array(graph.nodeCount).fill(UNSEEN);
  const via = new Uint32Array(graph.nodeCount).fill(NONE);
  const from = new Uint32Array(graph.nodeCount);
  const order = new Uint32Array(graph.nodeCount);
  let settled = 0;
  const buckets: (number[] | undefined)[] = [[0]];
  cost[0] = 0;
  for (const node of known.keys()) {
    cost[node] = PRICE.knownPlace;
    (buckets[PRICE.knownPlace] ??= []).push(node);
  }
  for (let paid = 0; paid < buckets.length; paid++) {
    const queue = buckets[paid];
    if (queue === undefined) continue;
    for (let i = 0; i < queue.length; i++) {
      const node = queue[i]!;
      if (cost[node] !== paid) continue;
      order[settled++] = node;
      const leaving = price.ofLeaving(node);
      for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
        if (view.essential[e] === 0) continue;
        const target = graph.edgeTo[e]!;
        if (cost[target]! <= paid) continue;
        const total = paid + leaving + price.ofEdge(e, node);
        if (total >= cost[target]!) continue;
        cost[target] = total;
        via[target] = e;
        from[target] = node;
        (buckets[total] ??= []).push(target);
      }
    }
    buckets[paid] = undefined;
  }
  return { via, from, order: order.subarray(0, settled) };
}

class EdgePrices {
  readonly #view: HeapView;
  readonly #places: ScriptPlaces;
  readonly #scopes: Scopes;
  readonly #scopePrice = new Map<number, number>();
  /** String indexes by which module records go. */
  readonly #moduleNames: ReadonlySet<number>;

  constructor(view: HeapView, places: ScriptPlaces, scopes: Scopes) {
    this.#view = view;
    this.#places = places;
    this.#scopes = scopes;
    const { strings } = view.graph;
    this.#moduleNames = new Set(
      [...strings.indexesContaining(MODULE_RECORD)].filter((index) => strings.get(index) === MODULE_RECORD),
    );
  }

  ofLeaving(node: number): number {
    if (node === 0 || !this.#view.isSynthetic(node)) return 0;
    const name = this.#view.nameOf(node);
    return ROOT_GROUP_PRICE.get(name) ?? (name.startsWith('(') ? 25 : 4);
  }

  ofEdge(edge: number, parent: number): number {
    const { edgeType, edgeTypes } = this.#view.graph;
    switch (edgeType[edge]) {
      case edgeTypes.element:
      case edgeTypes.shortcut:
        return PRICE.plain;
      case edgeTypes.property:
        return this.#ofProperty(edge);
      case edgeTypes.context:
        return this.#ofVariable(edge, parent);
      case edgeTypes.internal:
        return this.#ofInternal(edge);
      default:
        return this.#ofHidden(edge, parent);
    }
  }

  /** The variables of an ES module are reached by name through its exports only, which are its first field. */
  #ofHidden(edge: number, parent: number): number {
    const { edgeName, nodeName } = this.#view.graph;
    if (!this.#moduleNames.has(nodeName[parent]!)) return PRICE.hidden;
    return edgeName[edge] === 0 ? PRICE.internal : PRICE.nameless;
  }

  #ofProperty(edge: number): number {
    const word = this.#view.word(edge);
    const isPrototype = word === WORD.proto || word === WORD.constructor || word === WORD.prototype;
    return isPrototype ? PRICE.prototype : PRICE.plain;
  }

  #ofInternal(edge: number): number {
    switch (this.#view.word(edge)) {
      case WORD.table:
      case WORD.context:
      case WORD.elements:
      case WORD.properties:
      case WORD.digits:
        return PRICE.plain;
      case WORD.shared:
      case WORD.code:
      case WORD.feedbackCell:
      case WORD.map:
      case WORD.initialMap:
        return PRICE.code;
      default:
        return this.#view.ephemerons.has(this.#view.graph.edgeName[edge]!) ? PRICE.plain : PRICE.internal;
    }
  }

  /** A variable of the program is what a reader looks for; one of the runtime's scripts is not, nor is `this`. */
  #ofVariable(edge: number, scope: number): number {
    let price = this.#scopePrice.get(scope);
    if (price === undefined) {
      const closure = this.#scopes.closureIn(scope);
      const place = closure < 0 ? null : this.#places.of(closure);
      price = place !== null && !this.#places.isProgramScript(place.url) ? PRICE.foreignScope : PRICE.plain;
      this.#scopePrice.set(scope, price);
    }
    return this.#view.word(edge) === WORD.this ? price + PRICE.self : price;
  }
}
