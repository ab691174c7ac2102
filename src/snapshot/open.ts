import { open, stat } from 'node:fs/promises';
import { FileError } from '../base/errors.ts';
import { dominators } from './dominators.ts';
import { ephemeronTables, essentialEdges } from './essential.ts';
import type { DominatorTree, HeapGraph } from './graph.ts';
import { ByteReader, type OpenOptions, unreadableFile } from './parse/byte-reader.ts';
import { fastestKernel } from './parse/fastest-kernel.ts';
import { readGraph, type Truncation } from './parse/read-graph.ts';
import { retainedSizes } from './retained.ts';

/** A heap snapshot read into memory. What is not there yet is worked out when first asked for, and kept. */
export class HeapSnapshot {
  readonly file: string;
  readonly fileBytes: number;
  readonly graph: HeapGraph;
  /** What is missing at the end of the file, names of things at most; `null` when the file is whole. */
  readonly truncated: Truncation | null;
  #tables: Map<number, number> | undefined;
  #essential: Uint8Array | undefined;
  #tree: DominatorTree | undefined;

  constructor(file: string, fileBytes: number, graph: HeapGraph, truncated: Truncation | null) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.graph = graph;
    this.truncated = truncated;
  }

  /** WeakMap entries: name index of each entry's edge to the node id of the map's table. */
  get ephemerons(): ReadonlyMap<number, number> {
    return (this.#tables ??= ephemeronTables(this.graph));
  }

  /** One byte an edge: 1 when it keeps what it leads to alive. **Cost:** one pass over the edges, the first time. */
  get essential(): Uint8Array {
    return (this.#essential ??= essentialEdges(this.graph, this.ephemerons));
  }

  /** Dominators and retained sizes. **Cost:** about as long as reading the file took, the first time. */
  get tree(): DominatorTree {
    if (this.#tree === undefined) {
      const found = dominators(this.graph, this.essential);
      const { count, ordinalOf, numberOf, idom } = found;
      this.#tree = { count, ordinalOf, numberOf, idom, retained: retainedSizes(this.graph, found) };
    }
    return this.#tree;
  }
}

/** Bytes of the file looked at in one go. */
const WINDOW_BYTES = 4 << 20;

/** Numbers read in one go. */
const BATCH = 1 << 16;

/**
 * Reads a heap snapshot of any size, as V8 writes it: Node.js, Chrome, Electron, Deno.
 *
 * A file that ends behind its graph is opened all the same, see {@link HeapSnapshot.truncated}.
 *
 * **Cost:** memory of 1.2 to 1.5 times the file's size; reads in parts, so that other work goes on in between.
 *
 * @throws SnapshotFormatError `PLIM_ERR_SNAPSHOT_FORMAT` when the file is something else or damaged
 * @throws SnapshotFormatError `PLIM_ERR_SNAPSHOT_TRUNCATED` when it ends before its graph does
 * @throws FileError `PLIM_ERR_FILE_UNREADABLE`
 */
export async function openSnapshot(file: string, options: OpenOptions = {}): Promise<HeapSnapshot> {
  options.signal?.throwIfAborted();
  const fileBytes = await fileSize(file);
  const handle = await readable(file, open(file, 'r'));
  try {
    const kernel = fastestKernel(WINDOW_BYTES, BATCH);
    const reader = new ByteReader(handle, file, fileBytes, kernel.input, options);
    const { graph, truncated } = await readGraph(reader, kernel);
    return new HeapSnapshot(file, fileBytes, graph, truncated);
  } finally {
    await handle.close();
  }
}

/** The size of a file that can be read: looks before opening, as opening a pipe would wait for its other end. */
export async function fileSize(file: string): Promise<number> {
  const found = await readable(file, stat(file));
  if (found.isFile()) return found.size;
  const kind = found.isDirectory() ? 'a folder' : 'no regular file';
  throw new FileError('PLIM_ERR_FILE_UNREADABLE', `Expected \`${file}\` to be a heap snapshot, got ${kind}.`);
}

async function readable<T>(file: string, attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
}
