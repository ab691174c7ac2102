/**
 * From two or three snapshots of one process to the objects that hold what grew.
 *
 * Charge what changed to what stayed; hear witnesses for what several hold; find the unit of each growth; climb chains
 * to their holders; take alike owners together; rank by bytes and evenness; name. Each step has a file of its own.
 */
import { partsAround } from '../../base/parts.ts';
import { IdSet } from '../../struct/id-set.ts';
import { ClassNaming, Namer, type NamingOptions } from '../naming/namer.ts';
import type { HeapSnapshot } from '../open.ts';
import { countClasses } from './census.ts';
import { climbChain } from './chains.ts';
import { type Accused, mergeAlike, scoreOf } from './merge.ts';
import type { Row } from './row.ts';
import { type GrowthTallies, makeRows } from './rows.ts';
import { chargeShared } from './shared.ts';
import type { ClassGrowth, Growth } from './suspect.ts';
import { type Case, describeSuspect } from './describe.ts';
import { netBytes, tallyMoved } from './territory.ts';
import { gatherTrees } from './trees.ts';

export interface GrowthOptions extends NamingOptions {
  /** When each snapshot was taken, ms; default: unknown, parts are taken as equally long. */
  readonly times?: readonly number[];
}

const MOST_SUSPECTS = 10;
const MOST_CLASSES = 12;
const FEWEST_UNITS = 10;

/**
 * What grew from the first to the last of the snapshots, oldest first, and who holds it. Of more than three the first,
 * the middle and the last count.
 *
 * **Cost:** two passes over each graph and one of cheapest paths over the last; about 60 bytes a node of the last.
 */
export function analyseGrowth(snapshots: readonly HeapSnapshot[], options: GrowthOptions = {}): Growth {
  const chosen = firstMiddleLast(snapshots);
  const oldest = new ClassNaming(chosen[0]!, options);
  const newest = new Namer(chosen.at(-1)!, options);
  const middle = chosen.length > 2 ? new ClassNaming(chosen[1]!, options) : undefined;
  const idsBefore = new IdSet(oldest.view.graph.nodeId);
  const idsAfter = new IdSet(newest.view.graph.nodeId);
  const idsMiddle = middle === undefined ? undefined : new IdSet(middle.view.graph.nodeId);

  const namings = middle === undefined ? [oldest, newest] : [oldest, middle, newest];
  const unitCounts = namings.map((naming) => countClasses(naming));
  const countsBefore = unitCounts[0]!;
  const countsAfter = unitCounts.at(-1)!;
  const isInMiddle = (id: number): boolean => idsMiddle?.has(id) === true;
  const added = tallyMoved(newest, (id) => !idsBefore.has(id), isInMiddle);
  const tallies: GrowthTallies = {
    added,
    freed: tallyMoved(
      oldest,
      (id) => !idsAfter.has(id),
      (id) => !isInMiddle(id),
    ),
    middle:
      middle === undefined || idsMiddle === undefined
        ? undefined
        : {
            added: tallyMoved(middle, (id) => !idsBefore.has(id)),
            freed: tallyMoved(oldest, (id) => !idsMiddle.has(id)),
            ids: idsMiddle,
          },
    shared: chargeShared(newest, added, idsBefore, idsMiddle),
    keptShare: (name, newUnits) =>
      clamp(((countsAfter.get(name) ?? 0) - (countsBefore.get(name) ?? 0)) / Math.max(1, newUnits)),
  };
  const bytes = netBytes(tallies.added, tallies.freed);
  const rows = makeRows(newest, tallies);
  gatherTrees(newest, rows);
  climbChains(newest, rows, countsBefore, countsAfter);
  const ranked = rank(newest, rows, bytes, partsAround(chosen.length, options.times));
  const inquiry: Case = { newest, oldest, namings, idsBefore, grownBytes: bytes, unitCounts };
  return {
    bytes,
    middleBytes: tallies.middle === undefined ? null : netBytes(tallies.middle.added, tallies.middle.freed),
    sharedBytes: tallies.shared.bytes,
    survival: middle === undefined ? null : survivalOf(middle, idsBefore, idsAfter),
    suspects: ranked.slice(0, MOST_SUSPECTS).map((accused) => describeSuspect(inquiry, accused)),
    classes: growingClasses(unitCounts),
  };
}

