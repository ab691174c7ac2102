import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Logger } from '../../../../src/base/logger.ts';
import { Cache } from '../../../../src/cache/index.ts';
import type { CacheOptions } from '../../../../src/cache/index.ts';
import { checkCache } from '../../../../src/cache/check.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

let clock: FakeClock;
let lines: [level: string, fields: unknown, message: string][];
let logger: Logger;
const open: Cache<string, number>[] = [];

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  logger = {
    debug: (fields, message) => void lines.push(['debug', fields, message]),
    warn: (fields, message) => void lines.push(['warn', fields, message]),
    error: (fields, message) => void lines.push(['error', fields, message]),
  };
});

afterEach(async () => {
  for (const cache of open.splice(0)) await cache.close();
});

function makeCache(options: Partial<CacheOptions<string, number>> = {}): Cache<string, number> {
  const cache = new Cache<string, number>({
    name: 'threads',
    maxEntries: 500,
    warnUtilisation: false,
    policy: 'fifo',
    clock,
    logger,
    ...options,
  });
  open.push(cache);
  return cache;
}

function fill(cache: Cache<string, number>, from: number, to: number): void {
  for (let key = from; key < to; key++) cache.set(`key-${key}`, key);
}

describe('a debug line', () => {
  test('is written for each batch of evictions', () => {
    const cache = makeCache({ evictBatch: 50 });
    fill(cache, 0, 500);
    expect(lines).toEqual([]);
    fill(cache, 500, 502);
    const line = [
      'debug',
      { cache: 'threads', cause: 'capacity', count: 50 },
      "The cache 'threads' evicted 50 entries for room",
    ];
    expect(lines).toEqual([line]);
    fill(cache, 502, 551);
    expect(lines).toEqual([line, line]);
  });

  test('is written for each sweep, each `evict`, and each use that finds an entry expired', () => {
    const cache = makeCache({ ttl: 1000 });
    fill(cache, 0, 12);
    clock.advance(10_000);
    fill(cache, 0, 3);
    cache.evict(2);
    clock.block(2000);
    cache.get('key-2');
    expect(lines.map(([, fields, message]) => [fields, message.replace("The cache 'threads' ", '')])).toEqual([
      [{ cache: 'threads', cause: 'expired', count: 12 }, 'took out 12 entries whose time was up'],
      [{ cache: 'threads', cause: 'pressure', count: 2 }, 'evicted 2 entries to give memory back'],
      [{ cache: 'threads', cause: 'expired', count: 1 }, 'took out 1 entry whose time was up'],
    ]);
  });

  test('is written when the cache is cut back, and the alert as an error', () => {
    const cache = makeCache({ sizeOf: (value) => value, warnBytes: 100, name: 'cut' });
    cache.set('a', 90).set('b', 111);
    expect(lines.map(([level, fields]) => [level, fields])).toEqual([
      ['error', { code: 'PLIM_WARN_CACHE_BYTES', level: 'critical', cache: 'cut' }],
      ['debug', { cache: 'cut', cause: 'pressure', count: 2 }],
    ]);
  });

  test('is not made when the logger keeps none', () => {
    let asked = 0;
    const cache = makeCache({ maxEntries: 1, logger: { ...logger, isLevelEnabled: () => asked++ < 0 } });
    fill(cache, 0, 10);
    expect(lines).toEqual([]);
    expect(asked).toBe(9);
  });

  test('may come from a logger that changes the cache at each of them', () => {
    let made = 0;
    let isFilling = true;
    const cache = makeCache({
      maxEntries: 10,
      logger: {
        ...logger,
        debug: () => {
          checkCache(cache);
          if (isFilling) cache.set(`from the log ${made++}`, 1);
        },
      },
    });
    fill(cache, 0, 100);
    isFilling = false;
    checkCache(cache);
    expect(made).toBeGreaterThan(40);
    expect(made).toBeLessThan(100);
  });

  test('that cannot be written harms nobody, and `onError` hears of it', () => {
    const errors: unknown[] = [];
    const broken = (): never => {
      throw new Error('full disk');
    };
    const cache = makeCache({
      maxEntries: 2,
      logger: { debug: broken, warn: broken, error: broken },
      warnUtilisation: 1,
      onError: (error) => void errors.push((error as Error).message),
    });
    fill(cache, 0, 4);
    expect(cache.size).toBe(2);
    expect(errors).toEqual(['full disk', 'full disk', 'full disk']);
  });
});

describe('a line for every entry', () => {
  test('says the cause and no key', () => {
    const cache = makeCache({ maxEntries: 2, logRemovals: 'entry', dispose: () => {} });
    cache.set('secret-a', 1).set('secret-b', 2).set('secret-c', 3);
    cache.set('secret-c', 4);
    cache.delete('secret-b');
    cache.clear();
    expect(lines.map(([level, fields]) => [level, fields])).toEqual(
      ['capacity', 'replaced', 'deleted', 'deleted'].map((cause) => ['debug', { cache: 'threads', cause }]),
    );
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('shows keys when asked to, and secret ones as a hash', () => {
    const options = { maxEntries: 1, logRemovals: 'entry', logKeys: true } as const;
    makeCache(options).set('a', 1).set('b', 2);
    expect(lines).toEqual([
      [
        'debug',
        { cache: 'threads', cause: 'capacity', key: '"a"' },
        `The cache 'threads' removed the entry of "a": capacity`,
      ],
    ]);
    const secret = makeCache({ ...options, secretKeys: true });
    secret.set('token', 1).clear();
    expect(lines[1]![1]).toMatchObject({ key: expect.stringMatching(/^key#[0-9a-f]{16}$/) });
    expect(JSON.stringify(lines)).not.toContain('token');
  });
});
