import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyvTier, MemoryTier, type NewEntry, RedisTier, type Tier, type TierFound } from '../../../src/tier/index.ts';
import { newStamp } from '../../../src/tier/stamp.ts';
import { CLIENT_KINDS, type OpenClient, openClient } from '../../helpers/redis-clients.ts';
import { RedisServer, withoutRedis } from '../../helpers/redis-server.ts';

/** What may be stored. */
type Value = unknown;

interface Kind {
  readonly name: string;
  readonly make: (namespace: string) => Tier<Value> | Promise<Tier<Value>>;
}

const ROOT = newStamp();

function entryOf(value: Value, more: Partial<NewEntry<Value>> = {}): NewEntry<Value> {
  const kind = value === undefined ? 'missing' : 'value';
  const times = { writtenAt: 1_700_000_000_123, expiresAt: 1_700_000_060_123, keepMs: 60_000 };
  return { kind, value, stamp: newStamp(), generations: [['', ROOT]], ...times, ...more };
}

function stampOf(found: TierFound<Value> | undefined): string {
  if (found === undefined || found.kind === 'damaged') throw new Error('nothing with a stamp');
  return found.stamp;
}

let made = 0;

function contractOf({ name, make }: Kind): void {
  describe(name, () => {
    const open = async (): Promise<Tier<Value>> => make(`t${made++}`);

    test('gives back what was stored, with all that belongs to it', async () => {
      const tier = await open();
      const entry = entryOf(
        { id: 1, name: 'Zoë' },
        {
          generations: [
            ['', ROOT],
            ['täg', newStamp()],
          ],
        },
      );
      expect(await tier.get('k')).toBeUndefined();
      expect(await tier.set('k', entry)).toBe(true);
      const { keepMs: _, ...stored } = entry;
      expect(await tier.get('k')).toEqual(stored);
    });

    test('knows that there is no value, and forever', async () => {
      const tier = await open();
      await tier.set('none', entryOf(undefined));
      await tier.set('forever', entryOf(1, { expiresAt: Infinity, keepMs: Infinity }));
      expect(await tier.get('none')).toMatchObject({ kind: 'missing', value: undefined });
      expect(await tier.get('forever')).toMatchObject({ kind: 'value', value: 1, expiresAt: Infinity });
    });

    test('keys may be any text', async () => {
      const tier = await open();
      const keys = ['', ' ', '{a}b', 'a{b}', '#', '#x', 'é\u0000\n', '*?[a]', '__proto__', 'x'.repeat(1000)];
      for (const key of keys) await tier.set(key, entryOf(key));
      const found = await tier.getMany(keys);
      expect(found.map((one) => one?.kind === 'value' && one.value)).toEqual(keys);
    });

    test('reads many in their order, more than one command takes', async () => {
      const tier = await open();
      const keys = Array.from({ length: 1201 }, (_, at) => `k${at}`);
      await Promise.all(keys.filter((_, at) => at % 3 === 0).map((key) => tier.set(key, entryOf(key))));
      const found = await tier.getMany(keys);
      expect(found.map((one) => (one?.kind === 'value' ? one.value : undefined))).toEqual(
        keys.map((key, at) => (at % 3 === 0 ? key : undefined)),
      );
      expect(await tier.getMany([])).toEqual([]);
    });

    test('stores on condition of a stamp', async () => {
      const tier = await open();
      const first = entryOf('first');
      expect(await tier.set('k', first, { stamp: newStamp() })).toBe(false);
      expect(await tier.set('k', first, { stamp: '' })).toBe(true);
      expect(await tier.set('k', entryOf('second'), { stamp: '' })).toBe(false);
      expect(await tier.set('k', entryOf('second'), { stamp: first.stamp })).toBe(true);
      expect(await tier.get('k')).toMatchObject({ value: 'second' });
    });

    test('a delete leaves a fence: what was there before it is not stored after it', async () => {
      const tier = await open();
      expect(await tier.delete('k', newStamp(), 60_000)).toBe(false);
      expect(await tier.set('k', entryOf('of before'), { stamp: '' })).toBe(false);
      const fence = await tier.get('k');
      expect(fence?.kind).toBe('deleted');
      expect(await tier.set('k', entryOf('of after'), { stamp: stampOf(fence) })).toBe(true);
      const stamp = newStamp();
      expect(await tier.delete('k', stamp, 60_000)).toBe(true);
      expect(await tier.delete('k', newStamp(), 60_000)).toBe(false);
      expect(await tier.set('k', entryOf('of before'), { stamp })).toBe(false);
    });

    test('generations: the first to name one wins; an end makes room for another', async () => {
      const tier = await open();
      const [one, two, three] = [newStamp(), newStamp(), newStamp()];
      expect(await tier.generation('t', one, 60_000)).toEqual({ generation: one, isNew: true });
      expect(await tier.generation('t', two, Infinity)).toEqual({ generation: one, isNew: false });
      await tier.endGeneration('t');
      expect(await tier.generation('t', three, 60_000)).toEqual({ generation: three, isNew: true });
      expect(await tier.generation('', one, Infinity)).toEqual({ generation: one, isNew: true });
      await tier.endGeneration('', two);
      expect(await tier.generation('', three, Infinity)).toEqual({ generation: two, isNew: false });
    });

    test('a sweep takes what is of another generation, and nothing else', async () => {
      const tier = await open();
      const next = newStamp();
      await Promise.all(Array.from({ length: 300 }, (_, at) => tier.set(`old${at}`, entryOf(at))));
      await tier.endGeneration('', next);
      await tier.set('new', entryOf('stays', { generations: [['', next]] }));
      await tier.sweep(next, new AbortController().signal);
      const left = await tier.getMany(['old0', 'old299', 'new']);
      expect(left.map((one) => one?.kind)).toEqual([undefined, undefined, 'value']);
    });

    test('leases exclude each other, and fence their holder', async ({ skip }) => {
      const tier = await open();
      skip(!tier.isConditional, 'it has no leases');
      expect(await tier.takeLease('k', 'mine', 60_000)).toBe(true);
      expect(await tier.takeLease('k', 'yours', 60_000)).toBe(false);
      await tier.endLease('k', 'yours');
      expect(await tier.takeLease('k', 'yours', 60_000)).toBe(false);
      expect(await tier.set('k', entryOf(1), { stamp: '', lease: 'yours' })).toBe(false);
      expect(await tier.set('k', entryOf(2), { stamp: '', lease: 'mine' })).toBe(true);
      // The write has ended it.
      expect(await tier.takeLease('k', 'yours', 60_000)).toBe(true);
      await tier.endLease('k', 'yours');
      expect(await tier.takeLease('k', 'third', 60_000)).toBe(true);
    });
  });
}

