import { describe, expect, test } from 'vitest';
import { SnapshotFormatError } from '../../../../src/base/errors.ts';
import { EDGE_FIELDS, HeapBuilder, type HeapFormat, NODE_FIELDS } from '../../../helpers/heap-builder.ts';
import { KERNELS, openBytes, type OpenBytesOptions } from '../../../helpers/open-bytes.ts';

function smallHeap(): HeapBuilder {
  const heap = new HeapBuilder();
  const map = heap.property(heap.root, 'clients', heap.object('Map', { self: 32 }));
  const table = heap.internal(map, 'table', heap.array());
  for (let i = 0; i < 4; i++) heap.internal(table, String(i), heap.object('Client', { self: 100 + i }));
  heap.location(map, { script: 7, line: 41, column: 3 });
  heap.location(table, { script: 8, line: 1 });
  return heap;
}

/** The error with which `bytes` are refused. */
async function refusal(bytes: Uint8Array | string, options?: OpenBytesOptions): Promise<SnapshotFormatError> {
  const error: unknown = await openBytes(Buffer.from(bytes), options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SnapshotFormatError);
  return error as SnapshotFormatError;
}

describe.each(KERNELS)('%s kernel', (_, make) => {
  test('a file cut anywhere opens with its graph whole or is refused with its offset', async () => {
    const whole = smallHeap().toBytes();
    const text = whole.toString('latin1');
    const graphEnds = text.indexOf(']', text.indexOf('"edges"')) + 1;
    for (let length = 0; length < whole.length; length++) {
      const bytes = whole.subarray(0, length);
      if (length >= graphEnds) {
        const { graph, truncated } = await openBytes(bytes, { make, windowBytes: 64 });
        expect(graph.edgeCount).toBe(6);
        if (truncated === null) expect(length).toBeGreaterThan(text.lastIndexOf(']'));
        else expect(truncated).toMatchObject({ strings: graph.strings.count, offset: length });
        continue;
      }
      const error = await refusal(bytes, { make, windowBytes: 64 });
      expect(error.code).toBe(length === 0 ? 'PLIM_ERR_SNAPSHOT_FORMAT' : 'PLIM_ERR_SNAPSHOT_TRUNCATED');
      expect(error.offset).toBe(length);
    }
  });

  test('a byte of damage anywhere never gives anything but a graph or a refusal', async () => {
    const whole = smallHeap().toBytes();
    for (const damage of [0, 0x22, 0x2d, 0x39, 0x5d, 0x7b, 0xff]) {
      for (let at = 0; at < whole.length; at++) {
        const bytes = Buffer.from(whole);
        bytes[at] = damage;
        const result = await openBytes(bytes, { make, windowBytes: 128 }).catch((error: unknown) => error);
        if (result instanceof SnapshotFormatError) expect(result.offset).toBeLessThanOrEqual(whole.length);
        else expect(result).toMatchObject({ graph: { nodeCount: 7, edgeCount: 6 } });
      }
    }
  });

  test('sizes of 4 GiB and more are exact, ids beyond 32 bits stay distinct', async () => {
    const heap = new HeapBuilder();
    const sizes = [2 ** 32 - 1, 2 ** 32, 2 ** 45 + 3];
    for (const self of sizes) heap.object('Huge', { self });
    heap.object('Late', { id: 2 ** 32 + 77 });
    const { graph } = await openBytes(heap.toBytes(), { make });
    expect([...graph.selfSize].slice(1)).toEqual([...sizes, 16]);
    expect(graph.nodeId[4]).toBe(77);
  });

  test('a number longer than the window is refused', async () => {
    const text = smallHeap()
      .toText()
      .replace('"nodes":[', `"nodes":[${'9'.repeat(300)}`);
    const error = await refusal(text, { make, windowBytes: 128 });
    expect(error.message).toContain('a token of more than 128 bytes');
  });
});

describe('what is missing behind the graph', () => {
  const heap = smallHeap();
  heap.element(1, 5000, 2);
  const text = heap.toText();

  test('cut inside the strings', async () => {
    const at = text.indexOf('"Client"') + 3;
    const { graph, truncated } = await openBytes(Buffer.from(text.slice(0, at)));
    expect(truncated).toEqual({ section: 'strings', offset: at, strings: 4, stringsNeeded: 11 });
    expect(graph.strings.count).toBe(4);
    expect(graph.strings.get(graph.nodeName[1]!)).toBe('Map');
    expect(graph.strings.get(graph.nodeName[3]!)).toBe('');
    expect(graph.locations.lineOf(1)).toBe(41);
  });

  test('cut inside the locations', async () => {
    const { graph, truncated } = await openBytes(Buffer.from(text.slice(0, text.indexOf('"locations"') + 25)));
    expect(truncated).toMatchObject({ section: 'locations', strings: 0 });
    expect(graph.locations.lineOf(1)).toBe(41);
    expect(graph.locations.lineOf(2)).toBe(-1);
  });

  test('damaged inside the strings', async () => {
    const damaged = Buffer.from(text);
    const at = text.indexOf('"Map"') - 2;
    damaged[at] = 0;
    const { truncated } = await openBytes(damaged);
    expect(truncated).toMatchObject({ section: 'strings', offset: at });
  });

  test('no strings at all', async () => {
    const object = smallHeap().toObject();
    delete object['strings'];
    const { truncated } = await openBytes(Buffer.from(JSON.stringify(object)));
    expect(truncated).toMatchObject({ section: 'strings', strings: 0 });
  });
});

