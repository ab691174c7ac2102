import type { IdSet } from '../../struct/id-set.ts';
import type { Namer } from '../naming/namer.ts';
import { findPlainUnit } from './plain-values.ts';
import type { SharedGrowth } from './shared.ts';
import type { Tally, Territory } from './territory.ts';
import type { Row } from './row.ts';
import { entriesOf } from './trees.ts';
import { findUnit, frontsOf, type Unit } from './unit.ts';

/** A voter must see so many units and this share of its class. */
const VOTER_UNITS = 20;
const VOTER_SHARE = 0.3;
const COMPANIONS = 10;

export interface GrowthTallies {
  readonly added: Tally;
  readonly freed: Tally;
  readonly middle: { readonly added: Tally; readonly freed: Tally; readonly ids: IdSet } | undefined;
  readonly shared: SharedGrowth;
  /** How much of the new units of a class are growth: shared things have no older owner to take the freed ones off. */
  readonly keptShare: (className: string, newUnits: number) => number;
}

export function makeRows(namer: Namer, tallies: GrowthTallies): Row[] {
  const rows: Row[] = [];
  for (const [ownerId, territory] of tallies.added.byOwner) {
    if (territory.owner === 0) continue;
    const row = rowOf(namer, territory, tallies.freed.byOwner.get(ownerId), false);
    if (row === undefined) continue;
    row.earlyBytes = earlyBytes(tallies, ownerId);
    rows.push(row);
  }
  for (const territory of tallies.shared.byOwner.values()) {
    const row = territory.owner === 0 ? undefined : sharedRow(namer, territory, tallies);
    if (row !== undefined) rows.push(row);
  }
  addVoters(namer, tallies, rows);
  return rows;
}

function rowOf(namer: Namer, added: Territory, freed: Territory | undefined, isShared: boolean): Row | undefined {
  const bytes = added.bytes - (freed?.bytes ?? 0);
  if (bytes <= 0) return undefined;
  const unit: Unit | undefined = findUnit(namer, added, freed) ?? findPlainUnit(namer, added, freed);
  if (unit === undefined) return undefined;
  const others = [...added.classes]
    .map(([className, tally]) => ({
      className,
      count: tally.count - (freed?.classes.get(className)?.count ?? 0),
      selfBytes: tally.selfBytes,
    }))
    .filter((other) => other.count >= COMPANIONS)
    .sort((a, b) => b.selfBytes - a.selfBytes);
  return {
    owner: added.owner,
    first: undefined,
    bytes,
    earlyBytes: undefined,
    unit: unit.className,
    count: unit.count,
    freed: freed?.classes.get(unit.className)?.count ?? 0,
    examples: unit.examples,
    isSideBySide: unit.isSideBySide,
    others,
    isShared,
    isTree: false,
    entries: (isNode) => entriesOf(namer, added, isNode),
    fronts: () => frontsOf(namer, added, freed),
  };
}

/**
 * What the owner had gained by the middle snapshot: by what lay below it then, or by when the things below it now came.
 * The one is too small where others held them then, the other where what came early was replaced since.
 */
function earlyBytes(tallies: GrowthTallies, ownerId: number): number | undefined {
  if (tallies.middle === undefined) return undefined;
  const then = netOf(tallies.middle.added, tallies.middle.freed, ownerId, (territory) => territory.bytes);
  const since = netOf(tallies.added, tallies.freed, ownerId, (territory) => territory.earlyBytes);
  return Math.max(then, since);
}

function netOf(added: Tally, freed: Tally, ownerId: number, bytesOf: (territory: Territory) => number): number {
  const gained = added.byOwner.get(ownerId);
  const lost = freed.byOwner.get(ownerId);
  return (gained === undefined ? 0 : bytesOf(gained)) - (lost === undefined ? 0 : bytesOf(lost));
}

function sharedRow(namer: Namer, territory: Territory, tallies: GrowthTallies): Row | undefined {
  const row = rowOf(namer, territory, undefined, true);
  if (row === undefined) return undefined;
  const kept = tallies.keptShare(row.unit, sharedUnits(tallies.shared, row.unit));
  row.bytes *= kept;
  if (tallies.middle !== undefined) row.earlyBytes = territory.earlyBytes * kept;
  return row;
}

function sharedUnits(shared: SharedGrowth, className: string): number {
  let count = 0;
  for (const territory of shared.byOwner.values()) count += territory.classes.get(className)?.count ?? 0;
  return count;
}

/** Voters are as large as the group they vote for, if they see most of it. */
function addVoters(namer: Namer, tallies: GrowthTallies, rows: Row[]): void {
  const { view } = namer;
  const { shared, middle } = tallies;
  for (const [voter, byClass] of shared.votes) {
    for (const [className, seen] of byClass) {
      if (seen.size < VOTER_UNITS) continue;
      const all = sharedUnits(shared, className);
      if (seen.size < all * VOTER_SHARE) continue;
      if (rows.some((row) => row.owner === voter && row.unit === className)) continue;
      let bytes = 0;
      let early = 0;
      for (const node of seen) {
        const retained = view.retained(node);
        bytes += retained;
        if (middle?.ids.has(view.graph.nodeId[node]!) === true) early += retained;
      }
      const kept = tallies.keptShare(className, all);
      rows.push({
        owner: voter,
        first: undefined,
        bytes: bytes * kept,
        earlyBytes: middle === undefined ? undefined : early * kept,
        unit: className,
        count: seen.size,
        freed: 0,
        examples: [...seen].slice(0, 400),
        isSideBySide: true,
        others: [],
        isShared: true,
        isTree: false,
        entries: () => new Map(),
        fronts: () => [],
      });
    }
  }
}
