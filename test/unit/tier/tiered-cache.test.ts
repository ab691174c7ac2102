import { describe, expect, test, vi } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { type Held, MemoryTier, TieredCache } from '../../../src/tier/index.ts';
import { settle } from '../../helpers/fake-clock.ts';
import { world } from '../../helpers/tiers.ts';

const nothing = async (): Promise<string> => {
  throw new Error('the loader must not run');
};

describe('two tiers', () => {
  test('what one process stores the others find, then in their own memory', async () => {
    const { open, tier } = world();
    const [a, b] = [open(), open()];
    expect(await a.set('k', 'v')).toBe(true);
    expect(a.getSync('k')).toBe('v');
    expect(b.getSync('k')).toBeUndefined();
    expect(await b.get('k')).toBe('v');
    tier.mood = 'fail';
    expect([b.getSync('k'), b.peek('k'), await b.get('k'), await b.has('k')]).toEqual(['v', 'v', 'v', true]);
    expect(b.stats()).toMatchObject({ secondHits: 1, misses: 0, hits: 2 });
  });

  test('a write or delete by another is seen as soon as it is told', async () => {
    const { open, hub } = world();
    const [a, b] = [open(), open()];
    await a.set('k', 'old');
    await b.get('k');
    hub.isPrompt = false;
    await a.set('k', 'new');
    expect(b.getSync('k')).toBe('old');
    hub.deliver();
    expect(b.getSync('k')).toBeUndefined();
    expect(await b.get('k')).toBe('new');
    expect(await b.delete('k')).toBe(true);
    hub.deliver();
    expect([a.getSync('k'), await a.get('k'), await a.has('k')]).toEqual([undefined, undefined, false]);
    expect(await a.delete('k')).toBe(false);
  });

  test('many at once: one look for all that are missing', async () => {
    const { open, tier } = world();
    const [a, b] = [open(), open()];
    const all = Array.from({ length: 1201 }, (_, at) => [`k${at}`, `v${at}`] as const);
    expect(await a.setMany(all)).toBe(true);
    await b.get('k1');
    tier.log.length = 0;
    expect(await b.getMany(['k1', 'k5', 'nowhere', 'k3'])).toEqual(
      new Map([
        ['k1', 'v1'],
        ['k5', 'v5'],
        ['k3', 'v3'],
      ]),
    );
    expect(tier.log).toEqual(['getMany k5,nowhere,k3']);
    expect((await b.getMany(all.map(([key]) => key))).size).toBe(1201);
  });

  test('a missing value is stored as a delete, and ttl 0 not at all', async () => {
    const { open } = world();
    const cache = open();
    await cache.set('k', 'v');
    await cache.set('k', undefined as never);
    expect(await cache.has('k')).toBe(false);
    await cache.set('k', 'v');
    await cache.set('k', 'v', { ttl: 0 });
    expect(await cache.get('k')).toBeUndefined();
  });

  test('the first tier never keeps an entry longer than the second', async () => {
    const { open, clock } = world();
    const [a, b] = [open({ l1: { maxEntries: 10, ttl: '30m' } }), open()];
    await a.set('k', 'v', { ttl: '40m' });
    clock.advance(20 * 60_000);
    expect(await b.get('k')).toBe('v');
    clock.advance(10 * 60_000);
    expect([a.getSync('k'), b.getSync('k')]).toEqual([undefined, 'v']);
    clock.advance(10 * 60_000);
    expect([b.getSync('k'), await b.get('k')]).toEqual([undefined, undefined]);
  });

  test('jitter takes time off, up to its share', async () => {
    const { open, clock, tier } = world();
    const cache = open({ ttl: 1000, jitter: 0.5 });
    const left = new Set<number>();
    for (let at = 0; at < 50; at++) {
      await cache.set(`k${at}`, 'v');
      const found = await tier.inner.get(`k${at}`);
      if (found?.kind === 'value') left.add(found.expiresAt - clock.wallNow());
    }
    expect(left.size).toBeGreaterThan(20);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...left)).toBeLessThanOrEqual(1000);
  });

  test('a first tier that was handed in is used, and not closed', async () => {
    const { open } = world();
    const l1 = new Cache<string, Held<string>>({ maxEntries: 10 });
    const cache = open({ l1 });
    await cache.set('k', 'v');
    expect(cache.l1).toBe(l1);
    expect(l1.peek('k')?.value).toBe('v');
    await cache.close();
    expect(l1.size).toBe(1);
  });

  test('after its end every use rejects, and nothing waits', async () => {
    const { open, clock, tier } = world();
    const cache = open();
    await cache.set('k', 'v');
    await cache.close();
    await cache.close();
    await tier.inner.close();
    const uses = [
      () => cache.get('k'),
      () => cache.set('k', 'v'),
      () => cache.delete('k'),
      () => cache.has('k'),
      () => cache.getMany(['k']),
      () => cache.setMany([['k', 'v']]),
      () => cache.getOrLoad('k', nothing),
      () => cache.getOrLoadMany(['k'], async () => new Map()),
      () => cache.refresh('k', nothing),
      () => cache.clear(),
      () => cache.invalidateTag('t'),
    ];
    for (const use of uses) await expect(use()).rejects.toMatchObject({ code: 'PLIM_ERR_TIER_CLOSED' });
    expect(() => cache.getSync('k')).toThrow();
    await clock.advanceAsync(5000);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    [null, /`options`/],
    [{ l1: undefined }, /`l1`/],
    [{ l1: {} }, /bound/],
    [{ l2: {} }, /`l2`/],
    [{ bus: {} }, /`bus`/],
    [{ jitter: 2 }, /`jitter`/],
    [{ onL2Error: 'ignore' }, /`onL2Error`/],
    [{ timeout: 0 }, /`timeout`/],
    [{ ttl: 'soon' }, /`ttl`/],
    [{ maxPending: 0 }, /`maxPending`/],
    [{ lease: 1 }, /`lease`/],
    [{ fenceTtl: -1 }, /`fenceTtl`/],
    [{ maxOwed: 0 }, /`maxOwed`/],
    [{ outageTtl: {} }, /`outageTtl`/],
    [{ load: 5 }, /`load`/],
    [{ loadMany: 5 }, /`loadMany`/],
    [{ logger: {} }, /`logger`/],
    [{ breaker: null }, /`breaker`/],
    [{ name: '' }, /`name`/],
  ])('refuses %j', (bad, message) => {
    const good = { l1: { maxEntries: 10 }, l2: new MemoryTier<string>() };
    expect(() => new TieredCache<string>(bad === null ? (bad as never) : { ...good, ...(bad as object) })).toThrow(
      message,
    );
  });

  test.each([[{ ttl: 'soon' }], [{ tags: 'x' }], [{ tags: [''] }], [{ tags: [5] }]])(
    'set refuses %j',
    async (options) => {
      const cache = world().open();
      await expect(cache.set('k', 'v', options as never)).rejects.toMatchObject({ code: 'PLIM_ERR_OPTION_INVALID' });
    },
  );
});