function firstMiddleLast(snapshots: readonly HeapSnapshot[]): HeapSnapshot[] {
  if (snapshots.length < 2) throw new RangeError(`Expected two or more snapshots, got ${snapshots.length}.`);
  if (snapshots.length < 4) return [...snapshots];
  return [snapshots[0]!, snapshots[snapshots.length >> 1]!, snapshots.at(-1)!];
}

function clamp(share: number): number {
  return Math.max(0, Math.min(1, share));
}

function climbChains(
  namer: Namer,
  rows: readonly Row[],
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): void {
  const isGrowing = (className: string): boolean => {
    const was = before.get(className) ?? 0;
    const gain = (after.get(className) ?? 0) - was;
    return gain >= 20 && gain >= was * 0.2;
  };
  for (const row of rows) {
    // The root of a tree is its first link.
    const link = row.isTree ? namer.classes.of(row.owner) : row.unit;
    const climbed = climbChain(namer, row.owner, link, isGrowing);
    if (climbed.owner <= 0 || climbed.first === undefined) continue;
    if (row.isTree && namer.classes.of(climbed.owner) === 'system / Context') continue;
    row.owner = climbed.owner;
    row.first = climbed.first;
  }
}

function rank(
  namer: Namer,
  rows: readonly Row[],
  grownBytes: number,
  parts: readonly [number, number] | undefined,
): Accused[] {
  return mergeAlike(namer, rows)
    .filter((accused) => accused.count >= FEWEST_UNITS || accused.bytes > grownBytes * 0.2)
    .map((accused) => ({ accused, score: scoreOf(accused, parts) }))
    .sort((a, b) => b.score - a.score)
    .map((scored) => scored.accused);
}

/** Of the bytes that were born in the first part: the share that is still there at the end. */
function survivalOf(middle: ClassNaming, before: IdSet, after: IdSet): number {
  const { view } = middle;
  const { graph, tree } = view;
  let born = 0;
  let alive = 0;
  for (let number = 1; number < tree.count; number++) {
    const node = tree.ordinalOf[number]!;
    if (!view.isProgramData(node) || before.has(graph.nodeId[node]!)) continue;
    born += graph.selfSize[node]!;
    if (after.has(lastingId(middle, before, number))) alive += graph.selfSize[node]!;
  }
  return alive / Math.max(1, born);
}

/**
 * The id by which a node is looked for later: its own, but for the store of an object that was there before. A store
 * is made anew each time it gets larger, and what is in it lives on.
 */
function lastingId({ view }: ClassNaming, before: IdSet, number: number): number {
  const { graph, tree } = view;
  const node = tree.ordinalOf[number]!;
  const holder = tree.ordinalOf[tree.idom[number]!]!;
  const isStore = graph.nodeType[node] === graph.nodeTypes.array && view.isObject(holder);
  return graph.nodeId[isStore && before.has(graph.nodeId[holder]!) ? holder : node]!;
}

function growingClasses(counts: readonly ReadonlyMap<string, number>[]): ClassGrowth[] {
  const newest = counts.at(-1)!;
  const grown: ClassGrowth[] = [];
  for (const className of newest.keys()) {
    const series = counts.map((count) => count.get(className) ?? 0);
    if (series.at(-1)! - series[0]! >= 20) grown.push({ className, counts: series });
  }
  const gain = (one: ClassGrowth): number => one.counts.at(-1)! - one.counts[0]!;
  return grown.sort((a, b) => gain(b) - gain(a)).slice(0, MOST_CLASSES);
}
