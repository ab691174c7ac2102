import { type HeapView, WORD } from '../view.ts';
import { isAuthoredName } from './authored.ts';
import type { PlaceText } from './file-names.ts';
import type { CodePlace, ScriptPlaces } from './locations.ts';
import { isShortened, type OriginalNames } from './original-names.ts';

/** Classes that say nothing of what a program keeps in them. */
const GENERIC: ReadonlySet<string> = new Set([
  'Object',
  'Array',
  'Map',
  'Set',
  'Object (as a map)',
  'system / Context',
  'Uint8Array',
  'Buffer',
  'ArrayBuffer',
  '(string)',
]);

/** A plain object with more properties than this is used as a map. */
const MAP_LIKE = 24;
const KEYS_SHOWN = 7;

/** An object that is used as a map, or a table of the engine's: its keys are data. */
export function isMapLike(name: string): boolean {
  return name === 'Object (as a map)';
}

export function isGenericClass(name: string): boolean {
  return GENERIC.has(name);
}

/**
 * What a node is called: its class; a plain object by its own keys, a function by its name and place. This alone
 * tells minified and anonymous classes apart, and it is the same in every snapshot of a process.
 */
export class ClassNames {
  readonly #view: HeapView;
  readonly #places: ScriptPlaces;
  readonly #original: OriginalNames;
  readonly #textOf: PlaceText;
  readonly #ids: Uint32Array;
  readonly #names: string[] = [''];
  readonly #idOf = new Map<string, number>();

  constructor(view: HeapView, places: ScriptPlaces, names: OriginalNames, textOf: PlaceText) {
    this.#view = view;
    this.#places = places;
    this.#original = names;
    this.#textOf = textOf;
    this.#ids = new Uint32Array(view.graph.nodeCount);
  }

  of(node: number): string {
    let id = this.#ids[node]!;
    if (id === 0) {
      id = this.#intern(this.#read(node));
      this.#ids[node] = id;
    }
    return this.#names[id]!;
  }

  #intern(name: string): number {
    let id = this.#idOf.get(name);
    if (id === undefined) {
      id = this.#names.push(name) - 1;
      this.#idOf.set(name, id);
    }
    return id;
  }

  #read(node: number): string {
    const { nodeType, nodeTypes, nodeTypeNames } = this.#view.graph;
    const type = nodeType[node]!;
    switch (type) {
      case nodeTypes.closure:
        return this.#functionText(node);
      case nodeTypes.string:
        return '(string)';
      case nodeTypes.slicedString:
        return '(sliced string)';
      case nodeTypes.concatenatedString:
        return '(concatenated string)';
      case nodeTypes.number:
        return '(number)';
      case nodeTypes.symbol:
        return '(symbol)';
      case nodeTypes.array:
        return '(array)';
      case nodeTypes.regexp:
        // Its name in the file is its pattern: another one for each, and data.
        return 'RegExp';
      default: {
        const name = this.#view.nameOf(node);
        if (type === nodeTypes.object && (name === 'Object' || name === '')) return this.#plainObject(node);
        if (type === nodeTypes.object && isShortened(name)) return this.#ownName(name, this.#places.of(node));
        return name === '' ? `(${nodeTypeNames[type] ?? 'unknown'})` : name;
      }
    }
  }

  #functionText(node: number): string {
    if (this.#view.nameOf(node) === 'native_bind') return this.#boundName(node);
    const place = this.#places.of(node);
    const name = `${this.functionName(node) || '(anonymous)'}()`;
    return place === null ? name : `${name} ${this.#textOf(place)}`;
  }

  /** What the author called a function; `''` where it has no name. */
  functionName(node: number): string {
    return this.#ownName(this.#view.nameOf(node), this.#places.of(node));
  }

  #ownName(name: string, place: CodePlace | null): string {
    return place === null || !isShortened(name) ? name : this.#original.ofCode(place, name);
  }

  /** A bound function goes by the one that was bound. */
  #boundName(node: number): string {
    const target = this.#view.internal(node, WORD.boundFunction);
    return target < 0 || this.#view.nameOf(target) === 'native_bind'
      ? 'bound()'
      : `bound ${this.#functionText(target)}`;
  }

  #plainObject(node: number): string {
    const keys = this.keysOf(node);
    if (keys.length > MAP_LIKE) return 'Object (as a map)';
    if (keys.length === 0) return 'Object';
    return `Object {${keys.slice(0, KEYS_SHOWN).join(', ')}${keys.length > KEYS_SHOWN ? ', ...' : ''}}`;
  }

  /** An object's own property names, those that may be data as `[key]`; of one with many at least {@link MAP_LIKE} and one. */
  keysOf(node: number): string[] {
    const { firstEdge, edgeType, edgeTypes } = this.#view.graph;
    const keys: string[] = [];
    for (let e = firstEdge[node]!, end = firstEdge[node + 1]!; e < end && keys.length <= MAP_LIKE; e++) {
      if (edgeType[e] !== edgeTypes.property) continue;
      const word = this.#view.word(e);
      if (word === WORD.proto || word === WORD.constructor || word === WORD.prototype || word === WORD.map) continue;
      const key = this.#view.edgeText(e);
      keys.push(isAuthoredName(key) ? key : '[key]');
    }
    return keys;
  }
}
