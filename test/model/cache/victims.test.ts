/** The policies whose victims can be foretold: who leaves, in which order and why, is what the plain rules say. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations, trialOptions } from '../../helpers/cache-operations.ts';
import { SOME_KEYS } from '../../helpers/cache-keys.ts';
import { EXACT_POLICIES, type ExactPolicy } from '../../helpers/cache-policies.ts';
import { NaiveCache, type Removal } from '../../helpers/cache-rules.ts';
import { CacheTrial, type Operation, type TrialOptions } from '../../helpers/cache-trial.ts';
import { holds } from '../../helpers/properties.ts';

const runs = 100 * Number(process.env['PLIMSOLL_FUZZ'] ?? 1);

function foretell(naive: NaiveCache, operation: Operation, trial: CacheTrial): Removal[] {
  switch (operation.do) {
    case 'set':
      return naive.set(SOME_KEYS[operation.key], operation.bytes);
    case 'get':
      naive.get(SOME_KEYS[operation.key]);
      return [];
    case 'delete':
      return naive.delete(SOME_KEYS[operation.key]);
    case 'clear':
      return naive.clear();
    case 'evict':
      return naive.evict(operation.count);
    case 'resize':
      return trial.accepts(operation)
        ? naive.resize(operation.maxEntries ?? naive.maxEntries, operation.maxBytes ?? naive.maxBytes)
        : [];
    default:
      return [];
  }
}

/** Does the operations, and compares who left with who should have. */
function compare(policy: ExactPolicy, options: TrialOptions, list: readonly Operation[], verifyEvery: number): void {
  const trial = new CacheTrial(options);
  const naive = new NaiveCache(policy, trial.maxEntries, trial.maxBytes, options.evictBatch ?? 1);
  for (const [place, operation] of list.entries()) {
    const known = trial.notices.length;
    const expected = foretell(naive, operation, trial);
    if (place % verifyEvery === 0) trial.run(operation);
    else trial.runUnverified(operation);
    const removals = trial.notices.slice(known).map(({ key, cause }) => ({ key, cause }));
    // Compared in full only where there is something to see: thousands of operations are gone through.
    if (operation.do === 'clear') expect(new Set(removals)).toEqual(new Set(expected));
    else if (removals.length > 0 || expected.length > 0) expect(removals).toEqual(expected);
    if (policy !== 'lru' && policy !== 'fifo') continue;
    const keys = [...trial.cache.keys()];
    const isSame = keys.length === naive.keys.length && keys.every((key, at) => Object.is(key, naive.keys[at]));
    if (!isSame) expect(keys).toEqual(naive.keys);
  }
}

describe.each(EXACT_POLICIES)('%s', (policy) => {
  it('evicts whom its rule says', { timeout: 60_000 }, () => {
    holds(
      fc.property(trialOptions(policy), operations(true), (options, list) => compare(policy, options, list, 1)),
      runs,
    );
  });

  it('does so still after thousands of operations', { timeout: 60_000 }, () => {
    // By seed: making thousands of operations fewer takes longer than reading them.
    holds(
      fc.property(trialOptions(policy, true), fc.nat(), (options, seed) => {
        const list = fc.sample(operations(false, 150), { seed, numRuns: 12 }).flat();
        compare(policy, options, list, 100);
      }),
      runs / 20,
    );
  });
});
