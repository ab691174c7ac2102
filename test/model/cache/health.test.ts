/** The marks at which the health of a cache is judged, beside judging it after every single operation. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { checkCache } from '../../../src/cache/check.ts';
import { holds } from '../../helpers/properties.ts';

type Operation =
  | { readonly do: 'set'; readonly key: number; readonly bytes: number }
  | { readonly do: 'delete'; readonly key: number }
  | { readonly do: 'evict'; readonly count: number }
  | { readonly do: 'clear' };

const operations = (mostBytes: number): fc.Arbitrary<Operation[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 40,
        arbitrary: fc.record({ do: fc.constant('set' as const), key: fc.nat(150), bytes: fc.nat(mostBytes) }),
      },
      { weight: 12, arbitrary: fc.record({ do: fc.constant('delete' as const), key: fc.nat(150) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('evict' as const), count: fc.integer({ min: 1, max: 20 }) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
    ),
    { minLength: 1, maxLength: 400, size: 'max' },
  );

function run(cache: Cache<number, number>, operation: Operation): void {
  if (operation.do === 'set') cache.set(operation.key, operation.bytes);
  else if (operation.do === 'delete') cache.delete(operation.key);
  else if (operation.do === 'evict') cache.evict(operation.count);
  else cache.clear();
}

test('an alert on utilisation comes exactly when the mark is reached, and again only after it was left', () => {
  holds(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.constantFrom(1, 7),
      operations(1),
      (maxEntries, evictBatch, list) => {
        let alerts = 0;
        const cache = new Cache<number, number>({
          maxEntries,
          evictBatch,
          policy: 'lru',
          onAlert: ({ code }) => void (alerts += Number(code === 'PLIM_WARN_CACHE_FULL')),
        });
        let expected = 0;
        let isFull = false;
        for (const operation of list) {
          const { size } = cache;
          run(cache, operation);
          const { utilisation } = cache.stats();
          if (operation.do === 'set' && !isFull && utilisation >= 0.9) {
            expected++;
            isFull = true;
          } else if (operation.do !== 'set' && cache.size < size && utilisation < 0.8) isFull = false;
          expect(alerts).toBe(expected);
        }
      },
    ),
    100,
  );
});

test('the levels of bytes are reached exactly at their marks, and the cache is cut back', () => {
  holds(
    fc.property(fc.constantFrom('lru', 'fifo', 'adaptive'), operations(60), (policy, list) => {
      const alerts: string[] = [];
      const expected: string[] = [];
      const cache = new Cache<number, number>({
        maxEntries: 1000,
        policy,
        sizeOf: (value) => value,
        warnBytes: 500,
        warnUtilisation: false,
        onAlert: ({ level }) => void alerts.push(level),
      });
      const held = new Map<number, number>();
      let level = 'ok';
      for (const operation of list) {
        run(cache, operation);
        if (operation.do === 'set') {
          held.set(operation.key, operation.bytes);
          const bytes = [...held.values()].reduce((sum, one) => sum + one, 0);
          if (bytes > 1000) {
            expected.push('critical');
            level = cache.bytes! < 450 ? 'ok' : 'warning';
            expect(cache.bytes).toBeLessThanOrEqual(500);
          } else if (bytes > 500 && level === 'ok') expected.push((level = 'warning'));
          else if (bytes < 450) level = 'ok';
        }
        held.clear();
        for (const [key, value] of cache) held.set(key, value);
        expect(alerts).toEqual(expected);
      }
      checkCache(cache);
    }),
    100,
  );
});
