import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HeapSnapshot } from '../../../src/snapshot/open.ts';
import type { HeapBuilder, HeapFormat } from '../../helpers/heap-builder.ts';
import { KERNELS, openBytes } from '../../helpers/open-bytes.ts';
import { holds } from '../../helpers/properties.ts';
import { randomHeap } from '../../helpers/random-heap.ts';

interface Parsed {
  readonly snapshot: { readonly meta: Record<string, string[]> };
  readonly nodes: number[];
  readonly edges: number[];
  readonly locations?: number[];
  readonly strings: string[];
}

/** One field of every row, as `JSON.parse` has it. */
function column(numbers: readonly number[], fields: readonly string[], field: string): number[] {
  return numbers.filter((_, index) => index % fields.length === fields.indexOf(field));
}

function expectSame(snapshot: HeapSnapshot, text: string): void {
  const { graph } = snapshot;
  const { nodes, edges, locations = [], strings, snapshot: header } = JSON.parse(text) as Parsed;
  const { node_fields, edge_fields, location_fields } = header.meta;
  const node = (field: string) => column(nodes, node_fields!, field);
  const edge = (field: string) => column(edges, edge_fields!, field);
  expect(snapshot.truncated).toBeNull();
  expect([...graph.nodeType]).toEqual(node('type'));
  expect([...graph.nodeName]).toEqual(node('name'));
  expect([...graph.nodeId]).toEqual(node('id'));
  expect([...graph.selfSize]).toEqual(node('self_size'));
  expect([...graph.edgeType]).toEqual(edge('type'));
  expect([...graph.edgeName]).toEqual(edge('name_or_index'));
  expect([...graph.edgeTo]).toEqual(edge('to_node').map((to) => to / node_fields!.length));
  const counts = node('edge_count').map((_, i) => graph.firstEdge[i + 1]! - graph.firstEdge[i]!);
  expect(counts).toEqual(node('edge_count'));
  expect(strings.map((_, index) => graph.strings.get(index))).toEqual(strings);
  expect(graph.strings.count).toBe(strings.length);
  const located = location_fields === undefined ? [] : column(locations, location_fields, 'object_index');
  expect(graph.locations.count).toBe(located.length);
  located.forEach((index, i) => {
    const ordinal = index / node_fields!.length;
    expect(graph.locations.scriptOf(ordinal)).toBe(column(locations, location_fields!, 'script_id')[i]);
    expect(graph.locations.lineOf(ordinal)).toBe(column(locations, location_fields!, 'line')[i]);
    expect(graph.locations.columnOf(ordinal)).toBe(column(locations, location_fields!, 'column')[i]);
  });
}

const shuffled = (fields: readonly string[], extra: readonly string[]) =>
  fc
    .subarray([...extra])
    .chain((more) => fc.shuffledSubarray([...fields, ...more], { minLength: fields.length + more.length }));

const formats: fc.Arbitrary<HeapFormat> = fc.record(
  {
    layout: fc.constantFrom('lines', 'compact', 'pretty'),
    crlf: fc.boolean(),
    nodeFields: shuffled(
      ['type', 'name', 'id', 'self_size', 'edge_count'],
      ['trace_node_id', 'detachedness', 'novelty'],
    ),
    edgeFields: shuffled(['type', 'name_or_index', 'to_node'], ['novelty']),
    locationFields: shuffled(['object_index', 'script_id', 'line', 'column'], ['novelty']),
    withoutLocations: fc.boolean(),
    extraSections: fc.constantFrom(
      {},
      { trace_function_infos: [], trace_tree: [], samples: [] },
      { samples: [0, 7], trace_tree: [1, 2, [3, 4, []]], scopes: { '"nodes":[': ['\\"', ']}'] }, novelty: -1.5e3 },
    ),
  },
  { requiredKeys: [] },
);

const heaps = randomHeap({
  maxNodes: 12,
  names: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\\"', '],', '\n', '\ud83d')),
  sizes: fc.oneof(fc.nat(1000), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 1)),
}).chain((heap) =>
  fc.array(fc.tuple(fc.nat(), fc.nat(99), fc.nat(), fc.nat()), { maxLength: 5 }).map((locations) => {
    for (const [node, script, line, column] of locations)
      heap.location(node % heap.nodeCount, { script, line, column });
    return heap;
  }),
);

describe.each(KERNELS)('%s kernel', (_, make) => {
  test('reads what JSON.parse reads, in every layout and with any window', async () => {
    const windows = fc.integer({ min: 32, max: 700 });
    const batches = fc.integer({ min: 8, max: 64 });
    await holds(
      fc.asyncProperty(heaps, formats, windows, batches, async (heap: HeapBuilder, format, windowBytes, batch) => {
        const text = heap.toText(format);
        expectSame(await openBytes(Buffer.from(text, 'latin1'), { make, windowBytes, batch }), text);
      }),
      300,
    );
  });
});