describe('loading', () => {
  test('one load however many ask, and the second tier before it', async () => {
    const { open } = world();
    const [a, b] = [open(), open()];
    const load = vi.fn(async (key: string) => `loaded ${key}`);
    const all = await Promise.all(Array.from({ length: 5 }, () => a.getOrLoad('k', load)));
    expect(new Set(all)).toEqual(new Set(['loaded k']));
    expect(load).toHaveBeenCalledTimes(1);
    expect(await b.getOrLoad('k', nothing)).toBe('loaded k');
    expect(await a.getOrLoad('k', nothing)).toBe('loaded k');
    await expect(a.getOrLoad('other')).rejects.toMatchObject({ code: 'PLIM_ERR_OPTION_INVALID' });
    await expect(a.getOrLoad('other', { tags: [''] } as never)).rejects.toMatchObject({
      code: 'PLIM_ERR_OPTION_INVALID',
    });
  });

  test("the loader's error comes through, and its signal aborts", async () => {
    const { open } = world();
    const cache = open();
    const error = new Error('no such user');
    await expect(cache.getOrLoad('k', () => Promise.reject(error))).rejects.toBe(error);
    const controller = new AbortController();
    let aborted = false;
    const waiting = cache.getOrLoad(
      'slow',
      (_key, { signal }) =>
        new Promise<string>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('stopped'));
          });
        }),
      { signal: controller.signal },
    );
    await settle();
    controller.abort(new Error('client left'));
    await expect(waiting).rejects.toThrow('client left');
    expect(aborted).toBe(true);
  });

  test('the loader may set time and tags', async () => {
    const { open, clock } = world();
    const [a, b] = [open(), open()];
    await a.getOrLoad('k', (_key, { keepFor }) => {
      keepFor({ ttl: 500, tags: ['t'] });
      return 'v';
    });
    expect(await b.get('k')).toBe('v');
    await b.invalidateTag('t');
    expect([a.getSync('k'), await a.get('k')]).toEqual([undefined, undefined]);
    await a.getOrLoad('short', (_key, { keepFor }) => {
      keepFor({ ttl: 500 });
      return 'v';
    });
    clock.advance(501);
    expect(await b.get('short')).toBeUndefined();
  });

  test('that there is no value is remembered by all, for as long as is said', async () => {
    const { open, clock } = world({ negativeTtl: { missing: 1000 } });
    const [a, b] = [open(), open()];
    expect(await a.getOrLoad('k', async () => undefined as never)).toBeUndefined();
    expect(await b.getOrLoad('k', nothing)).toBeUndefined();
    expect([await b.get('k'), await b.has('k')]).toEqual([undefined, false]);
    clock.advance(1001);
    expect(await b.getOrLoad('k', async () => 'now')).toBe('now');
  });

  test('without negativeTtl, no value takes out what was there', async () => {
    const { open } = world();
    const [a, b] = [open(), open()];
    await a.set('k', 'v');
    expect(await b.refresh('k', async () => undefined as never)).toBeUndefined();
    expect([await a.get('k'), await b.get('k')]).toEqual([undefined, undefined]);
  });

  test('refresh loads whatever is there, and tells the others', async () => {
    const { open } = world();
    const [a, b] = [open(), open()];
    await a.set('k', 'old');
    await b.get('k');
    expect(await a.refresh('k', async (_key, { staleValue }) => `${staleValue} and new`)).toBe('old and new');
    expect([a.getSync('k'), b.getSync('k'), await b.get('k')]).toEqual(['old and new', undefined, 'old and new']);
  });

  test('an entry is loaded again in the background before it expires, once among processes', async () => {
    const { open, clock } = world({ refreshAfter: 1000, ttl: 2000 });
    const [a, b] = [open(), open()];
    let version = 0;
    const load = async (): Promise<string> => `v${++version}`;
    await a.getOrLoad('k', load);
    await b.getOrLoad('k', load);
    clock.advance(1500);
    expect(await a.getOrLoad('k', load)).toBe('v1');
    await settle(200);
    expect(a.getSync('k')).toBe('v2');
    // The other heard of it, and takes what is there.
    expect(await b.getOrLoad('k', load)).toBe('v2');
    expect(version).toBe(2);
  });

  test('an old value stands in for a load that fails, from either tier', async () => {
    const { open, clock } = world({ staleIfError: '10m', ttl: 1000 });
    const [a, b] = [open(), open()];
    await a.set('k', 'old');
    clock.advance(1500);
    const fail = (): Promise<string> => Promise.reject(new Error('out'));
    expect(await b.getOrLoad('k', fail)).toBe('old');
    expect(await b.get('k')).toBeUndefined();
    clock.advance(20 * 60_000);
    await expect(b.getOrLoad('k', fail)).rejects.toThrow('out');
  });
});

