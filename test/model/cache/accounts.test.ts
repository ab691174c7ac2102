/** Every policy: what a cache holds is what was set, less what it gave notice of; in any order of calls, from anywhere. */
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { entangledOperations, operations, trialOptions } from '../../helpers/cache-operations.ts';
import { POLICIES } from '../../helpers/cache-policies.ts';
import { CacheTrial } from '../../helpers/cache-trial.ts';
import { holds } from '../../helpers/properties.ts';

/** PLIMSOLL_FUZZ=50 runs fifty times as many; the seed of a failure is printed. */
const runs = 60 * Number(process.env['PLIMSOLL_FUZZ'] ?? 1);

describe.each(POLICIES)('%s', (policy) => {
  it('holds what was set less what it gave notice of', { timeout: 60_000 }, () => {
    holds(
      fc.property(trialOptions(policy), operations(true), (options, list) => {
        const trial = new CacheTrial(options);
        for (const operation of list) trial.run(operation);
      }),
      runs,
    );
  });

  it('does so when disposers call it and while its entries are gone through', { timeout: 60_000 }, () => {
    holds(
      fc.property(trialOptions(policy), entangledOperations(), (options, list) => {
        const trial = new CacheTrial(options);
        for (const operation of list) trial.run(operation);
      }),
      runs,
    );
  });
});
