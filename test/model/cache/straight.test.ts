/**
 * Sets of caches with nobody to tell, which take a way of their own: with one ttl for all or none, full or not, beside a plain
 * list of deadlines, with the insides checked as it goes.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCache } from '../../../src/cache/check.ts';
import { Cache } from '../../../src/cache/index.ts';
import { POLICIES } from '../../helpers/cache-policies.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';

type Step =
  | { readonly do: 'set' | 'get' | 'delete'; readonly key: number }
  | { readonly do: 'set for'; readonly key: number; readonly ttl: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'resize'; readonly maxEntries: number };

const key = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('set' as const, 'set' as const, 'get' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('set for' as const), key, ttl: fc.constantFrom(5, 50, 5000, Infinity) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 7, 40, 300) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resize' as const), maxEntries: fc.integer({ min: 1, max: 24 }) }),
  },
);

interface Known {
  readonly value: object;
  readonly end: number;
}

describe.each(POLICIES)('%s', (policy) => {
  test.each([
    ['one ttl', { ttl: 60 }],
    ['one idle time', { idleTtl: 60 }],
    ['a ttl and stale values', { ttl: 60, staleIfError: 100 }],
    ['no ttl', {}],
  ])('never gives what is old or wrong, and nothing is lost that fits: %s', (_, options) => {
    const life = 'ttl' in options ? options.ttl : Infinity;
    const idle = 'idleTtl' in options ? options.idleTtl : Infinity;
    holds(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const clock = new FakeClock();
        let maxEntries = 8;
        const sizeOf = policy === 'largest' ? (): number => 1 : undefined;
        const cache = new Cache<number, object>({
          maxEntries,
          policy,
          clock,
          sweepInterval: 50,
          ...options,
          ...(sizeOf && { sizeOf }),
        });
        const known = new Map<number, Known>();
        const now = (): number => clock.steadyNow();
        const set = (to: number, ttl: number | undefined): void => {
          const value = {};
          const first = Math.min(ttl ?? life, idle);
          known.set(to, { value, end: now() + first });
          if (ttl === undefined) cache.set(to, value);
          else cache.set(to, value, { ttl });
        };
        steps.forEach((each, at) => {
          if (each.do === 'pass') clock.advance(each.ms);
          else if (each.do === 'resize') cache.resize({ maxEntries: (maxEntries = each.maxEntries) });
          else if (each.do === 'set') set(each.key, undefined);
          else if (each.do === 'set for') set(each.key, each.ttl);
          else if (each.do === 'delete') {
            cache.delete(each.key);
            known.delete(each.key);
          } else {
            const expected = known.get(each.key);
            const got = cache.get(each.key);
            if (got !== undefined) expect(expected?.value === got && expected.end > now()).toBe(true);
            if (got !== undefined && idle < Infinity && expected!.end < Infinity) {
              known.set(each.key, { value: got, end: Math.max(expected!.end, now() + idle) });
            }
          }
          if (cache.size > maxEntries) throw new Error(`${cache.size} entries, at most ${maxEntries} allowed`);
          if (at % 8 === 0 || at === steps.length - 1) checkCache(cache);
          if (cache.stats().evictions.capacity > 0) return;
          for (const [each, { value, end }] of known) {
            const seen = cache.peek(each);
            if (seen !== (end > now() ? value : undefined)) throw new Error(`key ${each} is not as it was set`);
          }
        });
      }),
      25,
    );
  });
});
