import { resourceLimits } from 'node:worker_threads';
import { startOptions } from './node-options.ts';

const MIB = 1024 * 1024;

/** The last number given for an option, in either way of writing it; `undefined` when it was not given, or is 0. */
function givenNumber(options: readonly string[], name: string): number | undefined {
  let found: number | undefined;
  for (const [i, option] of options.entries()) {
    const [key, value = options[i + 1]] = option.replaceAll('_', '-').split('=');
    if (key === `--${name}` && /^\d+$/.test(value ?? '')) found = Number(value);
  }
  return found === 0 ? undefined : found;
}

/** The largest half of the young generation by V8's major version, MiB: measured on Node.js 20, 22 (16), 24 (64), 26 (32). */
function largestSemiSpace(v8Major: number): number {
  if (v8Major < 13) return 16;
  return v8Major === 13 ? 64 : 32;
}

/** From this size of the old generation on the young one is as large as it gets, MiB. */
const FULL_YOUNG_FROM = 2_048;

/**
 * What may survive a collection before V8 ends the program, bytes: the limit of the old generation. `heap_size_limit` holds
 * the young one as well, which no floor ever fills: with `--max-old-space-size=100` it is 148 to 292 MiB by version, and a
 * program of which 97 MiB survive is about to die.
 *
 * V8 does not tell it: it is what the program was started with, else what is left without a young generation of V8's own
 * choice, which is within 3 % of it.
 */
export function survivorLimit(
  heapLimitBytes: number,
  options: readonly string[] = startOptions(),
  v8Version: string = process.versions.v8,
  ofWorker: number = resourceLimits.maxOldGenerationSizeMb ?? 0,
): number {
  const given = ofWorker > 0 ? ofWorker : givenNumber(options, 'max-old-space-size');
  if (given !== undefined) return Math.min(heapLimitBytes, given * MIB);
  const semi = givenNumber(options, 'max-semi-space-size');
  if (semi !== undefined) return Math.max(heapLimitBytes / 2, heapLimitBytes - 3 * semi * MIB);
  const largest = largestSemiSpace(Number.parseInt(v8Version, 10));
  const share = 3 / (FULL_YOUNG_FROM / largest + 3);
  return heapLimitBytes - Math.min(3 * largest * MIB, heapLimitBytes * share);
}

/**
 * What options choose for what may survive a collection, bytes, of a process whose heap cannot be read; `undefined` when they choose
 * nothing.
 *
 * @param availableBytes - what its container or machine has
 */
export function chosenSurvivorLimit(
  options: readonly string[],
  availableBytes: number,
  v8Version: string = process.versions.v8,
): number | undefined {
  const old = givenNumber(options, 'max-old-space-size');
  if (old !== undefined) return old * MIB;
  const whole = givenNumber(options, 'max-heap-size');
  if (whole !== undefined) return survivorLimit(whole * MIB, options, v8Version, 0);
  const percent = givenNumber(options, 'max-old-space-size-percentage');
  return percent === undefined ? undefined : (availableBytes * Math.min(100, percent)) / 100;
}
