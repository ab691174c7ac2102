/** Drives the work: finds how many calls make a round, runs the rounds, and goes on where they rise. */
import type { Driver } from './driver.ts';
import type { Heap } from './heap.ts';
import type { Settings } from './options.ts';
import { readStretches, type RoundTrend, type Stretch } from './trend.ts';

/** A round takes about this long, where it is not told how many calls to make. */
const ROUND_MS = 20;
/** A few calls stand out better than one, and may take longer. */
const FEW_CALLS = 4;
const ROUND_OF_FEW_MS = 100;
const MOST_ITERATIONS = 100;
/** While a machine is busy, calls are tried out no longer than this. */
const LONGEST_TRIAL_MS = 200;
/** So much may be kept of the calls that are tried out, and about as much of a round, bytes. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Work is done on for this long, or until it has added so much. */
const ONWARD_MS = 500;
const ONWARD_BYTES = 6 * 1024 * 1024;
/** The floor is looked at so often while waiting for what settles late. */
const SETTLE_STEPS = 5;

/** Runs the warm-up rounds and gives the calls of a round. */
export async function warmUp(driver: Driver, heap: Heap, { iterations, warmup }: Settings): Promise<number> {
  const found = iterations ?? (await tryOut(driver, heap));
  const done = iterations === null ? 1 : 0;
  for (let round = done; round < warmup; round++) {
    await driver.run(found);
    await heap.floor();
  }
  return found;
}

/** Doubles the calls until they take as long as a round may, or keep as much. */
async function tryOut(driver: Driver, heap: Heap): Promise<number> {
  // The first call compiles, reads files, connects: it says nothing of those to come.
  await driver.run(1);
  const before = await heap.floor();
  const begun = heap.now();
  let fastest = Number.POSITIVE_INFINITY;
  for (let iterations = 1; ; iterations *= 2) {
    const started = heap.now();
    await driver.run(iterations);
    const ended = heap.now();
    // The fastest tells: a busy machine makes any of them slow.
    fastest = Math.min(fastest, (ended - started) / iterations);
    const next = Math.min(2 * iterations, MOST_ITERATIONS);
    const isLong = next * fastest > (next > FEW_CALLS ? ROUND_MS : ROUND_OF_FEW_MS) || ended - begun > LONGEST_TRIAL_MS;
    const isFull = heap.quick() - before > MOST_BYTES && (await heap.floor()) - before > MOST_BYTES;
    if (isFull || isLong || iterations >= MOST_ITERATIONS) return Math.min(iterations, MOST_ITERATIONS);
  }
}

/** Floors before the first and after each measured round. */
export async function measureRounds(driver: Driver, heap: Heap, rounds: number, iterations: number): Promise<number[]> {
  // Numbers in an array of doubles: the list itself must not grow.
  const floors = new Float64Array(rounds + 1);
  floors[0] = await heap.floor();
  for (let round = 1; round <= rounds; round++) {
    await driver.run(iterations);
    floors[round] = await heap.floor();
  }
  return [...floors];
}

export interface Onward {
  readonly word: 'stopped' | 'growing' | 'scattered';
  /** Ms that a call takes. */
  readonly callMs: number;
  /** Bytes per call over all stretches. */
  readonly rate: number;
  readonly stretches: readonly Stretch[];
}

/** Does as much work again as was done so far, and again, until it stops growing or has shown that it does not. */
export async function goOn(driver: Driver, heap: Heap, settings: Settings, suspected: RoundTrend): Promise<Onward> {
  const stretches: Stretch[] = [];
  const first = await heap.floor();
  const started = heap.now();
  let busyMs = 0;
  let before = first;
  let word: Onward['word'] = 'growing';
  do {
    const calls = driver.calls;
    const begun = heap.now();
    await driver.run(calls);
    busyMs += heap.now() - begun;
    const after = await heap.floor();
    stretches.push({ calls, bytes: after - before });
    before = after;
    word = readStretches(stretches, suspected, settings.tolerance);
    const last = stretches.at(-1)!;
    const isNextTooMuch = before - first + 2 * last.bytes > ONWARD_BYTES;
    if (word === 'stopped' || isNextTooMuch) break;
  } while (heap.now() - started < ONWARD_MS);
  if (word !== 'stopped' && settings.settleMs > 0)
    word = await settleLate(heap, settings, stretches, before, suspected);
  const calls = stretches.reduce((sum, stretch) => sum + stretch.calls, 0);
  const bytes = stretches.reduce((sum, stretch) => sum + stretch.bytes, 0);
  return { word, callMs: busyMs / calls, rate: bytes / calls, stretches };
}

/** Work that was begun and not waited for may let go of its memory a moment later. */
async function settleLate(
  heap: Heap,
  { settleMs, tolerance }: Settings,
  stretches: Stretch[],
  last: number,
  suspected: RoundTrend,
): Promise<Onward['word']> {
  for (let step = 0; step < SETTLE_STEPS; step++) {
    await heap.wait(settleMs / SETTLE_STEPS);
    const floor = await heap.floor();
    const newest = stretches.pop()!;
    stretches.push({ calls: newest.calls, bytes: newest.bytes + floor - last });
    last = floor;
    if (readStretches(stretches, suspected, tolerance) === 'stopped') return 'stopped';
  }
  return readStretches(stretches, suspected, tolerance);
}
