// What a run tells: figures, floors, and checks that hold or do not.

const SOURCE = 'MISSION 2';

/**
 * @typedef {{ row: string, source: string, wanted: string, got: string, holds: boolean }} Check
 */

/**
 * @param {string} row What is checked, in words.
 * @param {string | number} wanted
 * @param {unknown} got
 * @param {boolean} holds
 * @returns {Check}
 */
export function check(row, wanted, got, holds) {
  return { row, source: SOURCE, wanted: String(wanted), got: String(got), holds };
}

/** @param {string} row @param {unknown} wanted @param {unknown} got */
export function checkEqual(row, wanted, got) {
  return check(row, String(wanted), got, got === wanted);
}

/** @param {string} row @param {number} most @param {number} got */
export function checkAtMost(row, most, got, unit = '') {
  return check(row, `at most ${most}${unit}`, `${got}${unit}`, got <= most);
}

/** @param {string} row @param {number} least @param {number} got */
export function checkAtLeast(row, least, got, unit = '') {
  return check(row, `at least ${least}${unit}`, `${got}${unit}`, got >= least);
}

/** Slope of a series by Theil and Sen: the median of the slopes of all pairs, which no outlier moves. */
export function slopeOf(values) {
  const slopes = values.flatMap((to, at) => values.slice(0, at).map((from, before) => (to - from) / (at - before)));
  return median(slopes);
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
