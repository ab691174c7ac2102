/**
 * The check that all engines must agree on: the JavaScript Map that retains most.
 *
 * @param {Iterable<{ id: number, retainedBytes: number }>} maps Every Map of the snapshot.
 */
export function biggest(maps) {
  let best = { id: 0, retainedBytes: 0 };
  for (const map of maps) if (map.retainedBytes > best.retainedBytes) best = map;
  return best;
}
