/** A secret key is shown nowhere: everything that a cache writes, throws by itself or reports is searched for it. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cache, cacheHealth } from '../../../src/cache/index.ts';
import type { CacheOptions } from '../../../src/cache/index.ts';
import { shownError, shownKey } from '../../../src/cache/shown-key.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const SECRET = 'sk-live-51Habc';
let clock: FakeClock;
let outputs: string[];

function note(...shown: unknown[]): void {
  for (const each of shown)
    outputs.push(typeof each === 'string' ? each : inspect(each, { depth: 10, showHidden: true }));
}

beforeEach(() => {
  clock = new FakeClock();
  outputs = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => note(message, options));
  for (const method of ['log', 'debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(note);
  }
});
afterEach(() => vi.restoreAllMocks());

/** What the cache itself throws. */
function refused(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    note(error);
    return;
  }
  throw new Error('it was expected to throw');
}

/** A cache in which as much goes wrong as can, and every function of the user's quotes the key in its errors. */
async function misuse(options: Partial<CacheOptions<string, number>>): Promise<void> {
  const fail = (_: unknown, key: string): never => {
    throw new Error(`nothing for ${key}`);
  };
  const cache = new Cache<string, number>({
    name: 'clients',
    maxEntries: 3,
    maxBytes: 100,
    clock,
    sizeOf: (value, key) => (value < 0 ? fail(value, key) : value),
    dispose: fail,
    disposeAttempts: 2,
    load: (key) => fail(0, key),
    refreshAfter: 10,
    logger: { debug: note, warn: note, error: note },
    logRemovals: 'entry',
    logKeys: true,
    onAlert: note,
    warnBytes: 1,
    ...options,
  });
  cache.set(SECRET, 1, { tags: [SECRET] }).set(SECRET, 2);
  for (const value of [-1, 1000, Number.NaN]) cache.set(`${SECRET}${value}`, value);
  cache.set(SECRET, 5);
  clock.advance(20);
  await cache.getOrLoad(SECRET).catch(() => {});
  for (let i = 0; i < 10; i++) cache.set(`${SECRET}${i}`, 1);
  cache.pin(`${SECRET}9`);
  cache.acquire(`${SECRET}9`);
  cache.invalidateTag(SECRET);
  refused(() => cache.set(SECRET, 1, { tags: [SECRET, ''] }));
  refused(() => cache.set(SECRET, 1, { ttl: Number.NaN }));
  refused(() => cache.dump());
  const dump = cache.dump({ includeSecretKeys: true });
  note(cache.restore(dump), cache.restore({ ...dump, entries: [{ key: SECRET }, SECRET] }), cache.restore(SECRET));
  await clock.advanceAsync(3_600_000);
  note(cache.stats(), cache.health(), cacheHealth(), cache, JSON.stringify(cache));
  const closed = cache.close();
  await clock.advanceAsync(3_600_000);
  await closed;
  refused(() => cache.get(SECRET));
  note(cache.stats(), cache.health());
}

test.each<Partial<CacheOptions<string, number>>>([{}, { policy: 'lru' }, { policy: 'lfu', ttl: 1000 }])(
  'everything that a cache with secret keys puts out, with %o',
  async (options) => {
    await misuse({ ...options, secretKeys: true });
    expect(outputs.length).toBeGreaterThan(10);
    expect(outputs.some((text) => text.includes('not shown, because keys are secret'))).toBe(true);
    expect(outputs.some((text) => /key#[0-9a-f]{16}/.test(text))).toBe(true);
    for (const text of outputs) expect(text).not.toContain(SECRET);
  },
);

test('the search finds a key that is no secret', async () => {
  await misuse({ secretKeys: false, maxEntries: 4 }).catch(() => {});
  expect(outputs.some((text) => text.includes(SECRET))).toBe(true);
});

test.each([['yes'], [1], [null]])('refuses secretKeys: %j', (secretKeys) => {
  expect(() => new Cache({ maxEntries: 1, secretKeys: secretKeys as never })).toThrow(
    /`secretKeys` to be true or false/,
  );
});

describe('a shown key', () => {
  test('that is no secret is short and on one line', () => {
    expect(shownKey('a\nb', false)).toBe('"a\\nb"');
    expect(shownKey('x'.repeat(1000), false).length).toBeLessThan(70);
    expect([shownKey(7, false), shownKey({ a: 1 }, false)]).toEqual(['7 (number)', 'an object']);
  });

  test('that is secret is the same each time, and another for any other key', () => {
    const keys = [
      '',
      'a',
      'b',
      'ab',
      '1',
      1,
      1n,
      true,
      'true',
      null,
      undefined,
      Number.NaN,
      'é',
      '\ud800',
      '\ud801',
      SECRET,
    ];
    const shown = keys.map((key) => shownKey(key, true));
    expect(new Set(shown).size).toBe(keys.length);
    expect(keys.map((key) => shownKey(key, true))).toEqual(shown);
    for (const text of shown) expect(text).toMatch(/^key#[0-9a-f]{16}$/);
  });

  test('that is a secret object or symbol shows nothing of it', () => {
    expect(shownKey(Symbol(SECRET), true)).toMatch(/^key#[0-9a-f]{16}$/);
    expect(shownKey({ [Symbol.toPrimitive]: () => SECRET }, true)).toMatch(/^key#[0-9a-f]{16}$/);
  });

  test('an error of the user is shown only when keys are no secret', () => {
    expect(shownError(new Error(SECRET), false)).toBe(SECRET);
    expect(shownError(SECRET, false)).toBe(SECRET);
    expect(shownError(new Error(SECRET), true)).not.toContain(SECRET);
    expect(shownError(SECRET, true)).not.toContain(SECRET);
  });
});
