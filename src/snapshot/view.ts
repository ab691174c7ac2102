import { type DominatorTree, type HeapGraph, NONE } from './graph.ts';
import type { HeapSnapshot } from './open.ts';

/** Edge names that the analysis tells apart; every other name is {@link WORD.other}. */
export const WORD = {
  unread: 0,
  other: 1,
  digits: 2,
  table: 3,
  elements: 4,
  properties: 5,
  context: 6,
  shared: 7,
  code: 8,
  feedbackCell: 9,
  map: 10,
  initialMap: 11,
  proto: 12,
  constructor: 13,
  prototype: 14,
  this: 15,
  script: 16,
  scriptOrDebugInfo: 17,
  previous: 18,
  extension: 19,
  value: 20,
  boundFunction: 21,
} as const;

const WORD_OF: ReadonlyMap<string, number> = new Map<string, number>([
  ['table', WORD.table],
  ['elements', WORD.elements],
  ['properties', WORD.properties],
  ['context', WORD.context],
  ['shared', WORD.shared],
  ['code', WORD.code],
  ['feedback_cell', WORD.feedbackCell],
  ['map', WORD.map],
  ['initial_map', WORD.initialMap],
  ['__proto__', WORD.proto],
  ['constructor', WORD.constructor],
  ['prototype', WORD.prototype],
  ['this', WORD.this],
  ['script', WORD.script],
  ['script_or_debug_info', WORD.scriptOrDebugInfo],
  ['previous', WORD.previous],
  ['extension', WORD.extension],
  ['value', WORD.value],
  ['bound_function', WORD.boundFunction],
]);

/**
 * A snapshot with the questions that the analysis asks of it again and again. Names are compared as small numbers
 * ({@link WORD}), each string being read once at most.
 */
export class HeapView {
  readonly snapshot: HeapSnapshot;
  readonly graph: HeapGraph;
  readonly essential: Uint8Array;
  readonly tree: DominatorTree;
  /** Edge name to the id of the WeakMap's table, for edges from a key to its value. */
  readonly ephemerons: ReadonlyMap<number, number>;
  readonly #words: Uint8Array;
  readonly #promiseReactions = new Map<number, boolean>();

  constructor(snapshot: HeapSnapshot) {
    this.snapshot = snapshot;
    this.graph = snapshot.graph;
    this.essential = snapshot.essential;
    this.tree = snapshot.tree;
    this.ephemerons = snapshot.ephemerons;
    this.#words = new Uint8Array(snapshot.graph.strings.count);
  }

  /** The node's own name: constructor, function or text. */
  nameOf(node: number): string {
    return this.graph.strings.get(this.graph.nodeName[node]!);
  }

  /** Text of a named edge (not of element and hidden edges, whose name is an index). */
  edgeText(edge: number): string {
    return this.graph.strings.get(this.graph.edgeName[edge]!);
  }

  /** {@link WORD} of a named edge. */
  word(edge: number): number {
    const index = this.graph.edgeName[edge]!;
    const known = this.#words[index];
    if (known !== undefined && known !== WORD.unread) return known;
    const text = this.graph.strings.get(index);
    const word = WORD_OF.get(text) ?? (/^\d+$/.test(text) ? WORD.digits : WORD.other);
    this.#words[index] = word;
    return word;
  }

  isReachable(node: number): boolean {
    return node === 0 || this.tree.numberOf[node] !== NONE;
  }

  /** An object or function of the language, as opposed to the engine's own parts of one. */
  isObject(node: number): boolean {
    const type = this.graph.nodeType[node];
    return type === this.graph.nodeTypes.object || type === this.graph.nodeTypes.closure;
  }

  isSynthetic(node: number): boolean {
    return this.graph.nodeType[node] === this.graph.nodeTypes.synthetic;
  }

  /** Something that a program can pile up: objects, functions, texts, promise reactions. */
  isUnit(node: number): boolean {
    const types = this.graph.nodeTypes;
    const type = this.graph.nodeType[node];
    switch (type) {
      case types.object:
      case types.closure:
      case types.slicedString:
      case types.concatenatedString:
      case types.regexp:
      case types.bigint:
        return true;
      case types.string:
        // The texts of numbers have no size: they exist in the snapshot only, under new ids each time.
        return this.graph.selfSize[node]! > 0;
      case types.hidden:
        return this.#isPromiseReaction(this.graph.nodeName[node]!);
      default:
        return false;
    }
  }

  #isPromiseReaction(nameIndex: number): boolean {
    let known = this.#promiseReactions.get(nameIndex);
    if (known === undefined) {
      known = this.graph.strings.get(nameIndex) === 'system / PromiseReaction';
      this.#promiseReactions.set(nameIndex, known);
    }
    return known;
  }

  /** Bytes of the program's data, not of the compiler's warming up. */
  isProgramData(node: number): boolean {
    const types = this.graph.nodeTypes;
    const type = this.graph.nodeType[node];
    return type !== types.code && type !== types.objectShape && type !== types.synthetic;
  }

  /** Where the first internal edge of one of these {@link WORD}s leads; -1 when there is none. */
  internal(node: number, word: number, otherWord: number = word): number {
    const { firstEdge, edgeType, edgeTo, edgeTypes } = this.graph;
    for (let e = firstEdge[node]!, end = firstEdge[node + 1]!; e < end; e++) {
      if (edgeType[e] !== edgeTypes.internal) continue;
      const found = this.word(e);
      if (found === word || found === otherWord) return edgeTo[e]!;
    }
    return -1;
  }

  /** Where the property of this name leads; -1 when there is none. */
  property(node: number, name: string): number {
    const { firstEdge, edgeType, edgeTo, edgeTypes } = this.graph;
    for (let e = firstEdge[node]!, end = firstEdge[node + 1]!; e < end; e++) {
      if (edgeType[e] === edgeTypes.property && this.edgeText(e) === name) return edgeTo[e]!;
    }
    return -1;
  }

  /** The nearest dominator that is an object; -1 when only the root is left. */
  dominatingObject(node: number): number {
    const { idom, ordinalOf, numberOf } = this.tree;
    let number = idom[numberOf[node]!]!;
    while (number !== 0 && !this.isObject(ordinalOf[number]!)) number = idom[number]!;
    return number === 0 ? -1 : ordinalOf[number]!;
  }

  /** Retained size, bytes. */
  retained(node: number): number {
    return this.tree.retained[this.tree.numberOf[node]!]!;
  }
}