describe('what was loaded or read before a write', () => {
  const gate = () => {
    let open!: (value: string) => void;
    const promise = new Promise<string>((resolve) => (open = resolve));
    return { promise, open };
  };

  test.each([
    ['delete', (cache: TieredCache<string>) => cache.delete('k')],
    ['set', (cache: TieredCache<string>) => cache.set('k', 'written')],
    ['clear', (cache: TieredCache<string>) => cache.clear()],
    ['invalidateTag', (cache: TieredCache<string>) => cache.invalidateTag('t')],
  ])('is not stored after a %s, told or not', async (what, write) => {
    for (const isTold of [true, false]) {
      const { open, hub } = world();
      const [a, b] = [open(), open()];
      const { promise, open: finish } = gate();
      const loading = a.getOrLoad('k', () => promise, { tags: ['t'] });
      await settle();
      hub.isPrompt = isTold;
      await write(b);
      finish('loaded before');
      expect(await loading).toBe('loaded before');
      hub.deliver();
      const expected = what === 'set' ? 'written' : undefined;
      expect([await a.get('k'), await b.get('k')]).toEqual([expected, expected]);
    }
  });

  test('a read that was under way does not bring back what was there', async () => {
    const { open, tier } = world();
    const [a, b] = [open(), open()];
    await a.set('k', 'old');
    tier.isHolding = true;
    const reading = b.get('k');
    await settle();
    // It has its answer, which is on the way.
    const answer = tier.held.splice(0);
    tier.isHolding = false;
    const old = await tier.inner.get('k');
    vi.spyOn(tier.inner, 'get').mockResolvedValueOnce(old);
    await a.set('k', 'new');
    for (const { go } of answer) go();
    await reading;
    expect(b.getSync('k')).not.toBe('old');
    expect(await b.get('k')).toBe('new');
  });

  test('of two writes of one process at a time none is kept here, so that the second tier decides', async () => {
    const { open } = world();
    const cache = open();
    await Promise.all([cache.set('k', 'one'), cache.set('k', 'two')]);
    expect(cache.getSync('k')).toBeUndefined();
    expect(await cache.get('k')).toBe('two');
  });

  test('what took longer to load than a delete is remembered is not stored', async () => {
    const { open, clock, tier } = world({ fenceTtl: 1000 });
    const cache = open();
    const { promise, open: finish } = gate();
    const loading = cache.getOrLoad('k', () => promise);
    await clock.advanceAsync(1500);
    finish('v');
    expect(await loading).toBe('v');
    expect(await tier.inner.get('k')).toBeUndefined();
    expect(cache.getSync('k')).toBeUndefined();
  });
});

