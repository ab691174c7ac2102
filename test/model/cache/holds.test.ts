/** Leases and pins beside a plain list of what is in use, under any policy, with evictions, resizing and disposers that call back. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCache } from '../../../src/cache/check.ts';
import { Cache, type Lease } from '../../../src/cache/index.ts';
import { POLICIES } from '../../helpers/cache-policies.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';

interface Value {
  readonly key: number;
  leases: number;
  disposals: number;
}

type Operation =
  | { readonly do: 'set' | 'again' | 'get' | 'delete' | 'acquire' | 'pin' | 'unpin'; readonly key: number }
  | { readonly do: 'release' | 'evict' | 'resize' | 'pass'; readonly count: number }
  | { readonly do: 'clear' };

const key = fc.nat(11);
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('set' as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acquire' as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('again', 'get', 'delete', 'pin', 'unpin'), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('release' as const), count: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('evict', 'resize', 'pass'), count: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'clear' as const }) },
) as fc.Arbitrary<Operation>;

class Trial {
  readonly clock = new FakeClock();
  readonly cache: Cache<number, Value>;
  readonly leases: { readonly lease: Lease<Value>; readonly value: Value }[] = [];
  readonly pinned = new Set<number>();
  readonly stored = new Set<Value>();
  maxEntries = 6;

  constructor(policy: (typeof POLICIES)[number], answers: boolean) {
    this.cache = new Cache<number, Value>({
      maxEntries: this.maxEntries,
      policy,
      clock: this.clock,
      idleTtl: 5,
      sweepInterval: 50,
      leaseTimeout: Infinity,
      ...(policy === 'largest' ? { sizeOf: (value) => value.key } : {}),
      dispose: (value) => {
        expect(value.leases).toBe(0);
        expect(++value.disposals).toBe(1);
        // A use from inside, which may find and take anything.
        if (answers) this.cache.acquire(value.key + 1)?.release();
      },
      onError: (error) => {
        throw error;
      },
      disposeAttempts: 1,
    });
  }

  run(step: Operation): void {
    const { cache } = this;
    const before = new Map([...this.inUse()].map((used) => [used, cache.peek(used)]));
    this.do(step);
    for (const [used, value] of before) {
      const isWritten = step.do === 'clear' || ((step.do === 'set' || step.do === 'delete') && step.key === used);
      const isInUse = value!.leases > 0 || this.pinned.has(used);
      if (isInUse && !isWritten && cache.peek(used) !== value) throw new Error(`${used} was in use, and has left`);
    }
    for (const used of this.pinned) if (!cache.has(used)) this.pinned.delete(used);
    const most = Math.max(this.maxEntries, this.inUse().size);
    if (cache.size > most) throw new Error(`${cache.size} entries, at most ${most} allowed`);
    if (cache.size <= this.maxEntries) checkCache(cache);
    const { leases } = cache.stats();
    if (leases !== this.leases.length) throw new Error(`${leases} leases, ${this.leases.length} taken`);
  }

  /** Keys whose current value is leased, and pinned ones. */
  inUse(): Set<number> {
    const used = new Set(this.pinned);
    for (const { value } of this.leases) if (this.cache.peek(value.key) === value) used.add(value.key);
    return used;
  }

  do(step: Operation): void {
    const { cache } = this;
    switch (step.do) {
      case 'set': {
        const value: Value = { key: step.key, leases: 0, disposals: 0 };
        cache.set(step.key, value);
        if (cache.peek(step.key) === value) this.stored.add(value);
        return;
      }
      case 'again': {
        const value = cache.peek(step.key);
        if (value !== undefined) cache.set(step.key, value);
        return;
      }
      case 'acquire': {
        const lease = cache.acquire(step.key);
        if (lease === undefined) return;
        lease.value.leases++;
        this.leases.push({ lease, value: lease.value });
        return;
      }
      case 'release': {
        const [held] = this.leases.splice(step.count % (this.leases.length + 1), 1);
        if (held === undefined) return;
        held.value.leases--;
        expect(held.lease.release()).toBe(true);
        return;
      }
      case 'pin':
        expect(cache.pin(step.key)).toBe(cache.has(step.key));
        if (cache.has(step.key)) this.pinned.add(step.key);
        return;
      case 'unpin':
        expect(cache.unpin(step.key)).toBe(this.pinned.delete(step.key));
        return;
      case 'resize':
        this.maxEntries = step.count;
        cache.resize({ maxEntries: step.count });
        return;
      case 'evict':
        cache.evict(step.count);
        return;
      case 'pass':
        this.clock.advance(step.count);
        return;
      case 'clear':
        cache.clear();
        return;
      default:
        cache[step.do](step.key);
    }
  }

  end(): void {
    while (this.leases.length > 0) this.run({ do: 'release', count: 0 });
    for (const pinned of this.pinned) this.run({ do: 'unpin', key: pinned });
    expect(this.cache.size).toBeLessThanOrEqual(this.maxEntries);
    checkCache(this.cache);
    this.cache.clear();
    expect([...this.stored].filter(({ disposals }) => disposals !== 1)).toEqual([]);
    expect(this.cache.stats()).toMatchObject({ disposing: 0, leases: 0, disposeFailures: 0 });
  }
}

describe.each(POLICIES)('%s', (policy) => {
  test('what is in use stays, and is disposed of once, when it is over', () => {
    const trial = fc.property(fc.array(operation, { maxLength: 150, size: 'max' }), fc.boolean(), (steps, answers) => {
      const run = new Trial(policy, answers);
      for (const step of steps) run.run(step);
      run.end();
    });
    holds(trial, 150);
  });
});
