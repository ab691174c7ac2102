/**
 * Lengths of the parts before and after the middle one of `count` moments, whatever unit `times` has; without times both
 * are taken as equally long. `undefined` below three moments.
 */
export function partsAround(
  count: number,
  times: readonly number[] | undefined,
): readonly [number, number] | undefined {
  if (count < 3) return undefined;
  if (times === undefined || times.length < 3) return [1, 1];
  const middle = times[times.length >> 1]!;
  return [middle - times[0]!, times.at(-1)! - middle];
}