const shared = [
  { name: 'MemoryTier', make: () => new MemoryTier() },
  { name: 'KeyvTier', make: () => new KeyvTier({ store: new Map<string, string>() }) },
];
for (const kind of shared) contractOf(kind);

describe.skipIf(withoutRedis)('RedisTier', () => {
  let server: RedisServer;
  const clients = new Map<string, OpenClient>();
  beforeAll(async () => {
    server = await RedisServer.start();
    for (const kind of CLIENT_KINDS) clients.set(kind, await openClient(kind, server.port));
  });
  afterAll(async () => {
    for (const client of clients.values()) client.close();
    await server.end();
  });

  for (const kind of CLIENT_KINDS) {
    contractOf({ name: kind, make: (namespace) => new RedisTier({ client: clients.get(kind)!.client, namespace }) });
    contractOf({
      name: `${kind}, v8, compressed`,
      make: (namespace) =>
        new RedisTier({ client: clients.get(kind)!.client, namespace, codec: 'v8', compressAbove: 16 }),
    });

    describe(`${kind}, what is there`, () => {
      const tierOf = (namespace: string): RedisTier => new RedisTier({ client: clients.get(kind)!.client, namespace });

      test('is written for as long as it is kept, and for no longer', async () => {
        const tier = tierOf(`ttl-${kind}`);
        await tier.set('k', entryOf(1, { keepMs: 60_000 }));
        await tier.set('f', entryOf(1, { keepMs: Infinity }));
        await tier.delete('d', newStamp(), 5000);
        const ttl = async (key: string): Promise<number> =>
          Number((await server.command('PTTL', `ttl-${kind}::${key}`)).slice(1));
        expect(await ttl('k')).toBeGreaterThan(50_000);
        expect(await ttl('k')).toBeLessThanOrEqual(60_000);
        expect(await ttl('f')).toBe(-1);
        expect(await ttl('d')).toBeLessThanOrEqual(5000);
      });

      test('of another type, format or namespace is no value', async () => {
        const tier = tierOf(`bad-${kind}`);
        await server.command('LPUSH', `bad-${kind}::list`, 'x');
        await server.command('SET', `bad-${kind}::text`, 'hello');
        await server.command('SET', `bad-${kind}::empty`, '');
        const found = await Promise.all(['list', 'text', 'empty'].map((key) => tier.get(key)));
        expect(found.map((one) => one?.kind)).toEqual(['damaged', 'damaged', 'damaged']);
        expect((await tier.getMany(['list', 'text'])).map((one) => one?.kind)).toEqual([undefined, 'damaged']);
        expect(await tier.set('list', entryOf('now ours'))).toBe(true);
        expect(await tier.get('list')).toMatchObject({ value: 'now ours' });
        await server.command('LPUSH', `bad-${kind}::other`, 'x');
        expect(await tier.delete('other', newStamp(), 1000)).toBe(true);
        const [plain, deep] = [tierOf(`ns-${kind}`), tierOf(`ns-${kind}:deep`)];
        await deep.set('k', entryOf('deep'));
        await plain.sweep(newStamp(), new AbortController().signal);
        expect(await deep.get('k')).toMatchObject({ value: 'deep' });
      });

      test('a script that the server has forgotten is sent again', async () => {
        const tier = tierOf(`script-${kind}`);
        await server.command('SCRIPT', 'FLUSH');
        expect(await tier.delete('k', newStamp(), 1000)).toBe(false);
      });

      test('a value that cannot be encoded is refused, and nothing is written', async () => {
        const tier = tierOf(`enc-${kind}`);
        await expect(tier.set('k', entryOf(1n))).rejects.toMatchObject({ code: 'PLIM_ERR_TIER_VALUE' });
        expect(await tier.get('k')).toBeUndefined();
      });
    });
  }
});
