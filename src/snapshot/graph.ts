/**
 * A heap snapshot as a read-only graph over node ordinals: columns of numbers, never an object per node.
 *
 * An ordinal is a node's position in the file (0 is the root). Edges of node `v` are those from `firstEdge[v]` up to
 * `firstEdge[v + 1]`. Names are indexes into the string table, decoded on demand.
 */

/** Ordinal or DFS number that stands for "none". */
export const NONE = 0xffffffff;

/** Index of each node type in this file's own table; -1 when the file does not have it. */
export interface NodeTypes {
  readonly hidden: number;
  readonly array: number;
  readonly string: number;
  readonly object: number;
  readonly code: number;
  readonly closure: number;
  readonly regexp: number;
  readonly number: number;
  readonly native: number;
  readonly synthetic: number;
  readonly concatenatedString: number;
  readonly slicedString: number;
  readonly symbol: number;
  readonly bigint: number;
  readonly objectShape: number;
}

/** Index of each edge type in this file's own table; -1 when the file does not have it. */
export interface EdgeTypes {
  readonly context: number;
  readonly element: number;
  readonly property: number;
  readonly internal: number;
  readonly hidden: number;
  readonly shortcut: number;
  readonly weak: number;
}

/** The strings of a snapshot. V8 cuts each at 1,024 characters. */
export interface StringTable {
  readonly count: number;
  /** The string at `index`; `''` where the file ends before it. **Cost:** decodes once, then a look-up. */
  get(index: number): string;
  /** Indexes of the strings that contain `text` (ASCII without quotes and backslashes). **Cost:** one fast scan. */
  indexesContaining(text: string): number[];
}

/** Where the code of closures and of class instances stands. */
export interface Locations {
  readonly count: number;
  /** Script id of a node's code; -1 when the file gives none. */
  scriptOf(ordinal: number): number;
  /** Line, from 0. */
  lineOf(ordinal: number): number;
  /** Column, from 0. */
  columnOf(ordinal: number): number;
}

export interface HeapGraph {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Names of the node types, as the file gives them. */
  readonly nodeTypeNames: readonly string[];
  readonly nodeTypes: NodeTypes;
  readonly edgeTypes: EdgeTypes;
  readonly nodeType: Uint8Array;
  /** String index of each node's name. */
  readonly nodeName: Uint32Array;
  /** V8's id: stable for the life of an object within one process, higher for objects seen later. */
  readonly nodeId: Uint32Array;
  /** Shallow sizes, bytes. */
  readonly selfSize: Uint32Array | Float64Array;
  /** `nodeCount + 1` offsets into the edge columns. */
  readonly firstEdge: Uint32Array;
  readonly edgeType: Uint8Array;
  /** String index of the name; for element and hidden edges the index itself. */
  readonly edgeName: Uint32Array;
  /** Ordinal that the edge leads to. */
  readonly edgeTo: Uint32Array;
  readonly strings: StringTable;
  readonly locations: Locations;
}

/**
 * The dominator tree, numbered by depth-first order: a dominator's number is always lower than that of what it
 * dominates, so one pass over the numbers goes top down and one backwards goes bottom up.
 */
export interface DominatorTree {
  /** Reachable nodes; numbers run from 0 (the root) to `count - 1`. */
  readonly count: number;
  /** Number to ordinal. */
  readonly ordinalOf: Uint32Array;
  /** Ordinal to number; {@link NONE} when the node cannot be reached. */
  readonly numberOf: Uint32Array;
  /** Number of the immediate dominator; 0 for the root itself. */
  readonly idom: Uint32Array;
  /** Retained sizes by number, bytes. */
  readonly retained: Float64Array;
}
