import * as fc from 'fast-check';

/**
 * Checks a property on random input: with the seed of `PLIMSOLL_TEST_SEED` when it is set, with a new one otherwise.
 * A failure prints seed and path, which repeat it.
 */
export function holds<T>(property: fc.IAsyncProperty<T>, runs: number): Promise<void>;
export function holds<T>(property: fc.IProperty<T>, runs: number): void;
export function holds<T>(property: fc.IProperty<T> | fc.IAsyncProperty<T>, runs: number): Promise<void> | void {
  const seed = Number.parseInt(process.env['PLIMSOLL_TEST_SEED'] ?? '', 10);
  return fc.assert(property as fc.IProperty<T>, { numRuns: runs, ...(Number.isNaN(seed) ? {} : { seed }) });
}
