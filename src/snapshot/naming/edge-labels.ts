import { type HeapView, WORD } from '../view.ts';
import { isAuthoredKey, isAuthoredName } from './authored.ts';

/** Tables up to this many edges are tables of kinds, not of ids: their keys are worth showing. */
const SMALL_TABLE_EDGES = 200;

/** Characters of a key that are shown to those who want to see strings. */
const KEY_SHOWN = 40;
/** Keys of a Map are what the program met, not what its author wrote; but for these, which the runtime itself uses. */
const EVENTS: ReadonlySet<string> = new Set(['abort', 'change', 'close', 'error', 'message', 'messageerror', 'open']);

/** How a private field of an object is called, with its `#`. */
export type PrivateName = (owner: number, compiledName: string) => string;

/** Writes edges as steps of a path: `name`, `[]`, `["key"]`, `<internal>`; `''` for steps that say nothing. */
export class EdgeLabels {
  readonly #view: HeapView;
  readonly #showStrings: boolean;
  readonly #privateName: PrivateName;
  readonly #weakMapNames = new Map<number, string>();

  constructor(view: HeapView, showStrings: boolean = false, privateName: PrivateName = (_, name) => name) {
    this.#view = view;
    this.#showStrings = showStrings;
    this.#privateName = privateName;
  }

  /**
   * The step over `edge`; `parent`, where it starts, lets short keys of small tables be shown, and private fields by the
   * names that their class gave them.
   */
  of(edge: number, parent?: number): string {
    const view = this.#view;
    const { edgeType, edgeTypes, edgeName, edgeTo } = view.graph;
    const type = edgeType[edge];
    if (type === edgeTypes.element) {
      return view.nameOf(edgeTo[edge]!) === 'TimersList' ? `[${edgeName[edge]} ms]` : '[]';
    }
    if (type === edgeTypes.hidden) return '';
    if (type === edgeTypes.internal) return this.#internal(edge, parent);
    const text = view.edgeText(edge);
    if (type === edgeTypes.context) return text;
    return parent !== undefined && isPrivate(text) ? this.#privateName(parent, text) : propertyLabel(text);
  }

  #internal(edge: number, parent: number | undefined): string {
    const view = this.#view;
    const table = view.ephemerons.get(view.graph.edgeName[edge]!);
    if (table !== undefined) return this.#weakMapName(table);
    switch (view.word(edge)) {
      case WORD.digits:
        return parent === undefined ? '[key]' : this.#tableKey(parent, edge);
      case WORD.table:
      case WORD.elements:
      case WORD.properties:
      case WORD.context:
        return '';
      default:
        return internalLabel(view.edgeText(edge));
    }
  }

  /** The key beside a value of a Map or Set, in a small table: a variable's or event's name, else only on request. */
  #tableKey(table: number, edge: number): string {
    const { firstEdge, edgeType, edgeTypes, edgeTo, nodeType, nodeTypes } = this.#view.graph;
    const start = firstEdge[table]!;
    const end = firstEdge[table + 1]!;
    if (end - start > SMALL_TABLE_EDGES) return '[key]';
    // Cells in a table are the variables of a module: their keys are names in the source, never data.
    const isBinding = this.#view.nameOf(edgeTo[edge]!) === 'system / Cell';
    const slot = String(Number(this.#view.edgeText(edge)) - 1);
    for (let e = start; e < end; e++) {
      if (edgeType[e] !== edgeTypes.internal || this.#view.edgeText(e) !== slot) continue;
      const key = edgeTo[e]!;
      if (nodeType[key] !== nodeTypes.string) break;
      const text = this.#view.nameOf(key);
      if (isBinding && /^[$\w]+$/.test(text)) return `["${text}"]`;
      if (EVENTS.has(text)) return `["${text}"]`;
      return this.#showStrings ? `[${JSON.stringify(text.slice(0, KEY_SHOWN))}]` : '[key]';
    }
    return '[key]';
  }

  /** The WeakMap of a pair, by the variable or property that holds it. */
  #weakMapName(tableId: number): string {
    let name = this.#weakMapNames.get(tableId);
    if (name === undefined) {
      name = this.#findWeakMapName(tableId);
      this.#weakMapNames.set(tableId, name);
    }
    return name;
  }

  #findWeakMapName(tableId: number): string {
    const { graph } = this.#view;
    const table = graph.nodeId.indexOf(tableId);
    const weakMap = table < 0 ? -1 : this.#holderOf(table, (node) => /^Weak(Map|Set)$/.test(this.#view.nameOf(node)));
    if (weakMap < 0) return '<value in a WeakMap>';
    for (let node = 0; node < graph.nodeCount; node++) {
      for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
        if (graph.edgeTo[e] !== weakMap) continue;
        const type = graph.edgeType[e];
        if (type !== graph.edgeTypes.context && type !== graph.edgeTypes.property) continue;
        return `<value in WeakMap ${this.of(e)}>`;
      }
    }
    return '<value in a WeakMap>';
  }

  #holderOf(target: number, accepts: (node: number) => boolean): number {
    const { graph } = this.#view;
    for (let node = 0; node < graph.nodeCount; node++) {
      if (!this.#view.isObject(node) || !accepts(node)) continue;
      for (let e = graph.firstEdge[node]!, end = graph.firstEdge[node + 1]!; e < end; e++) {
        if (graph.edgeTo[e] === target) return node;
      }
    }
    return -1;
  }

  /** Steps that lead to what every object has, not to what this one holds. */
  isStructural(edge: number): boolean {
    const { edgeType, edgeTypes } = this.#view.graph;
    const type = edgeType[edge];
    if (type !== edgeTypes.property && type !== edgeTypes.internal) return false;
    switch (this.#view.word(edge)) {
      case WORD.proto:
      case WORD.constructor:
      case WORD.prototype:
      case WORD.map:
      case WORD.shared:
      case WORD.feedbackCell:
      case WORD.code:
        return true;
      default:
        return false;
    }
  }
}

/** A key may begin with the same sign, but then no name follows. */
function isPrivate(text: string): boolean {
  return text.startsWith('#') && isAuthoredName(text);
}

/** Keys of objects may be data, and secret: what does not read like a name in a program is not shown. */
function propertyLabel(text: string): string {
  const symbol = /^<symbol ?(.*)>$/s.exec(text)?.[1];
  if (symbol !== undefined) return symbol === '' || isAuthoredKey(symbol) ? text : '<symbol>';
  if (isAuthoredName(text)) return text;
  return isAuthoredKey(text) ? `["${text}"]` : '[key]';
}

/** The engine's own names are words; others repeat what stands at their ends, text of the program included. */
function internalLabel(text: string): string {
  return /^[A-Za-z_][\w ]{0,40}$/.test(text) ? `<${text}>` : '<internal>';
}
