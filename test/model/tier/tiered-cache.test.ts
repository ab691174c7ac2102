import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryTier, TieredCache } from '../../../src/tier/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { holds } from '../../helpers/properties.ts';
import { Hub, trickyTier } from '../../helpers/tiers.ts';

const PROCESSES = 2;
const KEYS = ['a', 'b'];

type Step =
  | {
      readonly kind: 'update' | 'write' | 'load' | 'load many' | 'read' | 'many' | 'refresh' | 'tag' | 'clear';
      process: number;
      key: string;
    }
  | { readonly kind: 'release'; readonly count: number; readonly at: number }
  | { readonly kind: 'answer' | 'deliver' | 'lose' | 'turn' };

const process = fc.nat(PROCESSES - 1);
const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('update', 'write', 'load', 'load many', 'read', 'many', 'refresh', 'tag'),
      process,
      key,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), process, key }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('release' as const),
      count: fc.integer({ min: 1, max: 6 }),
      at: fc.nat(),
    }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constantFrom('answer', 'deliver', 'turn') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const) }) },
);

/** Caches over a database: whoever changes that deletes or writes the key. All calls and messages come when the steps say so. */
class World {
  readonly clock = new FakeClock();
  readonly tier = trickyTier<number>(new MemoryTier<number>({ clock: this.clock }));
  readonly hub = new Hub();
  readonly database = new Map<string, number>(KEYS.map((one) => [one, 0]));
  readonly caches = Array.from(
    { length: PROCESSES },
    () =>
      new TieredCache<number>({
        l1: { maxEntries: 10 },
        l2: this.tier,
        bus: this.hub.bus(),
        jitter: 0,
        fenceTtl: '1h',
        timeout: '1h',
        clock: this.clock,
      }),
  );
  /** Loads that have read the database and not returned yet. */
  readonly loads: (() => void)[] = [];
  readonly running: Promise<unknown>[] = [];
  #updates = 0;

  constructor() {
    this.tier.isHolding = true;
    this.tier.isHoldingReplies = true;
    this.hub.isPrompt = false;
  }

  readonly load = (one: string): Promise<number> => {
    const value = this.database.get(one)!;
    return new Promise((resolve) => this.loads.push(() => resolve(value)));
  };

  readonly loadMany = (keys: readonly string[]): Promise<Map<string, number>> => {
    const values = new Map(keys.map((one) => [one, this.database.get(one)!]));
    return new Promise((resolve) => this.loads.push(() => resolve(values)));
  };

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'release':
        for (let left = one.count; left > 0 && this.tier.held.length > 0; left--) {
          this.tier.held.splice(one.at % this.tier.held.length, 1)[0]!.go();
          await settle(3);
        }
        return;
      case 'answer':
        return this.loads.shift()?.();
      case 'deliver':
        return this.hub.deliver();
      case 'lose':
        this.hub.loseAll();
        return this.hub.liveAll();
      case 'turn':
        return settle();
      default:
        this.running.push(this.#call(one.kind, this.caches[one.process]!, one.key));
    }
  }

  async #call(kind: string, cache: TieredCache<number>, one: string): Promise<unknown> {
    const tags = { tags: [one] };
    if (kind === 'load') return cache.getOrLoad(one, this.load, tags);
    if (kind === 'load many') return cache.getOrLoadMany(KEYS, this.loadMany, { tags: KEYS });
    if (kind === 'refresh') return cache.refresh(one, this.load, tags);
    if (kind === 'read') return cache.get(one);
    if (kind === 'many') return cache.getMany(KEYS);
    const value = ++this.#updates;
    this.database.set(one, value);
    if (kind === 'update') return cache.delete(one);
    if (kind === 'tag') return cache.invalidateTag(one);
    if (kind === 'clear') return cache.clear();
    // Of two who write at a time, the cache cannot know whose value the database has: so a write ends with a delete.
    await cache.set(one, value, tags);
    return cache.delete(one);
  }

  /** Lets everything come to its end. */
  async quiet(): Promise<void> {
    this.tier.isHolding = false;
    this.tier.isHoldingReplies = false;
    const all = Promise.allSettled(this.running);
    const state = { isOver: false };
    void all.then(() => (state.isOver = true));
    while (!state.isOver) {
      for (const { go } of this.tier.held.splice(0)) go();
      for (const answer of this.loads.splice(0)) answer();
      await settle();
    }
    this.hub.deliver();
    await settle();
  }
}

test('when all is quiet, no process and not the second tier have anything older than the database', async () => {
  await holds(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80 }), async (steps) => {
      const world = new World();
      for (const one of steps) await world.take(one);
      await world.quiet();
      for (const cache of world.caches) {
        for (const one of KEYS) {
          const expected = world.database.get(one)!;
          const found = [cache.getSync(one), await cache.get(one)];
          expect(found.every((value) => value === undefined || value === expected)).toBe(true);
          expect(await cache.getOrLoad(one, async (name) => world.database.get(name)!)).toBe(expected);
        }
        expect(cache.stats()).toMatchObject({ underWay: 0, owed: 0 });
      }
    }),
    150,
  );
}, 60_000);
