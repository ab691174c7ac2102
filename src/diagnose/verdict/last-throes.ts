/** What a program does while its heap is full says nothing of how it grew. */
import type { Evidence } from './evidence.ts';

/** From this share of its limit on V8 collects all the time, and the program hardly gets on. */
const FULL_FROM = 0.8;
/** With fewer floors before that there is nothing to judge by. */
const LEAST_FLOORS = 8;

/**
 * The evidence on a program that V8 ended at its heap's limit, up to where the heap was full: after that growth looks as if
 * it came to an end. The last snapshot stays, for who holds what; others that were taken since would show no growth.
 */
export function withoutLastThroes(evidence: Evidence): Evidence {
  const { death, process, floors, shots } = evidence;
  if (death?.cause !== 'heap-limit') return evidence;
  const full = floors.findIndex(({ heapUsed }) => heapUsed >= FULL_FROM * process.survivorLimitBytes);
  if (full < LEAST_FLOORS) return evidence;
  const before = shots.filter(({ at }) => at <= floors[full]!.at);
  const kept = new Set([...(before.length > 0 ? before : shots.slice(0, 1)), ...shots.slice(-1)]);
  return { ...evidence, floors: floors.slice(0, full), shots: [...kept] };
}
