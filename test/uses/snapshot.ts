/** A program that uses `plimsoll/snapshot`, on a heap of three objects: the roots, a list and what it holds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileError, isPlimsollError } from 'plimsoll/errors';
import { type HeapSnapshot, openSnapshot, type SnapshotSummary, summarise } from 'plimsoll/snapshot';

const NODE_TYPES = ['hidden', 'array', 'string', 'object', 'synthetic'];
const HEAP = {
  snapshot: {
    meta: {
      node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'],
      node_types: [NODE_TYPES, 'string', 'number', 'number', 'number', 'number'],
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [['context', 'element', 'property', 'internal'], 'string_or_number', 'node'],
      location_fields: ['object_index', 'script_id', 'line', 'column'],
    },
    node_count: 3,
    edge_count: 2,
  },
  nodes: [4, 0, 1, 0, 1, 0, 3, 1, 3, 100, 1, 0, 3, 2, 5, 1000, 0, 0],
  edges: [2, 3, 6, 1, 0, 12],
  locations: [],
  strings: ['', 'List', 'Item', 'list'],
};

async function withHeapFile<T>(read: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-use-'));
  try {
    const file = join(folder, 'a.heapsnapshot');
    await writeFile(file, JSON.stringify(HEAP));
    return await read(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const snapshot: HeapSnapshot = await withHeapFile((file) => openSnapshot(file));
  const summary: SnapshotSummary = summarise(snapshot);
  const list = summary.classes.find(({ name }) => name === 'List');
  const missing: unknown = await openSnapshot('missing.heapsnapshot').catch((error: unknown) => error);
  return {
    'the graph is whole': snapshot.graph.nodeCount === 3 && snapshot.truncated === null,
    'a holder retains what it holds': list?.retainedBytes === 1100 && list.count === 1,
    'a missing file is an error of our class': missing instanceof FileError,
    'a missing file has its code': isPlimsollError(missing, 'PLIM_ERR_FILE_UNREADABLE'),
  };
}
