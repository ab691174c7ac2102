/** From figures over time to what is drawn of them. */
import type { Column } from './rows.ts';

export type Figure = number | null;
export type Columns = Readonly<Record<Column, readonly Figure[]>>;

const MINUTE_MS = 60_000;

/** The layers that are stacked, the topmost first; each only where what it is made of is known. */
export function layersOf({ rss, external, used, floor }: Columns): Figure[][] {
  const both = (a: Figure, b: Figure, make: (a: number, b: number) => number): Figure =>
    a === null || b === null ? null : make(a, b);
  return [
    // The part of the heap that is known lies within it; the rest is code, stacks, free and native memory.
    rss.map((whole, i) => both(whole, used[i] ?? floor[i] ?? null, (a, b) => Math.max(0, a - b - (external[i] ?? 0)))),
    [...external],
    used.map((bytes, i) => both(bytes, floor[i] ?? 0, (a, b) => Math.max(0, a - b))),
    floor.map((bytes, i) => both(bytes, used[i] ?? bytes, Math.min)),
  ];
}

/** The line that the floor follows at its rate, ending where it is now. */
export function trendOf(at: readonly Figure[], floor: readonly Figure[], bytesPerMinute: Figure): Figure[] {
  const end = floor.findLastIndex((bytes) => bytes !== null);
  if (bytesPerMinute === null || end < 0) return at.map(() => null);
  return at.map((time) => {
    const bytes = floor[end]! + (bytesPerMinute * (time! - at[end]!)) / MINUTE_MS;
    return bytes < 0 ? null : bytes;
  });
}

/**
 * Puts each stacked column on top of those after it: the first is the topmost layer and is drawn first, the others over
 * it. One that nobody can give adds nothing and is not drawn.
 */
export function stack(
  columns: readonly (readonly (number | null)[])[],
  isStacked: readonly boolean[],
): (number | null)[][] {
  const sums: number[] = [];
  const layer = (value: number | null, row: number): number | null => {
    if (value === null) return null;
    sums[row] = (sums[row] ?? 0) + Math.max(0, value);
    return sums[row];
  };
  const drawn = columns.map((column) => [...column]);
  for (let i = columns.length - 1; i >= 0; i--) if (isStacked[i] === true) drawn[i] = columns[i]!.map(layer);
  return drawn;
}
