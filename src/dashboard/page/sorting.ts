/** The order of a table's rows. */

export type Direction = 'ascending' | 'descending';

/** Compares two sort values; unknown ones are last whatever the direction. */
export function compareCells(a: number | string | null, b: number | string | null, direction: Direction): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b)) : a - b;
  return direction === 'ascending' ? order : -order;
}
