// The command line of a scenario's run.mjs: which form, which load, how much of it.
import { BenchFailure } from '../../bench/lib/failure.mjs';
import { readOptions } from '../../bench/lib/options.mjs';
import { FORMS } from './outcome.mjs';

export const DEFAULT_SEED = 20261120;

/** @typedef {'small' | 'whole' | 'long'} Size */

/** @type {Record<string, import('../../bench/lib/options.mjs').OptionRule>} */
export const LOAD_OPTIONS = {
  seed: { kind: 'number', value: DEFAULT_SEED, help: 'of the load' },
  small: { kind: 'flag', value: false, help: 'a load of seconds, for tests' },
  long: { kind: 'flag', value: false, help: 'all of the load, however long it takes' },
};

/**
 * @param {Record<string, unknown>} options As read by {@link LOAD_OPTIONS}.
 * @returns {{ seed: number, size: Size }}
 */
export function readLoad({ seed: given, small, long }) {
  const seed = Number(given);
  if (!Number.isInteger(seed) || seed >= 2 ** 32)
    throw new BenchFailure(`Expected --seed to be a whole number below 2^32, got ${seed}.`);
  if (small && long) throw new BenchFailure('Expected one of --small and --long, got both.');
  return { seed, size: small ? 'small' : long ? 'long' : 'whole' };
}

/**
 * Runs the form that the command line names.
 *
 * @param {(form: import('./outcome.mjs').Form, load: { seed: number, size: Size }) => Promise<void>} run Prints the outcome.
 */
export async function runProgram(run) {
  const [form, ...words] = process.argv.slice(2);
  try {
    const known = FORMS.find((each) => each === form);
    if (known === undefined)
      throw new BenchFailure(`Expected one of ${FORMS.join(' and ')}, got ${form ?? 'nothing'}.`);
    await run(known, readLoad(readOptions(LOAD_OPTIONS, words)));
  } catch (thrown) {
    console.error(thrown instanceof BenchFailure ? thrown.message : thrown);
    process.exitCode = thrown instanceof BenchFailure ? 2 : 1;
  }
}