describe('locations', () => {
  test('are found whatever their order in the file', async () => {
    const object = smallHeap().toObject();
    const rows = object['locations'] as number[];
    object['locations'] = [...rows.slice(4), ...rows.slice(0, 4)];
    const { graph } = await openBytes(Buffer.from(JSON.stringify(object)));
    expect([graph.locations.scriptOf(1), graph.locations.scriptOf(2), graph.locations.scriptOf(3)]).toEqual([7, 8, -1]);
  });

  test('a script below 0 is none', async () => {
    const heap = smallHeap();
    for (const node of [3, 4, 5]) heap.location(node, { script: -1, line: node });
    const locationFields = ['script_id', 'object_index', 'line', 'column'];
    const { graph } = await openBytes(heap.toBytes({ locationFields }), { batch: 8 });
    expect([1, 2, 3, 4, 5].map((node) => graph.locations.scriptOf(node))).toEqual([7, 8, -1, -1, -1]);
    expect([1, 2, 3, 4, 5].map((node) => graph.locations.lineOf(node))).toEqual([41, 1, 3, 4, 5]);
  });

  test('of a file that has no such section are empty', async () => {
    const { graph, truncated } = await openBytes(smallHeap().toBytes({ withoutLocations: true }));
    expect([graph.locations.count, graph.locations.lineOf(1), truncated]).toEqual([0, -1, null]);
  });
});

describe('files that are no snapshot are refused, saying what they are', () => {
  const jsc = '{"version":3,"type":"Inspector","nodes":[0,0,0,0],"nodeClassNames":["<root>"],"edges":[]}';
  test.each([
    ['nothing', '', /got an empty file/],
    ['white space', ' \n ', /got a file of white space/],
    ['text', 'hello', /got a file that is no JSON object/],
    ['an array', '[1,2]', /got a file that is no JSON object/],
    ['an empty object', '{}', /got an empty JSON object/],
    ['gzip', Buffer.from('1f8b0800', 'hex'), /packed by gzip: unpack it first/],
    ['a package.json', '{"name":"x","nodes":[1]}', /JSON of another kind, with the keys name, nodes/],
    ['JSON without any of our keys', '{"name":"x"}', /JSON of another kind, with the keys name/],
    ['a JavaScriptCore snapshot', jsc, /JavaScriptCore \(Safari, Bun\).*generateHeapSnapshot\('v8'\)/],
    ['a CPU profile', '{"nodes":[{"id":1,"callFrame":{}}]}', /JSON of another kind, with the keys nodes/],
    [
      'a large dictionary',
      JSON.stringify(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i]))),
      /another kind, with the keys k0, k1/,
    ],
    ['a key that is no string', '{1 :2}', /a key that is no string/],
    ['a key twice', '{"a":1,"a":2}', /`a` twice/],
    ['a key without end', `{"${'k'.repeat(3000)}`, /a key of more than 1024 bytes/],
    ['a key with a broken escape', '{"\\q":1}', /a key that is no JSON/],
    ['no colon', '{"a" 1}', /byte 49 instead of `:` at byte 5/],
    ['no nodes', JSON.stringify({ snapshot: smallHeap().toObject()['snapshot'] }), /a snapshot without nodes/],
  ])('%s', async (_, bytes, message) => {
    const error = await refusal(bytes);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Expected a V8 heap snapshot in `test\.heapsnapshot`, got /);
    expect(error.code).toBe('PLIM_ERR_SNAPSHOT_FORMAT');
  });

  test('a byte order mark is no reason to refuse', async () => {
    const { graph } = await openBytes(Buffer.concat([Buffer.from('efbbbf', 'hex'), smallHeap().toBytes()]));
    expect(graph.nodeCount).toBe(7);
  });
});

