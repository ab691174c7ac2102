/**
 * What each string of a snapshot is used for. One string of the file may be the text of a value, the name of a property
 * and the name of a class at once: who decides what is kept has to know all of it.
 */
import type { FileHandle } from 'node:fs/promises';
import type { EdgeTypes, NodeTypes } from '../graph.ts';
import { ByteReader, type OpenOptions } from '../parse/byte-reader.ts';
import { edgeTypesOf, type Header, nodeTypesOf, readHeader } from '../parse/header.ts';
import type { Kernel } from '../parse/kernel.ts';
import { type NodeColumns, readNodes } from '../parse/nodes.ts';
import { readRows } from '../parse/numbers.ts';
import { readSectionsOf } from './sections.ts';

/** Bits of a string's uses. */
export const ROLE = {
  /** Text of a value: strings of all kinds, patterns, numbers. */
  CONTENT: 1,
  /** Name of something of the engine's, or of the embedder's. */
  ENGINE: 2,
  /** Name of an edge that the engine draws for itself. */
  INTERNAL: 4,
  CLASS: 8,
  FUNCTION: 16,
  VARIABLE: 32,
  /** Name of a property of an object that has few. */
  PROPERTY: 64,
  /** Name of a property of an object that is used as a map. */
  KEY: 128,
  /** Name of code: functions, scripts. */
  CODE: 256,
} as const;

/** An object with more properties is used as a map, as in reports. */
const MAP_LIKE = 24;

/** Uses by string index; grows as they are met. */
export class StringRoles {
  #roles = new Uint16Array(1 << 12);

  of(index: number): number {
    return this.#roles[index] ?? 0;
  }

  add(index: number, role: number): void {
    if (index >= this.#roles.length) {
      const larger = new Uint16Array(Math.max(index + 1, this.#roles.length * 2));
      larger.set(this.#roles);
      this.#roles = larger;
    }
    this.#roles[index]! |= role;
  }
}

/** More strings than numbers of four digits each have room in the file: an index beyond is damage. */
function checkIndex(reader: ByteReader, index: number): void {
  if (index > reader.fileBytes) throw reader.damaged(`a name that is string ${index} of the file`);
}

/**
 * Reads nodes and edges for the uses of strings. **Cost:** one pass over the file up to its edges; 17 bytes a node and two
 * a string.
 *
 * @throws {SnapshotFormatError} as `openSnapshot` does
 */
export async function readRoles(
  handle: FileHandle,
  file: { readonly name: string; readonly bytes: number },
  kernel: Kernel,
  options: OpenOptions,
): Promise<StringRoles> {
  const reader = new ByteReader(handle, file.name, file.bytes, kernel.input, options);
  const roles = new StringRoles();
  let header: Header | undefined;
  let nodes: NodeColumns | undefined;
  let hasEdges = false;
  await readSectionsOf(reader, async (key) => {
    if (key === 'snapshot') header = await readHeader(reader);
    else if (key === 'nodes' && header !== undefined) {
      nodes = await readNodes(reader, kernel, header);
      addNodes(roles, nodes, nodeTypesOf(header.nodeTypeNames), reader);
    } else if (key === 'edges' && header !== undefined && nodes !== undefined) {
      await addEdges(roles, header, nodes, reader, kernel);
      hasEdges = true;
    } else return 'skip';
    return hasEdges ? 'stop' : 'read';
  });
  if (!hasEdges) throw reader.damaged('a file without the header, nodes and edges of a snapshot, in this order');
  return roles;
}

function addNodes(roles: StringRoles, { nodeType, nodeName }: NodeColumns, types: NodeTypes, reader: ByteReader): void {
  const roleOf = new Uint16Array(256).fill(ROLE.CONTENT);
  for (const type of [types.hidden, types.array, types.native, types.synthetic, types.objectShape]) {
    if (type >= 0) roleOf[type] = ROLE.ENGINE;
  }
  if (types.code >= 0) roleOf[types.code] = ROLE.CODE;
  if (types.object >= 0) roleOf[types.object] = ROLE.CLASS;
  if (types.closure >= 0) roleOf[types.closure] = ROLE.FUNCTION;
  for (let node = 0; node < nodeName.length; node++) {
    checkIndex(reader, nodeName[node]!);
    roles.add(nodeName[node]!, roleOf[nodeType[node]!]!);
  }
}

async function addEdges(
  roles: StringRoles,
  header: Header,
  { firstEdge }: NodeColumns,
  reader: ByteReader,
  kernel: Kernel,
): Promise<void> {
  const fields = header.edgeFields.length;
  const [type, name] = ['type', 'name_or_index'].map((field) => header.edgeFields.indexOf(field)) as [number, number];
  const types: EdgeTypes = edgeTypesOf(header.edgeTypeNames);
  const properties = new NodeProperties(roles);
  let node = 0;
  let edge = 0;
  const end = await readRows(reader, kernel, {
    fields,
    take(numbers, count) {
      for (let row = 0; row < count; row += fields, edge++) {
        while (node + 1 < firstEdge.length && edge >= firstEdge[node + 1]!) {
          properties.end();
          node++;
        }
        const kind = numbers[row + type]!;
        if (kind === types.element || kind === types.hidden) continue;
        const index = numbers[row + name]!;
        checkIndex(reader, index);
        if (kind === types.internal) roles.add(index, ROLE.INTERNAL);
        else if (kind === types.context) roles.add(index, ROLE.VARIABLE);
        else if (kind === types.property) properties.add(index);
        else roles.add(index, ROLE.PROPERTY);
      }
    },
    wide() {},
  });
  properties.end();
  if (!end.closed) throw reader.truncated('a file that ends within its edges');
}

/** The properties of one object: names where they are few, keys where they are many. */
class NodeProperties {
  readonly #roles: StringRoles;
  readonly #names: number[] = [];

  constructor(roles: StringRoles) {
    this.#roles = roles;
  }

  add(index: number): void {
    if (this.#names.length > MAP_LIKE) this.#roles.add(index, ROLE.KEY);
    else if (this.#names.push(index) > MAP_LIKE) for (const name of this.#names) this.#roles.add(name, ROLE.KEY);
  }

  end(): void {
    if (this.#names.length <= MAP_LIKE) for (const name of this.#names) this.#roles.add(name, ROLE.PROPERTY);
    this.#names.length = 0;
  }
}
