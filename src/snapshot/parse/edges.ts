import { formatCount } from '../../base/units.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Header } from './header.ts';
import type { Kernel } from './kernel.ts';
import { checkCount, roomFor } from './nodes.ts';
import { readRows } from './numbers.ts';

export interface EdgeColumns {
  readonly edgeType: Uint8Array;
  readonly edgeName: Uint32Array;
  readonly edgeTo: Uint32Array;
}

/** Reads the value of `"edges"` into columns; the file's index of a node's first field becomes its ordinal. */
export async function readEdges(reader: ByteReader, kernel: Kernel, header: Header): Promise<EdgeColumns> {
  const fields = header.edgeFields.length;
  const room = roomFor(header.edgeCount, fields, reader);
  const [type, name, to] = ['type', 'name_or_index', 'to_node'].map((field) => header.edgeFields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  const edgeType = new Uint8Array(room);
  const edgeName = new Uint32Array(room);
  const edgeTo = new Uint32Array(room);
  const types = header.edgeTypeNames.length;
  const nodeFields = header.nodeFields.length;
  const perField = 1 / nodeFields;
  const nodes = header.nodeCount;
  let edge = 0;

  const end = await readRows(reader, kernel, {
    fields,
    take(numbers, count) {
      if (edge + count / fields > room) throw reader.damaged(`more than the ${formatCount(room)} edges it promises`);
      let at = edge;
      for (let row = 0; row < count; row += fields) {
        const index = numbers[row + to]!;
        const kind = numbers[row + type]!;
        // Multiplying is faster than dividing; the half makes it exact for every multiple below 2^32.
        const ordinal = (index * perField + 0.5) >>> 0;
        if (ordinal * nodeFields !== index || ordinal >= nodes) throw reader.damaged(`an edge to no node (${index})`);
        if (kind >= types) throw reader.damaged(`an edge of unknown type ${kind}`);
        edgeType[at] = kind;
        edgeName[at] = numbers[row + name]!;
        edgeTo[at++] = ordinal;
      }
      edge = at;
    },
    wide(index, value) {
      const field = index % fields;
      if (field !== name) throw reader.damaged(`${value} as \`${header.edgeFields[field]}\` of an edge`);
    },
  });
  checkCount('edges', header.edgeCount, fields, end, reader);
  return { edgeType, edgeName, edgeTo };
}