describe('headers are not trusted', () => {
  const withHeader = (header: Record<string, unknown>, format: HeapFormat = {}) =>
    refusal(smallHeap().toBytes({ ...format, header }));
  const meta = (changes: Record<string, unknown>) => {
    const { snapshot } = smallHeap().toObject() as { snapshot: { meta: Record<string, unknown> } };
    return withHeader({ meta: { ...snapshot.meta, ...changes } });
  };

  test.each([10 ** 15, -1, 1.5, 2 ** 32 - 1, '7', null, undefined])('node_count %s', async (node_count) => {
    expect((await withHeader({ node_count })).message).toMatch(/a header with `node_count`/);
  });

  test('a count beyond what the file can hold takes no memory', async () => {
    for (const header of [{ node_count: 2 ** 32 - 2 }, { edge_count: 2 ** 32 - 2 }]) {
      const error = await withHeader(header);
      expect(error.code).toBe('PLIM_ERR_SNAPSHOT_FORMAT');
    }
  });

  test('more nodes or edges than the header promises', async () => {
    expect((await withHeader({ node_count: 6 })).message).toMatch(/more than the 6 nodes/);
    expect((await withHeader({ edge_count: 5 })).message).toMatch(/nodes with 6 edges instead of 5/);
  });

  test('fewer nodes than the header promises', async () => {
    expect((await withHeader({ node_count: 8 })).message).toMatch(/only 7 of 8 nodes|7 of 8 nodes that its header/);
  });

  test('a cut file says how much of its graph is there', async () => {
    const text = smallHeap().toText();
    const cutAt = (what: string, lines: number) =>
      refusal(
        text.slice(0, text.indexOf(`"${what}":[`)) +
          text
            .slice(text.indexOf(`"${what}":[`))
            .split('\n')
            .slice(0, lines)
            .join('\n'),
      );
    expect((await cutAt('nodes', 4)).message).toMatch(/only 3 of 7 nodes/);
    expect((await cutAt('edges', 2)).message).toMatch(/only 1 of 6 edges/);
  });

  test('meta that is missing or no record of fields and types', async () => {
    expect((await withHeader({ meta: undefined })).message).toMatch(/a header with no `meta`/);
    expect((await meta({ node_fields: undefined })).message).toMatch(/no `node_fields`/);
    expect((await meta({ node_fields: [1, 2] })).message).toMatch(/no `node_fields`/);
    expect((await meta({ node_fields: Array.from({ length: 65 }, String) })).message).toMatch(/no `node_fields`/);
    expect((await meta({ node_fields: ['type', 'id'] })).message).toMatch(/without name, self_size, edge_count/);
    expect((await meta({ edge_fields: ['type'] })).message).toMatch(/`edge_fields` without name_or_index, to_node/);
    expect((await meta({ location_fields: [] })).message).toMatch(/`location_fields` without object_index/);
    expect((await meta({ node_types: [] })).message).toMatch(/no type names in `node_types`/);
    expect((await meta({ edge_types: [[]] })).message).toMatch(/no type names in `edge_types`/);
  });

  test('a root elsewhere, a snapshot of nothing', async () => {
    expect((await withHeader({ root_index: 7 })).message).toMatch(/a root that is not the first node/);
    const object = new HeapBuilder().toObject({ header: { node_count: 0 } });
    expect((await refusal(JSON.stringify({ ...object, nodes: [] }))).message).toMatch(/no nodes at all/);
  });
});

describe('rows are not trusted', () => {
  /** Refuses a heap in whose `section` one number was replaced. */
  async function withNumber(section: 'nodes' | 'edges', row: number, field: string, value: number | string) {
    const object = smallHeap().toObject();
    const fields: readonly string[] = section === 'nodes' ? NODE_FIELDS : EDGE_FIELDS;
    (object[section] as (number | string)[])[row * fields.length + fields.indexOf(field)] = value;
    return refusal(JSON.stringify(object).replaceAll(/"@(.*?)"/g, '$1'));
  }

  test.each([
    ['nodes', 2, 'type', 15, /a node of unknown type 15/],
    ['nodes', 2, 'type', 2 ** 33, /8589934592 as `type` of a node/],
    ['nodes', 2, 'self_size', -1, /-1 as `self_size` of a node/],
    ['nodes', 2, 'edge_count', 2 ** 32, /4294967296 as `edge_count` of a node/],
    ['nodes', 2, 'edge_count', 3, /nodes with 5 edges instead of 6/],
    ['nodes', 2, 'id', 'x', /byte 34 among the numbers/],
    ['nodes', 2, 'id', '@1.5', /byte 46 among the numbers/],
    ['nodes', 2, 'id', '@-', /byte 45 among the numbers/],
    ['edges', 1, 'to_node', 8, /an edge to no node \(8\)/],
    ['edges', 1, 'to_node', 49, /an edge to no node \(49\)/],
    ['edges', 1, 'to_node', 2 ** 32, /4294967296 as `to_node` of an edge/],
    ['edges', 1, 'type', 7, /an edge of unknown type 7/],
  ] as const)('%s %i: %s %s', async (section, row, field, value, message) => {
    expect((await withNumber(section, row, field, value)).message).toMatch(message);
  });

  test('a row that is not whole', async () => {
    const object = smallHeap().toObject();
    (object['nodes'] as number[]).pop();
    expect((await refusal(JSON.stringify(object))).message).toMatch(/6 of 7 nodes that its header promises/);
  });

  test('an element index beyond 32 bits is no reason to refuse', async () => {
    const heap = smallHeap();
    heap.element(1, 2 ** 32, 2);
    expect((await openBytes(heap.toBytes())).graph.edgeCount).toBe(7);
  });

  test('a location of no node leaves the file without what follows', async () => {
    const object = smallHeap().toObject();
    (object['locations'] as number[])[0] = 3;
    const { truncated } = await openBytes(Buffer.from(JSON.stringify(object)));
    expect(truncated).toMatchObject({ section: 'locations', strings: 0 });
  });
});
