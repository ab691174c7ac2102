import type { Namer } from '../naming/namer.ts';
import type { Row } from './row.ts';

/** Owners of one class at one path, taken together: 300 connections with a small list each are one suspect. */
export interface Accused {
  /** The owner that gained most. */
  owner: number;
  readonly owners: Set<number>;
  first: number | undefined;
  bytes: number;
  earlyBytes: number | undefined;
  unit: string;
  count: number;
  freed: number;
  examples: readonly number[];
  others: Row['others'];
  isSideBySide: boolean;
  readonly isTree: boolean;
  /** Whether others hold the same units too. */
  isShared: boolean;
  /** Bytes of the owner that gained most. */
  most: number;
}

const EXAMPLES = 400;
/** So many of a class, and this share of the weight, make it the unit of all. */
const FEWEST = 10;
const MAIN_SHARE = 0.5;

export function mergeAlike(namer: Namer, rows: readonly Row[]): Accused[] {
  const merged = new Map<string, { readonly accused: Accused; readonly rows: Row[] }>();
  for (const row of rows) {
    const { key } = namer.ownerOf(row.owner);
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { accused: { ...row, owners: new Set([row.owner]), most: row.bytes }, rows: [row] });
    } else {
      addTo(known.accused, row);
      known.rows.push(row);
    }
  }
  return [...merged.values()].map(({ accused, rows: parts }) => {
    if (accused.owners.size > 1 && !accused.isTree) takeCommonUnit(accused, parts);
    return accused;
  });
}

/**
 * Owners that gained one or two things each do not show what stands beside what: the unit found in each is what is most
 * numerous inside. All of them together show it.
 */
function takeCommonUnit(accused: Accused, rows: readonly Row[]): void {
  const fronts = new Map<string, { count: number; weight: number; examples: number[] }>();
  let weight = 0;
  for (const row of rows) {
    for (const front of row.fronts()) {
      let known = fronts.get(front.className);
      if (known === undefined) fronts.set(front.className, (known = { count: 0, weight: 0, examples: [] }));
      known.count += front.count;
      known.weight += front.weight;
      if (known.examples.length < EXAMPLES) known.examples.push(...front.examples);
      weight += front.weight;
    }
  }
  const [top] = [...fronts].sort((a, b) => b[1].weight - a[1].weight);
  if (top === undefined || top[0] === accused.unit) return;
  const [unit, { count, weight: heaviest, examples }] = top;
  if (count < FEWEST || heaviest < weight * MAIN_SHARE) return;
  accused.unit = unit;
  accused.count = count;
  accused.examples = examples.slice(0, EXAMPLES);
  accused.isSideBySide = true;
}

function addTo(accused: Accused, row: Row): void {
  accused.owners.add(row.owner);
  accused.bytes += row.bytes;
  if (row.earlyBytes !== undefined) accused.earlyBytes = (accused.earlyBytes ?? 0) + row.earlyBytes;
  if (row.unit === accused.unit) {
    accused.count += row.count;
    accused.freed += row.freed;
    accused.examples = [...accused.examples, ...row.examples].slice(0, EXAMPLES);
  } else if (row.bytes > accused.most) {
    accused.unit = row.unit;
    accused.count = row.count;
    accused.freed = row.freed;
    accused.examples = row.examples;
    accused.others = row.others;
    accused.isSideBySide = row.isSideBySide;
    accused.isShared = row.isShared;
  }
  if (row.bytes > accused.most) {
    accused.most = row.bytes;
    accused.owner = row.owner;
    accused.first = row.first;
  }
}

/**
 * Bytes, weighed by how evenly they came in the two parts of the watch: what came in one jump is less suspect than
 * what keeps coming.
 */
export function scoreOf(accused: Accused, partsMs: readonly [number, number] | undefined): number {
  if (accused.earlyBytes === undefined || partsMs === undefined) return accused.bytes;
  const first = accused.earlyBytes / (partsMs[0] || 1);
  const second = (accused.bytes - accused.earlyBytes) / (partsMs[1] || 1);
  if (first <= 0 || second <= 0) return accused.bytes * 0.1;
  return accused.bytes * Math.min(1, (2 * Math.min(first, second)) / Math.max(first, second));
}