describe('tags and clear', () => {
  test('reach every process, and entries that nobody holds', async () => {
    const { open } = world();
    const [a, b] = [open(), open()];
    await a.set('x', '1', { tags: ['t', 'u'] });
    await a.set('y', '2', { tags: ['u'] });
    await a.set('z', '3');
    await b.getMany(['x', 'y', 'z']);
    expect(await b.invalidateTag('t')).toBe(true);
    const read = async (cache: TieredCache<string>) => [...(await cache.getMany(['x', 'y', 'z'])).keys()];
    expect([await read(a), await read(b)]).toEqual([
      ['y', 'z'],
      ['y', 'z'],
    ]);
    await a.set('x', 'again', { tags: ['t'] });
    expect(await b.get('x')).toBe('again');
    expect(await a.clear()).toBe(true);
    expect([await read(a), await read(b), a.l1.size]).toEqual([[], [], 0]);
    await expect(a.invalidateTag('')).rejects.toMatchObject({ code: 'PLIM_ERR_OPTION_INVALID' });
  });

  test('that were not told are noticed when the bus is back', async () => {
    const { open, hub } = world();
    const [a, b] = [open(), open()];
    await a.set('x', '1', { tags: ['t'] });
    await a.set('y', '2');
    await b.getMany(['x', 'y']);
    hub.isPrompt = false;
    await a.invalidateTag('t');
    hub.loseAll();
    expect([b.getSync('x'), b.getSync('y')]).toEqual([undefined, undefined]);
    expect(await b.get('x')).toBeUndefined();
    hub.liveAll();
    expect(await b.get('y')).toBe('2');
    expect(b.stats().revalidated).toBe(1);
    expect(b.getSync('y')).toBe('2');
  });

  test('a tag whose state the second tier has lost makes its entries invalid', async () => {
    const { open, tier, hub } = world();
    const [a, b] = [open(), open()];
    await a.set('x', '1', { tags: ['t'] });
    await tier.inner.endGeneration('t');
    hub.loseAll();
    hub.liveAll();
    expect(await b.get('x')).toBeUndefined();
  });

  test('losing the state of everything costs nothing but another look; a clear that was missed is found', async () => {
    const { open, tier, hub } = world();
    const [a, b] = [open(), open()];
    await a.set('x', '1');
    await b.get('x');
    for (const { listener } of hub.members) listener?.beat();
    await settle();
    await tier.inner.endGeneration('');
    hub.members[0]!.listener!.beat();
    await settle();
    expect([a.getSync('x'), b.getSync('x')]).toEqual([undefined, undefined]);
    expect([await a.get('x'), await b.get('x')]).toEqual(['1', '1']);
    await tier.inner.endGeneration('', 'another-gen!');
    hub.members[1]!.listener!.beat();
    await settle();
    expect([b.getSync('x'), await b.get('x')]).toEqual([undefined, undefined]);
  });
});

