import { writeFileSync } from 'node:fs';

/** How the text of a snapshot is laid out. The default is V8's own: one node or edge a line. */
export interface HeapFormat {
  /** `lines` as V8 writes it, `compact` without any white space, `pretty` as `JSON.stringify(x, null, 2)`. */
  readonly layout?: 'lines' | 'compact' | 'pretty';
  readonly crlf?: boolean;
  /** Field order of nodes; fields beyond the five that every file has are filled from the node or with 0. */
  readonly nodeFields?: readonly string[];
  readonly edgeFields?: readonly string[];
  readonly locationFields?: readonly string[];
  /** Leaves the locations out, in header and body, as old files do. */
  readonly withoutLocations?: boolean;
  /** Further sections between edges and locations, as newer versions and allocation timelines have. */
  readonly extraSections?: Readonly<Record<string, unknown>>;
  /** Replaces fields of the header, to tell lies. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Bytes kept, from the start; negative: bytes cut off the end. */
  readonly truncateAt?: number;
  /** Leaves out what the root does not lead to, as V8 does: it collects before it writes. */
  readonly collected?: boolean;
}

export interface NodeOptions {
  /** Shallow size, bytes. Default 16. */
  readonly self?: number;
  /** V8's id. Default: 2 more than the last node's. */
  readonly id?: number;
  readonly detachedness?: number;
}

export interface CodeLocation {
  readonly script: number;
  /** From 0. */
  readonly line?: number;
  /** From 0. */
  readonly column?: number;
}

interface BuiltNode {
  readonly type: string;
  readonly name: string;
  readonly id: number;
  readonly self: number;
  readonly detachedness: number;
  edges: { readonly type: string; readonly name: string | number; readonly to: Ref }[];
  location?: CodeLocation;
}

/** A node of the heap being built: its ordinal in the file. */
export type Ref = number;

export const NODE_TYPES = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
  'concatenated string',
  'sliced string',
  'symbol',
  'bigint',
  'object shape',
] as const;

export const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'] as const;

/** The fields of Node 20. */
export const NODE_FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'] as const;
export const EDGE_FIELDS = ['type', 'name_or_index', 'to_node'] as const;
export const LOCATION_FIELDS = ['object_index', 'script_id', 'line', 'column'] as const;

/**
 * Builds heap snapshots from a few lines:
 *
 * ```ts
 * const heap = new HeapBuilder();
 * const map = heap.object('Map', { self: 32 });
 * heap.property(heap.root, 'clients', map);
 * heap.write(file);
 * ```
 *
 * Calls that make nodes return their ordinal; calls that make edges return where the edge leads, so that they nest:
 * `heap.property(heap.root, 'a', heap.object('A'))`.
 */
export class HeapBuilder {
  /** The first node, from which everything hangs. */
  readonly root: Ref;
  readonly #nodes: BuiltNode[] = [];
  #lastId = -1;

  constructor() {
    this.root = this.node('synthetic', '', { self: 0 });
  }

  get nodeCount(): number {
    return this.#nodes.length;
  }

  get edgeCount(): number {
    return this.#nodes.reduce((sum, node) => sum + node.edges.length, 0);
  }

  /** A node of any type of {@link NODE_TYPES}. */
  node(type: (typeof NODE_TYPES)[number], name: string, options: NodeOptions = {}): Ref {
    const id = options.id ?? this.#lastId + 2;
    this.#lastId = Math.max(id, this.#lastId);
    this.#nodes.push({ type, name, id, self: options.self ?? 16, detachedness: options.detachedness ?? 0, edges: [] });
    return this.#nodes.length - 1;
  }

  object(name: string, options?: NodeOptions): Ref {
    return this.node('object', name, options);
  }

  closure(name: string, options?: NodeOptions): Ref {
    return this.node('closure', name, options);
  }

  string(text: string, options?: NodeOptions): Ref {
    return this.node('string', text, options);
  }

  /** A backing store. */
  array(name: string = '(object elements)', options?: NodeOptions): Ref {
    return this.node('array', name, options);
  }

