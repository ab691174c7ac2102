import { describeValue } from '../../base/options.ts';
import type { EdgeTypes, NodeTypes } from '../graph.ts';
import type { ByteReader } from './byte-reader.ts';
import { readValue } from './json.ts';

/** What the header says of the sections behind it: counts (not to be trusted), field order and type tables. */
export interface Header {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly nodeFields: readonly string[];
  readonly edgeFields: readonly string[];
  /** Empty when the file has no locations. */
  readonly locationFields: readonly string[];
  readonly nodeTypeNames: readonly string[];
  readonly edgeTypeNames: readonly string[];
}

/** A header takes about 1 KB; anything far above is no header. */
const MAX_HEADER_BYTES = 1 << 20;

/** V8 has at most 8 fields in a row. */
const MAX_FIELDS = 64;

type Json = Readonly<Record<string, unknown>>;

/** Reads the value of `"snapshot"`. @throws SnapshotFormatError when something that reading needs is not there */
export async function readHeader(reader: ByteReader): Promise<Header> {
  const start = reader.offset;
  const value = await readValue(reader, 'a header', MAX_HEADER_BYTES);
  const refuse = (what: string): never => {
    throw reader.damaged(`a header with ${what}`, start);
  };
  if (!isRecord(value) || !isRecord(value['meta'])) return refuse('no `meta`');
  const meta = value['meta'];
  if (value['root_index'] !== undefined && value['root_index'] !== 0) refuse('a root that is not the first node');
  return {
    nodeCount: count(value, 'node_count', refuse),
    edgeCount: count(value, 'edge_count', refuse),
    nodeFields: fields(meta, 'node_fields', ['type', 'name', 'id', 'self_size', 'edge_count'], refuse),
    edgeFields: fields(meta, 'edge_fields', ['type', 'name_or_index', 'to_node'], refuse),
    locationFields:
      meta['location_fields'] === undefined
        ? []
        : fields(meta, 'location_fields', ['object_index', 'script_id', 'line', 'column'], refuse),
    nodeTypeNames: typeNames(meta, 'node_types', refuse),
    edgeTypeNames: typeNames(meta, 'edge_types', refuse),
  };
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

/** Counts up to 2^32 - 2: ordinals have 32 bits, and one of them means "none". */
function count(header: Json, name: string, refuse: (what: string) => never): number {
  const value = header[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 0xffffffff) return value;
  return refuse(`\`${name}\` ${describeValue(value)}`);
}

function fields(
  meta: Json,
  name: string,
  needed: readonly string[],
  refuse: (what: string) => never,
): readonly string[] {
  const value = meta[name];
  if (!isNames(value) || value.length > MAX_FIELDS) return refuse(`no \`${name}\``);
  const missing = needed.filter((field) => !value.includes(field));
  if (missing.length > 0) refuse(`\`${name}\` without ${missing.join(', ')}`);
  return value;
}

/** The types are one byte a node or edge, so there may be 256 of them. */
function typeNames(meta: Json, name: string, refuse: (what: string) => never): readonly string[] {
  const value = meta[name];
  const names: unknown = Array.isArray(value) ? value[0] : undefined;
  if (!isNames(names) || names.length === 0 || names.length > 256) return refuse(`no type names in \`${name}\``);
  return names;
}

/** Where the graph's node types stand in the file's table. */
export function nodeTypesOf(names: readonly string[]): NodeTypes {
  return {
    hidden: names.indexOf('hidden'),
    array: names.indexOf('array'),
    string: names.indexOf('string'),
    object: names.indexOf('object'),
    code: names.indexOf('code'),
    closure: names.indexOf('closure'),
    regexp: names.indexOf('regexp'),
    number: names.indexOf('number'),
    native: names.indexOf('native'),
    synthetic: names.indexOf('synthetic'),
    concatenatedString: names.indexOf('concatenated string'),
    slicedString: names.indexOf('sliced string'),
    symbol: names.indexOf('symbol'),
    bigint: names.indexOf('bigint'),
    objectShape: names.indexOf('object shape'),
  };
}

/** Where the graph's edge types stand in the file's table. */
export function edgeTypesOf(names: readonly string[]): EdgeTypes {
  return {
    context: names.indexOf('context'),
    element: names.indexOf('element'),
    property: names.indexOf('property'),
    internal: names.indexOf('internal'),
    hidden: names.indexOf('hidden'),
    shortcut: names.indexOf('shortcut'),
    weak: names.indexOf('weak'),
  };
}
