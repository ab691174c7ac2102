import { formatCount } from '../../base/units.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Header } from './header.ts';
import type { Kernel } from './kernel.ts';
import { type ArrayEnd, readRows } from './numbers.ts';

export interface NodeColumns {
  readonly nodeType: Uint8Array;
  readonly nodeName: Uint32Array;
  readonly nodeId: Uint32Array;
  readonly selfSize: Uint32Array | Float64Array;
  readonly firstEdge: Uint32Array;
}

/** Fewest bytes that a number takes in the file: a digit and what parts it from the next. */
export const BYTES_PER_NUMBER = 2;

/** Items of `fields` numbers that there can be in what is left of the file, whatever the header says. */
export function roomFor(count: number, fields: number, reader: ByteReader): number {
  return Math.min(count, Math.ceil((reader.fileBytes - reader.offset) / (fields * BYTES_PER_NUMBER)));
}

/** Checks that as many items were read as the header promises. */
export function checkCount(what: string, count: number, fields: number, end: ArrayEnd, reader: ByteReader): void {
  if (end.closed && end.numbers === count * fields) return;
  const found = `${formatCount(Math.floor(end.numbers / fields))} of ${formatCount(count)} ${what}`;
  throw end.closed ? reader.damaged(`${found} that its header promises`) : reader.truncated(`only ${found}`);
}

/** Reads the value of `"nodes"` into columns. */
export async function readNodes(reader: ByteReader, kernel: Kernel, header: Header): Promise<NodeColumns> {
  const fields = header.nodeFields.length;
  const room = roomFor(header.nodeCount, fields, reader);
  const [type, name, id, self, edges] = ['type', 'name', 'id', 'self_size', 'edge_count'].map((field) =>
    header.nodeFields.indexOf(field),
  ) as [number, number, number, number, number];
  const nodeType = new Uint8Array(room);
  const nodeName = new Uint32Array(room);
  const nodeId = new Uint32Array(room);
  const selfSize = new Uint32Array(room);
  const firstEdge = new Uint32Array(room + 1);
  const types = header.nodeTypeNames.length;
  const wideSizes = new Map<number, number>();
  let node = 0;
  let edge = 0;

  const end = await readRows(reader, kernel, {
    fields,
    take(numbers, count) {
      if (node + count / fields > room) throw reader.damaged(`more than the ${formatCount(room)} nodes it promises`);
      let at = node;
      let next = edge;
      for (let row = 0; row < count; row += fields) {
        const kind = numbers[row + type]!;
        if (kind >= types) throw reader.damaged(`a node of unknown type ${kind}`);
        nodeType[at] = kind;
        nodeName[at] = numbers[row + name]!;
        nodeId[at] = numbers[row + id]!;
        selfSize[at] = numbers[row + self]!;
        firstEdge[at++] = next;
        next += numbers[row + edges]!;
      }
      node = at;
      edge = next;
    },
    wide(index, value) {
      const field = index % fields;
      if (field === self && value >= 0) wideSizes.set((index - field) / fields, value);
      else if (field !== id && header.nodeFields[field] !== 'trace_node_id') {
        throw reader.damaged(`${value} as \`${header.nodeFields[field]}\` of a node at byte ${reader.offset}`);
      }
    },
  });
  checkCount('nodes', header.nodeCount, fields, end, reader);
  if (edge !== header.edgeCount) {
    throw reader.damaged(`nodes with ${formatCount(edge)} edges instead of ${formatCount(header.edgeCount)}`);
  }
  firstEdge[node] = edge;
  return { nodeType, nodeName, nodeId, selfSize: widen(selfSize, wideSizes), firstEdge };
}

/** A column that holds the sizes of 4 GiB and more, when there are any. */
function widen(sizes: Uint32Array, wide: ReadonlyMap<number, number>): Uint32Array | Float64Array {
  if (wide.size === 0) return sizes;
  const column = Float64Array.from(sizes);
  for (const [node, size] of wide) column[node] = size;
  return column;
}