describe('trust', () => {
  test('while changes are not heard, every read asks, and what was read is not trusted later', async () => {
    const { open, hub, tier } = world();
    const [a, b] = [open(), open()];
    await a.set('k', 'v');
    await b.get('k');
    hub.loseAll();
    hub.isPrompt = false;
    expect(await b.get('k')).toBe('v');
    expect(b.getSync('k')).toBeUndefined();
    await tier.inner.delete('k', 'someone-else', 1000);
    hub.liveAll();
    expect(b.getSync('k')).toBeUndefined();
    expect(await b.get('k')).toBeUndefined();
  });

  test('is ready when changes are heard still, as whoever waits comes to run', async () => {
    const { open, hub } = world();
    const cache = open();
    const { listener } = hub.members[0]!;
    listener!.lost('at first');
    let isReady = false;
    const waiting = cache.ready().then(() => (isReady = true));
    listener!.live();
    listener!.lost('at once');
    await settle();
    expect(isReady).toBe(false);
    listener!.live();
    await waiting;
    await cache.set('k', 'v');
    expect(cache.getSync('k')).toBe('v');
    listener!.lost('once more');
    const ended = cache.ready();
    await cache.close();
    await ended;
  });

  test('without a bus entries live their time', async () => {
    const { open } = world();
    const cache = open({ bus: undefined });
    await cache.ready();
    await cache.set('k', 'v');
    expect(cache.getSync('k')).toBe('v');
  });
});

