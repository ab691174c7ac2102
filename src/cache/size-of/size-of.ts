import { readInteger } from '../../base/options.ts';
import { ExactWalk } from './exact-walk.ts';
import { numberBytes } from './primitives.ts';
import { SampledWalk } from './sampled-walk.ts';
import { stringBytes } from './strings.ts';

/** How far a measurement may go. */
export interface SizeOfOptions {
  /**
   * Properties, elements, entries and objects that are looked at before the rest is estimated, which takes up to twice
   * as many again. At least 1; `Number.MAX_SAFE_INTEGER` is no limit.
   *
   * @default 10_000
   */
  readonly maxSteps?: number;
}

/** What a value takes. */
export interface MeasuredSize {
  /** Whole bytes, `Number.MAX_SAFE_INTEGER` at most. */
  readonly bytes: number;
  /** Whether there was more to look at than `maxSteps`, so that `bytes` was extrapolated from a sample. */
  readonly estimated: boolean;
}

const DEFAULT_MAX_STEPS = 10_000;

/** Used again and again: it keeps nothing between two measurements. */
const spareWalk = new ExactWalk();

/**
 * Bytes that `value` keeps alive in memory, as V8 lays it out: its own, and all that it alone refers to, each thing once.
 * The slot that holds it is not part of it, so what stands in the slot itself (a small integer, `true`, `null`) takes 0.
 *
 * Runs nothing of the program's: no getter, no trap of a Proxy, no `toString`. Never throws because of a value. Looks
 * at `maxSteps` properties and elements at most and estimates the rest; {@link measureSize} tells whether it did.
 *
 * A second argument that is no object is passed over, so that this can be handed to code that gives a key or an index.
 *
 * **Cost:** below 0.1 µs for a number or a text; 1 to 2 µs for an object of ten properties; 30 ns for each property
 * more; about 1 ms where `maxSteps` ends it.
 *
 * @throws OptionsError `PLIM_ERR_OPTION_INVALID`
 */
export function sizeOf(value: unknown, options?: SizeOfOptions): number {
  switch (typeof value) {
    case 'string':
      return stringBytes(value);
    case 'number':
      return numberBytes(value);
    default:
      return measureSize(value, options).bytes;
  }
}

/**
 * {@link sizeOf}, and whether the figure had to be estimated.
 *
 * @throws OptionsError `PLIM_ERR_OPTION_INVALID`
 */
export function measureSize(value: unknown, options?: SizeOfOptions): MeasuredSize {
  const maxSteps = readMaxSteps(options);
  const walk = spareWalk.running ? new ExactWalk() : spareWalk;
  const complete = walk.run(value, maxSteps);
  const seen = walk.bytes;
  if (complete) return { bytes: saturate(seen), estimated: false };
  return { bytes: saturate(Math.max(seen, new SampledWalk().run(value as object, maxSteps))), estimated: true };
}

function readMaxSteps(options: unknown): number {
  if (typeof options !== 'object' || options === null) return DEFAULT_MAX_STEPS;
  const { maxSteps } = options as SizeOfOptions;
  return maxSteps === undefined ? DEFAULT_MAX_STEPS : readInteger('maxSteps', maxSteps, 1);
}

/** Whole bytes that a number can hold exactly. */
export function saturate(bytes: number): number {
  return Math.min(Math.round(bytes), Number.MAX_SAFE_INTEGER);
}