  synthetic(name: string, options?: NodeOptions): Ref {
    return this.node('synthetic', name, options);
  }

  native(name: string, options?: NodeOptions): Ref {
    return this.node('native', name, options);
  }

  /** An edge of any type of {@link EDGE_TYPES}. */
  edge(type: (typeof EDGE_TYPES)[number], from: Ref, name: string | number, to: Ref): Ref {
    this.#at(from).edges.push({ type, name, to });
    return to;
  }

  property(from: Ref, name: string, to: Ref): Ref {
    return this.edge('property', from, name, to);
  }

  /** A variable of a scope. */
  context(from: Ref, name: string, to: Ref): Ref {
    return this.edge('context', from, name, to);
  }

  element(from: Ref, index: number, to: Ref): Ref {
    return this.edge('element', from, index, to);
  }

  internal(from: Ref, name: string, to: Ref): Ref {
    return this.edge('internal', from, name, to);
  }

  hidden(from: Ref, index: number, to: Ref): Ref {
    return this.edge('hidden', from, index, to);
  }

  shortcut(from: Ref, name: string, to: Ref): Ref {
    return this.edge('shortcut', from, name, to);
  }

  weak(from: Ref, name: string, to: Ref): Ref {
    return this.edge('weak', from, name, to);
  }

  /** A WeakMap's entry, drawn as V8 does: the same edge on the key and on the map's `table`. */
  ephemeron(table: Ref, key: Ref, value: Ref): Ref {
    const [k, v, t] = [this.#at(key), this.#at(value), this.#at(table)];
    const pair = `part of key (${k.name} @${k.id}) -> value (${v.name} @${v.id}) pair in WeakMap (table @${t.id})`;
    this.internal(key, `${k.edges.length + 1} / ${pair}`, value);
    return this.internal(table, `${t.edges.length + 1} / ${pair}`, value);
  }

  /** Takes the edges between two nodes away. */
  unlink(from: Ref, to: Ref): void {
    const node = this.#at(from);
    node.edges = node.edges.filter((edge) => edge.to !== to);
  }

  /** Says where a node's code stands. */
  location(node: Ref, location: CodeLocation): Ref {
    this.#at(node).location = location;
    return node;
  }

  /** V8's id of a node. */
  idOf(node: Ref): number {
    return this.#at(node).id;
  }

  /** A node's class, function, or text. */
  nameOf(node: Ref): string {
    return this.#at(node).name;
  }

  /** The snapshot as plain data. */
  toObject(format: HeapFormat = {}): Record<string, unknown> {
    const strings = new StringIndex();
    const nodeFields = format.nodeFields ?? NODE_FIELDS;
    const edgeFields = format.edgeFields ?? EDGE_FIELDS;
    const locationFields = format.locationFields ?? LOCATION_FIELDS;
    const kept = format.collected === true ? this.#reachable() : this.#nodes.map((_, node) => node);
    const indexOf = new Map(kept.map((node, i) => [node, i * nodeFields.length]));
    const written = kept.map((node) => this.#nodes[node]!);
    const nodes = written.flatMap((node) => rowOf(nodeFields, nodeValues(node, strings)));
    const edges = written.flatMap((node) =>
      node.edges.flatMap((edge) => rowOf(edgeFields, edgeValues(edge, strings, indexOf.get(edge.to)!))),
    );
    const locations = written.flatMap((node, i) =>
      node.location === undefined ? [] : rowOf(locationFields, locationValues(node, i * nodeFields.length)),
    );
    const meta = {
      node_fields: nodeFields,
      node_types: [NODE_TYPES, ...nodeFields.slice(1).map((field) => (field === 'name' ? 'string' : 'number'))],
      edge_fields: edgeFields,
      edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
      ...(format.withoutLocations === true ? {} : { location_fields: locationFields }),
    };
    return {
      snapshot: {
        meta,
        node_count: written.length,
        edge_count: edges.length / edgeFields.length,
        ...format.header,
      },
      nodes,
      edges,
      ...format.extraSections,
      ...(format.withoutLocations === true ? {} : { locations }),
      strings: strings.all,
    };
  }

  /** The snapshot as the text of a file. */
  toText(format: HeapFormat = {}): string {
    const object = this.toObject(format);
    const text =
      format.layout === 'lines' || format.layout === undefined ? inLines(object, format) : laidOut(object, format);
    const ascii = text.replaceAll(
      /[\u007f-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    return (format.crlf === true ? ascii.replaceAll('\n', '\r\n') : ascii).slice(0, format.truncateAt);
  }

  /** The snapshot as the bytes of a file. */
  toBytes(format: HeapFormat = {}): Buffer {
    return Buffer.from(this.toText(format), 'latin1');
  }

  /** Writes the snapshot to `file` and returns its path. */
  write(file: string, format: HeapFormat = {}): string {
    writeFileSync(file, this.toBytes(format));
    return file;
  }

  #reachable(): Ref[] {
    const seen = new Set([this.root]);
    for (const node of seen) for (const edge of this.#at(node).edges) seen.add(edge.to);
    return [...seen].sort((a, b) => a - b);
  }

  #at(node: Ref): BuiltNode {
    const found = this.#nodes[node];
    if (found === undefined) throw new Error(`no node ${node} in this heap of ${this.#nodes.length}`);
    return found;
  }
}

/** Strings in order of first use, each once. */
class StringIndex {
  readonly all: string[] = ['<dummy>'];
  readonly #indexes = new Map<string, number>();

  of(text: string): number {
    let index = this.#indexes.get(text);
    if (index === undefined) {
      index = this.all.push(text) - 1;
      this.#indexes.set(text, index);
    }
    return index;
  }
}

function rowOf(fields: readonly string[], values: Readonly<Record<string, number>>): number[] {
  return fields.map((field) => values[field] ?? 0);
}

function nodeValues(node: BuiltNode, strings: StringIndex): Record<string, number> {
  return {
    type: NODE_TYPES.indexOf(node.type as (typeof NODE_TYPES)[number]),
    name: strings.of(node.name),
    id: node.id,
    self_size: node.self,
    edge_count: node.edges.length,
    detachedness: node.detachedness,
  };
}

function edgeValues(edge: BuiltNode['edges'][number], strings: StringIndex, to: number): Record<string, number> {
  return {
    type: EDGE_TYPES.indexOf(edge.type as (typeof EDGE_TYPES)[number]),
    name_or_index: typeof edge.name === 'number' ? edge.name : strings.of(edge.name),
    to_node: to,
  };
}

function locationValues(node: BuiltNode, index: number): Record<string, number> {
  const { script, line = 0, column = 0 } = node.location!;
  return { object_index: index, script_id: script, line, column };
}

function laidOut(object: Record<string, unknown>, format: HeapFormat): string {
  return JSON.stringify(object, null, format.layout === 'pretty' ? 2 : undefined);
}

/** V8's layout: header on the first line, then one row of a section a line, one string a line. */
function inLines(object: Record<string, unknown>, format: HeapFormat): string {
  const widths: Record<string, number> = {
    nodes: (format.nodeFields ?? NODE_FIELDS).length,
    edges: (format.edgeFields ?? EDGE_FIELDS).length,
    locations: (format.locationFields ?? LOCATION_FIELDS).length,
  };
  const sections = Object.entries(object).map(([key, value]) => {
    const width = widths[key];
    if (width !== undefined) return `${JSON.stringify(key)}:[${rows(value as number[], width).join('\n,')}]`;
    if (key === 'strings') return `"strings":[${(value as string[]).map((s) => JSON.stringify(s)).join(',\n')}]`;
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  });
  return `{${sections.join(',\n')}}\n`;
}

function rows(numbers: readonly number[], width: number): string[] {
  const result: string[] = [];
  for (let at = 0; at < numbers.length; at += width) result.push(numbers.slice(at, at + width).join(','));
  return result;
}