describe('an outage', () => {
  const fill = async (cache: TieredCache<string>): Promise<void> => {
    await cache.set('k', 'v');
  };

  test.each(['fail', 'hang'] as const)('%s: reads are misses, writes say so, and one alert is raised', async (mood) => {
    const { open, tier, clock, alerts } = world();
    const cache = open();
    await fill(cache);
    tier.mood = mood;
    const results: unknown[] = [];
    for (let at = 0; at < 20; at++) {
      const calls = [
        cache.get('other'),
        cache.set('k2', 'v'),
        cache.delete('k3'),
        cache.getOrLoad(`l${at}`, async () => 'loaded'),
      ];
      const all = Promise.all(calls);
      await clock.advanceAsync(310);
      results.push(await all);
      if (cache.stats().l2.breaker === 'closed' && at > 10) throw new Error('it should have opened');
    }
    expect(results.every((one) => JSON.stringify(one) === '[null,false,false,"loaded"]')).toBe(true);
    expect(cache.getSync('k')).toBe('v');
    expect(alerts.map(({ code, level }) => [code, level])).toEqual([['PLIM_WARN_TIER_DOWN', 'critical']]);
    expect(cache.alerts()).toEqual(alerts);
  });

  test('a load is kept for a short while, and compared when all is well again', async () => {
    const { open, tier, clock } = world();
    const [a, b] = [open(), open()];
    tier.mood = 'fail';
    let loads = 0;
    const load = async (): Promise<string> => `v${++loads}`;
    for (let at = 0; at < 10; at++) await a.getOrLoad('k', load);
    expect(loads).toBe(1);
    clock.advance(5001);
    await a.getOrLoad('k', load);
    expect(loads).toBe(2);
    tier.mood = 'up';
    await clock.advanceAsync(11_000);
    expect(a.stats().l2.breaker).toBe('closed');
    await b.set('k', 'the truth');
    expect(await a.get('k')).toBe('the truth');
  });

  test('what could not be written is deleted afterwards, here and everywhere', async () => {
    const { open, tier, clock } = world();
    const [a, b] = [open(), open()];
    await a.set('k', 'old');
    await a.set('t', 'old', { tags: ['t'] });
    await b.getMany(['k', 't']);
    tier.mood = 'fail';
    for (let at = 0; at < 10; at++) expect(await a.set('k', 'new')).toBe(false);
    expect(await a.invalidateTag('t')).toBe(false);
    expect(a.getSync('k')).toBe('new');
    expect(a.stats()).toMatchObject({ owed: 2, failedWrites: 11 });
    tier.mood = 'up';
    await clock.advanceAsync(1000);
    expect(a.stats()).toMatchObject({ owed: 0, l2: { breaker: 'closed' } });
    expect([await a.get('k'), await b.get('k'), await b.get('t')]).toEqual([undefined, undefined, undefined]);
  });

  test('what is owed is bounded: beyond it everything is cleared', async () => {
    const { open, tier, clock } = world({ maxOwed: 5 });
    const cache = open();
    await cache.set('bystander', 'v');
    tier.mood = 'fail';
    for (let at = 0; at < 20; at++) await cache.set(`k${at}`, 'v');
    expect(cache.stats().owed).toBe(5);
    tier.mood = 'up';
    await clock.advanceAsync(1000);
    expect(cache.stats().owed).toBe(0);
    expect(await cache.get('bystander')).toBeUndefined();
  });

  test('a single failed write is made good without a bus, and no old value is read meanwhile', async () => {
    const { open, tier, clock } = world();
    const cache = open({ bus: undefined });
    await cache.set('k', 'old');
    tier.mood = 'fail';
    expect(await cache.delete('k')).toBe(false);
    tier.mood = 'up';
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.getMany(['k'])).toEqual(new Map());
    await clock.advanceAsync(1100);
    expect((await tier.inner.get('k'))?.kind).toBe('deleted');
  });

  test('making good a failed write takes nothing of a later one that is under way', async () => {
    const { open, tier, clock } = world();
    const cache = open({ bus: undefined });
    tier.mood = 'fail';
    expect(await cache.set('k', 'first')).toBe(false);
    tier.mood = 'up';
    await clock.advanceAsync(950);
    // The generations, which a write asks for first.
    await cache.set('other', 'v');
    tier.isHoldingReplies = true;
    const isDone = cache.set('k', 'second');
    await clock.advanceAsync(100);
    tier.isHoldingReplies = false;
    for (const { go } of tier.held) go();
    expect(await isDone).toBe(true);
    await clock.advanceAsync(1100);
    expect(cache.stats().owed).toBe(0);
    expect(await tier.inner.get('k')).toMatchObject({ kind: 'value', value: 'second' });
  });

  test("'throw' rejects what the second tier did not serve", async () => {
    const { open, tier } = world({ onL2Error: 'throw' });
    const cache = open();
    await cache.set('k', 'v');
    tier.mood = 'fail';
    const failure = { code: 'PLIM_ERR_TIER_FAILED' };
    await expect(cache.get('other')).rejects.toMatchObject(failure);
    await expect(cache.getMany(['other'])).rejects.toMatchObject(failure);
    await expect(cache.set('k2', 'v')).rejects.toMatchObject(failure);
    await expect(cache.getOrLoad('other', async () => 'v')).rejects.toMatchObject(failure);
    await expect(cache.delete('k')).rejects.toMatchObject(failure);
    await expect(cache.clear()).rejects.toMatchObject({ code: 'PLIM_ERR_TIER_DOWN' });
    expect(cache.getSync('k')).toBeUndefined();
  });

  test('what is suspect stands in while the second tier is out, if old values may', async () => {
    const { open, tier, hub, clock } = world({ staleIfError: 60_000 });
    const cache = open();
    await cache.set('k', 'v');
    tier.mood = 'fail';
    hub.loseAll();
    expect(await cache.get('k')).toBe('v');
    expect(await cache.getOrLoad('k', () => Promise.reject(new Error('out too')))).toBe('v');
    clock.advance(61_000);
    expect(await cache.get('k')).toBeUndefined();
  });

  test('a loaded value that the second tier refuses is returned, and told of once', async () => {
    const { open, tier, alerts } = world();
    const cache = open();
    tier.set = () => Promise.reject(new Error('OOM command not allowed'));
    for (let at = 0; at < 5; at++) expect(await cache.getOrLoad(`k${at}`, async () => 'v')).toBe('v');
    expect(alerts.map(({ code }) => code)).toEqual(['PLIM_WARN_TIER_VALUE']);
    expect(cache.stats().l2).toMatchObject({ breaker: 'closed', refusals: 5, damaged: 5 });
  });

  test('tags that only the loader knows cost the value nothing when the second tier fails meanwhile', async () => {
    const { open, tier } = world({ lease: 5000 });
    const [a, b] = [open(), open()];
    tier.endLease = () => Promise.resolve();
    const found = await a.getOrLoad('k', (_key, { keepFor }) => {
      keepFor({ tags: ['late'] });
      tier.mood = 'fail';
      return 'loaded';
    });
    expect([found, a.getSync('k')]).toEqual(['loaded', 'loaded']);
    expect(a.alerts()).toEqual([]);
    tier.mood = 'up';
    expect(await b.get('k')).toBeUndefined();
  });

  test('what is found and is no value is a miss, is told of, and is written over', async () => {
    const { open, tier, alerts } = world();
    const cache = open();
    const found = vi.spyOn(tier.inner, 'get').mockResolvedValue({ kind: 'damaged', problem: 'no entry of this cache' });
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.getOrLoad('k', async () => 'loaded')).toBe('loaded');
    found.mockRestore();
    expect(await cache.get('k')).toBe('loaded');
    expect(alerts).toMatchObject([{ code: 'PLIM_WARN_TIER_VALUE', level: 'warning' }]);
  });

  test('an alert handler that throws takes nothing down', async () => {
    const { open, tier } = world();
    const failNow = (): never => {
      throw new Error('mine too');
    };
    const cache = open({
      onAlert: () => {
        throw new Error('mine');
      },
      logger: { debug: () => {}, warn: () => {}, error: failNow },
    });
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    tier.mood = 'fail';
    for (let at = 0; at < 10; at++) await cache.get('k');
    await settle();
    expect(warnings).toHaveBeenCalledTimes(2);
    warnings.mockRestore();
  });
});

