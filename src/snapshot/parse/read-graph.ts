import { SnapshotFormatError } from '../../base/errors.ts';
import { IntVector } from '../../struct/int-vector.ts';
import type { HeapGraph } from '../graph.ts';
import type { ByteReader } from './byte-reader.ts';
import { type EdgeColumns, readEdges } from './edges.ts';
import { edgeTypesOf, type Header, nodeTypesOf, readHeader } from './header.ts';
import { BYTE, expect, peek, readValue, skipValue } from './json.ts';
import type { Kernel } from './kernel.ts';
import { LocationTable, readLocations } from './locations.ts';
import { type NodeColumns, readNodes } from './nodes.ts';
import { StringBytes } from './string-table.ts';
import { readStrings } from './strings.ts';

/** What a file lacks whose graph is whole. */
export interface Truncation {
  /** The section in which reading ended; `strings` too when the file has none. */
  readonly section: string;
  /** Byte of the file at which it ended. */
  readonly offset: number;
  /** Strings that are whole; later ones read as `''`. */
  readonly strings: number;
  /** Strings that the graph refers to. */
  readonly stringsNeeded: number;
}

export interface ParsedSnapshot {
  readonly graph: HeapGraph;
  /** `null` when the file is whole. */
  readonly truncated: Truncation | null;
}

/** What was read so far. */
interface Parts {
  header?: Header;
  nodes?: NodeColumns;
  edges?: EdgeColumns;
  stringsWhole: boolean;
  /** The section being read. */
  section: string;
  /** Where reading had to stop. */
  endedAt?: number;
  readonly keys: string[];
  readonly strings: StringBytes;
  readonly locations: IntVector;
}

const MAX_KEY_BYTES = 1024;

/** V8 has about ten sections. */
const MAX_KEYS = 100;

/** Strings are kept in pieces of this size; a small file takes one as small as itself. */
const PIECE_BYTES = 4 << 20;

/** Reads a snapshot from the start of its file to its end. */
export async function readGraph(reader: ByteReader, kernel: Kernel): Promise<ParsedSnapshot> {
  const parts: Parts = {
    stringsWhole: false,
    section: 'strings',
    keys: [],
    strings: new StringBytes(Math.max(1, Math.min(PIECE_BYTES, reader.fileBytes))),
    locations: new IntVector(),
  };
  try {
    await openFile(reader);
    await readSections(reader, kernel, parts);
    parts.section = 'strings';
  } catch (error) {
    // What comes behind the graph only adds names to it: a file damaged there can still be analysed.
    if (!(error instanceof SnapshotFormatError) || parts.nodes === undefined || parts.edges === undefined) throw error;
    parts.endedAt = error.offset;
  }
  return assemble(reader, parts);
}

/** Takes the file's first byte, or says what the file is instead. */
async function openFile(reader: ByteReader): Promise<void> {
  const first = await peek(reader);
  if (first === -1) throw reader.damaged(reader.fileBytes === 0 ? 'an empty file' : 'a file of white space');
  const head = Buffer.from(reader.bytes.subarray(reader.at, Math.min(reader.end, reader.at + 3))).toString('hex');
  if (head.startsWith('1f8b')) throw reader.damaged('a file packed by gzip: unpack it first');
  if (head === 'efbbbf') reader.at += 3;
  if ((await peek(reader)) !== BYTE.OPEN_OBJECT) throw reader.damaged('a file that is no JSON object');
  reader.at++;
}

async function readSections(reader: ByteReader, kernel: Kernel, parts: Parts): Promise<void> {
  if ((await peek(reader)) === BYTE.CLOSE_OBJECT) throw reader.damaged('an empty JSON object');
  for (;;) {
    const key = await readValue(reader, 'a key', MAX_KEY_BYTES);
    if (typeof key !== 'string') throw reader.damaged('a key that is no string');
    if (parts.keys.includes(key)) throw reader.damaged(`\`${key}\` twice`);
    await expect(reader, BYTE.COLON);
    if (parts.keys.push(key) > MAX_KEYS) refuseForeign(reader, parts.keys);
    parts.section = key;
    await readSection(reader, kernel, parts, key);
    if ((await peek(reader)) === BYTE.CLOSE_OBJECT) return;
    await expect(reader, BYTE.COMMA);
  }
}

async function readSection(reader: ByteReader, kernel: Kernel, parts: Parts, key: string): Promise<void> {
  switch (key) {
    case 'snapshot':
      parts.header = await readHeader(reader);
      return;
    case 'nodes':
      parts.nodes = await readNodes(reader, kernel, headerOf(reader, parts));
      return;
    case 'edges':
      parts.edges = await readEdges(reader, kernel, headerOf(reader, parts));
      return;
    case 'locations':
      if (headerOf(reader, parts).locationFields.length > 0) {
        await readLocations(reader, kernel, headerOf(reader, parts), parts.locations);
        return;
      }
      break;
    case 'strings':
      await readStrings(reader, kernel, parts.strings);
      parts.stringsWhole = true;
      return;
    default:
  }
  await skipValue(reader);
}

function headerOf(reader: ByteReader, parts: Parts): Header {
  return parts.header ?? refuseForeign(reader, parts.keys);
}

/** JavaScriptCore's own format starts with a version, and names its classes apart. */
function refuseForeign(reader: ByteReader, keys: readonly string[]): never {
  if (keys.includes('version') || keys.includes('nodeClassNames')) {
    throw reader.damaged(
      "a heap snapshot of JavaScriptCore (Safari, Bun): have Bun write V8's format by `Bun.generateHeapSnapshot('v8')`",
    );
  }
  throw reader.damaged(`JSON of another kind, with the keys ${keys.slice(0, 8).join(', ')}`);
}

function assemble(reader: ByteReader, parts: Parts): ParsedSnapshot {
  const { nodes, edges, strings } = parts;
  const header = headerOf(reader, parts);
  if (nodes === undefined) throw reader.damaged('a snapshot without nodes');
  if (edges === undefined) throw reader.damaged('a snapshot without edges');
  if (header.nodeCount === 0) throw reader.damaged('a snapshot of no nodes at all');
  const graph: HeapGraph = {
    nodeCount: header.nodeCount,
    edgeCount: header.edgeCount,
    nodeTypeNames: header.nodeTypeNames,
    nodeTypes: nodeTypesOf(header.nodeTypeNames),
    edgeTypes: edgeTypesOf(header.edgeTypeNames),
    ...nodes,
    ...edges,
    strings,
    locations: new LocationTable(parts.locations.view(), header.nodeCount),
  };
  if (parts.stringsWhole) return { graph, truncated: null };
  const { section, endedAt: offset = reader.offset } = parts;
  return { graph, truncated: { section, offset, strings: strings.count, stringsNeeded: stringsNeeded(graph) } };
}

function stringsNeeded({ nodeName, edgeName, edgeType, edgeTypes }: HeapGraph): number {
  let highest = 0;
  for (const name of nodeName) highest = Math.max(highest, name);
  for (let edge = 0; edge < edgeName.length; edge++) {
    const isNamed = edgeType[edge] !== edgeTypes.element && edgeType[edge] !== edgeTypes.hidden;
    if (isNamed) highest = Math.max(highest, edgeName[edge]!);
  }
  return highest + 1;
}
