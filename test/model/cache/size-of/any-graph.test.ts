/** What holds for any graph of values, however it is knotted together. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureSize, sizeOf } from '../../../../src/cache/size-of/index.ts';
import { holds } from '../../../helpers/properties.ts';

const RUNS = Number(process.env['PLIMSOLL_TEST_RUNS'] ?? 300);
const unlimited = { maxSteps: Number.MAX_SAFE_INTEGER };

/** Makes a container out of values of the graph. */
type Maker = (parts: readonly unknown[]) => object;

const makers: readonly Maker[] = [
  (parts) => Object.assign({}, parts),
  (parts) => Object.fromEntries(parts.map((part, i) => [`name${i}`, part])),
  (parts) => Object.assign(Object.create(null) as object, { parts }),
  (parts) => [...parts],
  (parts) => Object.assign([] as unknown[], { 5000: parts[0], length: 9000 }),
  (parts) => new Map(parts.map((part, i) => [i % 2 === 0 ? part : i, part])),
  (parts) => new Set(parts),
  (parts) => new Error('message', { cause: parts }),
  (parts) => new Proxy([...parts], {}),
  (parts) => Object.create({ inherited: parts }, { own: { value: parts, enumerable: false } }) as object,
  (parts) =>
    Object.defineProperty({ parts }, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('a getter ran');
      },
    }),
  (parts) => Object.assign(new Uint8Array(parts.length * 10), { parts }),
  (parts) => Object.assign(() => parts, { parts }),
];

const leaf = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(Symbol.iterator, Symbol('own'), new WeakMap(), Promise.resolve(), /x/, new Date(Number.NaN), 0n),
);

/** A graph of containers: each refers to leaves, to others, and, after `knots`, to itself or what comes later. */
const graph = fc
  .tuple(
    fc.array(leaf, { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(makers.length - 1), fc.array(fc.nat(), { maxLength: 5 })), {
      minLength: 1,
      maxLength: 15,
    }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 }),
  )
  .map(([leaves, containers, knots]) => {
    const all: unknown[] = [...leaves];
    for (const [maker, parts] of containers) all.push(makers[maker]!(parts.map((part) => all[part % all.length])));
    for (const [from, to] of knots) {
      const owner = all[leaves.length + (from % containers.length)];
      Reflect.set(owner as object, 'knot', all[to % all.length]);
    }
    return all;
  });

test('any graph has a size, the same each time, and is left as it was', () => {
  holds(
    fc.property(graph, (all) => {
      for (const value of all) {
        const { bytes, estimated } = measureSize(value, unlimited);
        expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
        expect(estimated).toBe(false);
        expect(sizeOf(value, unlimited)).toBe(bytes);
      }
    }),
    RUNS,
  );
});

test('any limit ends, with a size too', () => {
  holds(
    fc.property(graph, fc.integer({ min: 1, max: 50 }), (all, maxSteps) => {
      const { bytes } = measureSize(all, { maxSteps });
      expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
    }),
    RUNS,
  );
});

test('what is enough to look through a value is not estimated by looking further', () => {
  holds(
    fc.property(graph, fc.integer({ min: 1, max: 2000 }), (all, maxSteps) => {
      const { bytes, estimated } = measureSize(all, { maxSteps });
      if (!estimated) expect(bytes).toBe(sizeOf(all, unlimited));
    }),
    RUNS,
  );
});

test('one property more never makes a record smaller', () => {
  // Names without digits: many with digits are taken for a map's keys.
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'), minLength: 1, maxLength: 6 });
  const record = fc.dictionary(name, leaf, { maxKeys: 40, noNullPrototype: true });
  holds(
    fc.property(record, name, leaf, (before, added, value) => {
      const after = { ...before, [added]: Object.hasOwn(before, added) ? before[added] : value };
      expect(sizeOf(after, unlimited)).toBeGreaterThanOrEqual(sizeOf(before, unlimited));
    }),
    RUNS,
  );
});

test('twice the same is once the same and a slot', () => {
  holds(
    fc.property(leaf, (value) => {
      const boxed = { value };
      expect(sizeOf([boxed, boxed], unlimited)).toBe(sizeOf([boxed], unlimited) + 8);
    }),
    RUNS,
  );
});
