import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseGrowth } from '../../../src/snapshot/growth/index.ts';
import { chargeShared } from '../../../src/snapshot/growth/shared.ts';
import { netBytes, tallyMoved } from '../../../src/snapshot/growth/territory.ts';
import { NONE } from '../../../src/snapshot/graph.ts';
import { Namer } from '../../../src/snapshot/naming/namer.ts';
import type { HeapSnapshot } from '../../../src/snapshot/open.ts';
import type { HeapView } from '../../../src/snapshot/view.ts';
import { IdSet } from '../../../src/struct/id-set.ts';
import { HeapBuilder } from '../../helpers/heap-builder.ts';
import { openBytes } from '../../helpers/open-bytes.ts';
import { holds } from '../../helpers/properties.ts';

const TYPES = ['object', 'object', 'object', 'closure', 'array', 'string', 'code', 'hidden', 'synthetic'] as const;
const EDGES = ['property', 'property', 'element', 'internal', 'context', 'hidden'] as const;

interface Change {
  readonly add: readonly { readonly type: (typeof TYPES)[number]; readonly name: string; readonly self: number }[];
  readonly link: readonly { readonly type: (typeof EDGES)[number]; readonly from: number; readonly to: number }[];
  readonly unlink: readonly (readonly [number, number])[];
}

const changes: fc.Arbitrary<Change> = fc.record({
  add: fc.array(
    fc.record({ type: fc.constantFrom(...TYPES), name: fc.constantFrom('A', 'B', 'Map'), self: fc.nat(100) }),
    { maxLength: 15 },
  ),
  link: fc.array(fc.record({ type: fc.constantFrom(...EDGES), from: fc.nat(), to: fc.nat() }), { maxLength: 40 }),
  unlink: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }),
});

function apply(heap: HeapBuilder, { add, link, unlink }: Change): void {
  for (const [from, to] of unlink) heap.unlink(from % heap.nodeCount, to % heap.nodeCount);
  for (const { type, name, self } of add) heap.node(type, name, { self });
  for (const { type, from, to } of link) heap.edge(type, from % heap.nodeCount, from % 50, to % heap.nodeCount);
}

/** Snapshots of one heap after each change. */
async function snapshotsOf(steps: readonly Change[]): Promise<HeapSnapshot[]> {
  const heap = new HeapBuilder();
  const snapshots: HeapSnapshot[] = [];
  for (const step of steps) {
    apply(heap, step);
    snapshots.push(await openBytes(heap.toBytes({ collected: true })));
  }
  return snapshots;
}

function programBytes(view: HeapView): number {
  let bytes = 0;
  for (let node = 0; node < view.graph.nodeCount; node++) {
    if (view.isReachable(node) && view.isProgramData(node)) bytes += view.graph.selfSize[node]!;
  }
  return bytes;
}

/** What the root reaches without entering one node. */
function reachedWithout({ graph, essential }: HeapView, without: number): Set<number> {
  const seen = new Set([0]);
  for (const node of seen) {
    for (let e = graph.firstEdge[node]!; e < graph.firstEdge[node + 1]!; e++) {
      if (essential[e] === 1 && graph.edgeTo[e] !== without) seen.add(graph.edgeTo[e]!);
    }
  }
  return seen;
}

describe('between any two snapshots of a process', () => {
  test('what is charged to owners, less what was freed, is the change of the live bytes', async () => {
    await holds(
      fc.asyncProperty(changes, changes, async (first, second) => {
        const [before, after] = (await snapshotsOf([first, second])).map((snapshot) => new Namer(snapshot));
        const idsBefore = new IdSet(before!.view.graph.nodeId);
        const idsAfter = new IdSet(after!.view.graph.nodeId);
        const added = tallyMoved(after!, (id) => !idsBefore.has(id));
        const freed = tallyMoved(before!, (id) => !idsAfter.has(id));
        const gained = programBytes(after!.view) - programBytes(before!.view);
        expect(netBytes(added, freed)).toBe(gained);
        expect(analyseGrowth([before!.view.snapshot, after!.view.snapshot]).bytes).toBe(gained);
      }),
      150,
    );
  });

  test('each new thing is charged to the nearest object that stayed and that alone holds it', async () => {
    await holds(
      fc.asyncProperty(changes, changes, async (first, second) => {
        const [before, after] = (await snapshotsOf([first, second])).map((snapshot) => new Namer(snapshot));
        const { view } = after!;
        const ids = new Set(before!.view.graph.nodeId);
        const tally = tallyMoved(after!, (id) => !ids.has(id));
        const stayed = [...view.tree.ordinalOf].filter(
          (n) => n !== 0 && view.isObject(n) && ids.has(view.graph.nodeId[n]!),
        );
        const spared = new Map(stayed.map((node) => [node, reachedWithout(view, node)]));
        for (const node of view.tree.ordinalOf) {
          if (ids.has(view.graph.nodeId[node]!)) continue;
          const holders = stayed.filter((holder) => !spared.get(holder)!.has(node));
          // The nearest is held by all the others.
          const nearest = holders.find((one) =>
            holders.every((other) => other === one || !spared.get(other)!.has(one)),
          );
          const number = view.tree.numberOf[node]!;
          expect(view.tree.ordinalOf[tally.ownerOf[number]!]).toBe(nearest ?? 0);
        }
      }),
      100,
    );
  });

  test('what nobody holds alone is charged once, along the cheapest path', async () => {
    await holds(
      fc.asyncProperty(changes, changes, async (first, second) => {
        const [before, after] = (await snapshotsOf([first, second])).map((snapshot) => new Namer(snapshot));
        const { view, paths } = after!;
        const ids = new IdSet(before!.view.graph.nodeId);
        const added = tallyMoved(after!, (id) => !ids.has(id));
        const shared = chargeShared(after!, added, ids, undefined);
        const charged = [...shared.byOwner.values()].reduce((sum, { bytes }) => sum + bytes, 0);
        const onPaths = added.shared
          .map((number) => view.tree.ordinalOf[number]!)
          .filter((node) => paths.via[node] !== NONE && view.isProgramData(node));
        expect(charged).toBe(onPaths.reduce((sum, node) => sum + view.graph.selfSize[node]!, 0));
        for (const owner of shared.byOwner.keys()) {
          expect(owner === 0 || ids.has(view.graph.nodeId[owner]!)).toBe(true);
        }
      }),
      100,
    );
  });
});

test('three snapshots of any heap are analysed: parts add up, shares and survival are shares', async () => {
  await holds(
    fc.asyncProperty(changes, changes, changes, async (...steps) => {
      const growth = analyseGrowth(await snapshotsOf(steps));
      expect(growth.survival).toBeGreaterThanOrEqual(0);
      expect(growth.survival).toBeLessThanOrEqual(1);
      for (const suspect of growth.suspects) {
        expect(suspect.share).toBeGreaterThanOrEqual(0);
        expect(suspect.share).toBeLessThanOrEqual(1);
        expect(suspect.totals).toHaveLength(3);
        expect(suspect.steps[0]! + suspect.steps[1]!).toBeCloseTo(suspect.bytes, 6);
      }
    }),
    150,
  );
});
