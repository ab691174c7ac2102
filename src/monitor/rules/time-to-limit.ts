import type { Growth } from '../growth/growth.ts';

const MINUTE_MS = 60_000;

/**
 * Units per minute at which something grows for all that is known: what a judged leak loses, else the rate of the last
 * minutes; `null` when it does not grow.
 */
export function rateOf({ finding, recentPerMinute }: Growth): number | null {
  const judged = finding?.verdict === 'leak' ? finding.bytesPerMinute : 0;
  const rate = Math.max(judged, recentPerMinute ?? 0);
  return rate > 0 ? rate : null;
}

/** Ms until `limit` at the present rate; `null` when it does not grow, or nothing is known of it. */
export function timeTo(growth: Growth, limit: number | null | undefined): number | null {
  const rate = rateOf(growth);
  if (rate === null || growth.value === null || limit == null) return null;
  return (Math.max(0, limit - growth.value) / rate) * MINUTE_MS;
}

/** The nearer of two times; `null` is never. */
export function nearer(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
