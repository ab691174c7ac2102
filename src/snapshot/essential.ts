import type { HeapGraph } from './graph.ts';

/** How V8 names the edge of a WeakMap's entry, both on the key and on the table. */
const EPHEMERON = / \/ part of key .* pair in WeakMap \(table @(\d+|%u)\)$/s;
const EPHEMERON_TEXT = ' pair in WeakMap (table @';
/** Stands for a table that is not known: where key and value have long names, V8 writes its pattern as it is. */
const UNKNOWN_TABLE = 0;

/**
 * The WeakMap entries of a snapshot: name index of each entry's edge to the node id of the map's table, 0 where the
 * file does not tell it.
 *
 * **Cost:** one fast scan of the string bytes.
 */
export function ephemeronTables(graph: HeapGraph): Map<number, number> {
  const tables = new Map<number, number>();
  for (const name of graph.strings.indexesContaining(EPHEMERON_TEXT)) {
    const match = EPHEMERON.exec(graph.strings.get(name));
    if (match !== null) tables.set(name, match[1] === '%u' ? UNKNOWN_TABLE : Number(match[1]));
  }
  return tables;
}

/**
 * Which edges keep what they lead to alive: one byte an edge, 1 = retains.
 *
 * Weak edges and edges of a node to itself never do; shortcuts do from the root only, as they repeat paths from
 * elsewhere. A WeakMap's value lives as long as its key and the map: V8 draws the edge twice, and the key's copy is
 * the one that retains.
 *
 * **Cost:** one pass over the edges.
 */
export function essentialEdges(
  graph: HeapGraph,
  tables: ReadonlyMap<number, number> = ephemeronTables(graph),
): Uint8Array {
  const { firstEdge, edgeType, edgeTo, edgeTypes, nodeCount } = graph;
  const essential = new Uint8Array(graph.edgeCount);
  const retains = new Uint8Array(256).fill(1);
  if (edgeTypes.weak >= 0) retains[edgeTypes.weak] = 0;
  for (let node = 0; node < nodeCount; node++) {
    if (node === 1 && edgeTypes.shortcut >= 0) retains[edgeTypes.shortcut] = 0;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      essential[edge] = edgeTo[edge] === node ? 0 : retains[edgeType[edge]!]!;
    }
  }
  if (tables.size > 0) releaseTableEntries(graph, tables, essential);
  return essential;
}

/**
 * Takes the entries off the tables, which are few: nodes are told by id, so that no edge of others is looked at. Where
 * the id is not known a table is told by its type: no key is an array of the engine's.
 */
function releaseTableEntries(graph: HeapGraph, tables: ReadonlyMap<number, number>, essential: Uint8Array): void {
  const { nodeId, nodeType, nodeTypes, firstEdge, edgeType, edgeName, edgeTypes, nodeCount } = graph;
  const ids = new Set(tables.values());
  const hasUnknown = ids.delete(UNKNOWN_TABLE);
  const release = (node: number, table: number): void => {
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (edgeType[edge] === edgeTypes.internal && tables.get(edgeName[edge]!) === table) essential[edge] = 0;
    }
  };
  if (hasUnknown) {
    for (let node = 0; node < nodeCount; node++) {
      if (nodeType[node] === nodeTypes.array) release(node, UNKNOWN_TABLE);
    }
  }
  if (ids.size === 0) return;
  const lowest = [...ids].reduce((a, b) => Math.min(a, b));
  const highest = [...ids].reduce((a, b) => Math.max(a, b));
  for (let node = 0; node < nodeCount; node++) {
    const id = nodeId[node]!;
    if (id >= lowest && id <= highest && ids.has(id)) release(node, id);
  }
}
