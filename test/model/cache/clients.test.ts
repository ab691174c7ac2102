/** Race of sweep and use: a short storm here, one of 10,000,000 operations with `PLIMSOLL_TEST_CLIENTS=10000000`. */
import { describe, expect, test } from 'vitest';
import { ClientStorm, type StormOptions } from '../../helpers/client-storm.ts';

const OPERATIONS = Number(process.env['PLIMSOLL_TEST_CLIENTS'] ?? 60_000);
const LIMIT = 60_000 + OPERATIONS / 5;
const seed = Number.parseInt(process.env['PLIMSOLL_TEST_SEED'] ?? '', 10) || Date.now() % 1_000_000;
const storm: Omit<StormOptions, 'cache'> = {
  operations: OPERATIONS,
  seed,
  users: 64,
  keys: 400,
  hasWriters: false,
  failsOneIn: 0,
};
const idle = { idleTtl: 400, sweepInterval: 100 };

describe(`clients in use (seed ${seed})`, () => {
  test.each<[string, StormOptions]>([
    ['sweep', { ...storm, cache: { ...idle, maxEntries: 1000 } }],
    ['sweep and eviction', { ...storm, cache: { ...idle, maxEntries: 150 } }],
    ['sweep and eviction, lru', { ...storm, cache: { ...idle, maxEntries: 150, policy: 'lru', evictBatch: 10 } }],
  ])('never two for one key, none taken away, nothing left: %s', { timeout: LIMIT }, async (_, options) => {
    const clients = new ClientStorm(options);
    await clients.run();
    expect([...clients.faults]).toEqual([]);
    const { leases, disposing, loading, disposeFailures, rejected, evictions } = clients.cache.stats();
    expect({ leases, disposing, loading, disposeFailures, rejected }).toEqual({
      leases: 0,
      disposing: 0,
      loading: 0,
      disposeFailures: 0,
      rejected: 0,
    });
    expect([clients.left, clients.ended]).toEqual([clients.made, clients.made]);
    // What makes it a storm.
    expect(clients.uses).toBeGreaterThan(OPERATIONS / 10);
    expect(evictions.expired).toBeGreaterThan(0);
    expect(clients.made).toBeGreaterThan(OPERATIONS / 100);
    expect(clients.clock.pendingTimers).toBe(0);
  });

  test('with a ttl, writers and disposers that fail: each ends once, after its last use', {
    timeout: LIMIT,
  }, async () => {
    const cache = { maxEntries: 100, ttl: 5000, ...idle, disposeBacklog: 50 };
    const clients = new ClientStorm({ ...storm, cache, hasWriters: true, failsOneIn: 20 });
    await clients.run();
    expect([...clients.faults]).toEqual([]);
    const { leases, disposing, loading, disposeFailures, disposeRetries } = clients.cache.stats();
    expect({ leases, disposing, loading }).toEqual({ leases: 0, disposing: 0, loading: 0 });
    expect([clients.left, clients.ended]).toEqual([clients.made, clients.made - disposeFailures]);
    expect(disposeRetries).toBeGreaterThan(0);
    expect(clients.clock.pendingTimers).toBe(0);
  });
});
