/** Tags against a plain map of sets, in every policy, with the insides checked after every step. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCache } from '../../../src/cache/check.ts';
import { Cache, coreOf } from '../../../src/cache/cache.ts';
import { invalidateTag } from '../../../src/cache/tags/invalidate-tag.ts';
import { POLICIES } from '../../helpers/cache-policies.ts';
import { holds } from '../../helpers/properties.ts';

const TAGS = ['a', 'b', 'c', 'd', 'e'];
const someTags = fc.option(fc.subarray(TAGS), { nil: undefined });
type Step =
  | { readonly do: 'set'; readonly key: number; readonly tags: readonly string[] | undefined }
  | { readonly do: 'delete' | 'get'; readonly key: number }
  | { readonly do: 'invalidate' | 'invalidate later'; readonly tag: string }
  | { readonly do: 'clear' | 'evict' }
  | { readonly do: 'resize'; readonly maxEntries: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('set' as const), key: fc.nat(30), tags: someTags }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'get' as const), key: fc.nat(30) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('invalidate' as const, 'invalidate later' as const),
      tag: fc.constantFrom(...TAGS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('clear' as const, 'evict' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resize' as const), maxEntries: fc.integer({ min: 1, max: 25 }) }),
  },
);

test.each(POLICIES)('%s: a tag takes out exactly what was last set with it', (policy) => {
  holds(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const tagsOf = new Map<number, readonly string[]>();
      let invalidated: number[] = [];
      const cache = new Cache<number, object>({
        maxEntries: 12,
        policy,
        sizeOf: () => 1,
        dispose: (_, key, cause) => {
          // What a tag has invalidated may leave later, when its key has a new value already.
          if (cause !== 'replaced' && cause !== 'invalidated') tagsOf.delete(key);
          if (cause === 'invalidated') invalidated.push(key);
        },
      });
      const change = (each: Step): unknown => {
        switch (each.do) {
          case 'set':
            cache.set(each.key, {}, { tags: each.tags });
            return cache.has(each.key) && tagsOf.set(each.key, each.tags ?? []);
          case 'delete':
            return cache.delete(each.key);
          case 'get':
            return cache.get(each.key);
          case 'clear':
            return cache.clear();
          case 'evict':
            return cache.evict(3);
          case 'resize':
            return cache.resize({ maxEntries: each.maxEntries });
          case 'invalidate later':
            return invalidateLater(each.tag);
          default:
            return invalidate(each.tag);
        }
      };
      /** Entries taken out when and how it may be, and no longer to be seen at once. */
      const invalidateLater = (tag: string): void => {
        const dead = [...tagsOf].filter(([, tags]) => tags.includes(tag)).map(([key]) => key);
        expect(invalidateTag(coreOf(cache), tag, 1)).toBeGreaterThanOrEqual(dead.length);
        for (const key of dead) tagsOf.delete(key);
      };
      const invalidate = (tag: string): void => {
        const expected = [...tagsOf].filter(([, tags]) => tags.includes(tag)).map(([key]) => key);
        // Those of an earlier call that were left to be taken out, so that this one's are seen alone.
        while (coreOf(cache).tags?.nextDead()) cache.evict(1);
        invalidated = [];
        expect(cache.invalidateTag(tag)).toBe(expected.length);
        expect(new Set(invalidated)).toEqual(new Set(expected));
        for (const key of expected) tagsOf.delete(key);
      };
      for (const each of steps) {
        change(each);
        checkCache(cache);
        expect(new Set(cache.keys())).toEqual(new Set(tagsOf.keys()));
      }
    }),
    40,
  );
});