describe('leases', () => {
  test('one process loads, the others wait for what it stores', async () => {
    const { open, clock } = world({ lease: 5000 });
    const caches = [open(), open(), open()];
    let loads = 0;
    const load = (): Promise<string> => {
      loads++;
      return new Promise((resolve) => clock.startTimer(() => resolve('v'), 300));
    };
    const all = Promise.all(caches.map((cache) => cache.getOrLoad('k', load)));
    await clock.advanceAsync(1000);
    expect(await all).toEqual(['v', 'v', 'v']);
    expect(loads).toBe(1);
  });

  test('a holder that dies is waited for until its lease ends, and what it brings later is refused', async () => {
    const { open, clock, tier, hub } = world({ lease: 500 });
    const [a, b] = [open(), open()];
    hub.isPrompt = false;
    let finish!: (value: string) => void;
    const dead = a.getOrLoad('k', () => new Promise<string>((resolve) => (finish = resolve)));
    await settle();
    const alive = b.getOrLoad('k', async () => 'of the living');
    await clock.advanceAsync(400);
    expect(b.stats().loads).toBe(0);
    await clock.advanceAsync(400);
    expect(await alive).toBe('of the living');
    finish('of the dead');
    expect(await dead).toBe('of the dead');
    expect(a.stats().refusedStores).toBe(1);
    expect(await tier.inner.get('k')).toMatchObject({ value: 'of the living' });
  });

  test('a load that fails gives the lease back', async () => {
    const { open } = world({ lease: 5000 });
    const [a, b] = [open(), open()];
    await expect(a.getOrLoad('k', () => Promise.reject(new Error('out')))).rejects.toThrow('out');
    await settle();
    expect(await b.getOrLoad('k', async () => 'v')).toBe('v');
  });

  test('without the second tier nobody waits for a lease', async () => {
    const { open, tier } = world({ lease: 5000 });
    tier.takeLease = () => Promise.reject(new Error('down'));
    expect(await open().getOrLoad('k', async () => 'v')).toBe('v');
  });
});
