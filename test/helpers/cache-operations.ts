/** Random operations on a cache. */
import * as fc from 'fast-check';
import { SOME_KEYS } from './cache-keys.ts';
import type { Operation, TrialOptions } from './cache-trial.ts';

/** Few keys, so that the same ones come back. */
const someKey = fc.nat(SOME_KEYS.length - 1);
const someBytes = fc.integer({ min: 0, max: 40 });

const simple: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('set' as const), key: someKey, bytes: someBytes }) },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constantFrom('get' as const, 'peek' as const, 'has' as const), key: someKey }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key: someKey }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict' as const), count: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resize' as const), maxEntries: fc.integer({ min: 1, max: 24 }) }),
  },
);

const rare: fc.Arbitrary<Operation> = fc.record({ do: fc.constant('clear' as const) });

const resizeBytes: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant('resize' as const),
  maxBytes: fc.integer({ min: 1, max: 300 }),
});

const plain = fc.oneof({ weight: 40, arbitrary: simple }, { weight: 1, arbitrary: rare });

const walk: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant('walk' as const),
  changes: fc.array(plain, { maxLength: 12 }),
});

const answer: fc.Arbitrary<Operation> = fc.record({
  do: fc.constant('answer' as const),
  answers: fc.array(plain, { maxLength: 6 }),
});

/** Operations one after the other; what happens in between is as after any of them. */
export function operations(hasBytes: boolean, fewest = 0): fc.Arbitrary<Operation[]> {
  const one = hasBytes ? fc.oneof({ weight: 40, arbitrary: plain }, { weight: 1, arbitrary: resizeBytes }) : plain;
  return fc.array(one, { minLength: fewest, maxLength: 150 });
}

/** Also changes while the entries are gone through, and disposers that call the cache. */
export function entangledOperations(): fc.Arbitrary<Operation[]> {
  return fc.array(
    fc.oneof(
      { weight: 20, arbitrary: plain },
      { weight: 2, arbitrary: walk },
      { weight: 2, arbitrary: answer },
      { weight: 1, arbitrary: resizeBytes },
    ),
    { maxLength: 120 },
  );
}

/** Bounds of every kind, from a single entry up. */
export function trialOptions(policy: TrialOptions['policy'], ofEntries = false): fc.Arbitrary<TrialOptions> {
  const maxEntries = fc.integer({ min: 1, max: 20 });
  const maxBytes = fc.integer({ min: 1, max: 300 });
  return fc
    .record({
      bounds: fc.oneof(
        { weight: 3, arbitrary: fc.record({ maxEntries }) },
        { weight: ofEntries ? 0 : 1, arbitrary: fc.record({ maxBytes }) },
        { weight: 2, arbitrary: fc.record({ maxEntries, maxBytes }) },
      ),
      evictBatch: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 25 })),
    })
    .map(({ bounds, evictBatch }) => ({ ...bounds, evictBatch, ...(policy !== undefined && { policy }) }));
}
