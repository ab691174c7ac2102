import type { Namer } from '../naming/namer.ts';
import type { Row } from './rows.ts';

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
  /** Whether others hold the same units too. */
  isShared: boolean;
  /** Bytes of the owner that gained most. */
  most: number;
}

const EXAMPLES = 400;

export function mergeAlike(namer: Namer, rows: readonly Row[]): Accused[] {
  const merged = new Map<string, Accused>();
  for (const row of rows) {
    const key = namer.ownerOf(row.owner).key;
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { ...row, owners: new Set([row.owner]), most: row.bytes });
    } else addTo(known, row);
  }
  return [...merged.values()];
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
