/** Ours and the original are driven by the same calls, and everything that can be seen of them is compared. */
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LRUCache } from '../../../src/cache/lru-cache/index.ts';
import { lruCaches, withoutOriginal } from '../../helpers/lru-caches.ts';
import { holds } from '../../helpers/properties.ts';
import { settle } from '../../helpers/fake-clock.ts';

/** Options of a call of any kind. */
type AnyCallOptions = LRUCache.MemoOptions<string, number> & LRUCache.HasOptions<string, number, unknown>;
type AnyCache = LRUCache<string, number>;
/** As the generators make them: what is left out is not there. */
type Settings = Record<string, unknown>;

interface Call {
  readonly do: string;
  readonly key: string;
  readonly value: number;
  readonly options: Record<string, unknown>;
}

/** More by environment; each takes some two milliseconds. */
const RUNS = Number(process.env['PLIMSOLL_LRU_RUNS'] ?? 300);
const TIMEOUT = 10_000 + RUNS * 20;

const maybe = fc.option(fc.boolean(), { nil: undefined });
const someKey = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const someTime = fc.option(fc.constantFrom(0, 5, 10, 50), { nil: undefined });

const settings: fc.Arbitrary<Settings> = fc
  .record({
    max: fc.integer({ min: 1, max: 4 }),
    ttl: fc.constantFrom(0, 0, 10, 20),
    allowStale: maybe,
    updateAgeOnGet: maybe,
    updateAgeOnHas: maybe,
    noDeleteOnStaleGet: maybe,
    noUpdateTTL: maybe,
    // With it the original forgets `disposeAfter` of what a set evicts, until some later call.
    noDisposeOnSet: fc.constantFrom(undefined, undefined, false, true),
    sizes: fc.constantFrom('none', 'none', 'sum', 'entry'),
  })
  .map(({ sizes, ...rest }) => ({
    ...defined(rest),
    ...(sizes === 'sum' && { maxSize: 10, sizeCalculation: (value: number) => value % 13 }),
    ...(sizes === 'entry' && { maxEntrySize: 6, sizeCalculation: (value: number) => value % 13 }),
  }));

const calls: fc.Arbitrary<Call[]> = fc.array(
  fc
    .record({
      do: fc.oneof(
        { weight: 4, arbitrary: fc.constant('set') },
        { weight: 2, arbitrary: fc.constantFrom('get', 'wait') },
        {
          weight: 9,
          arbitrary: fc.constantFrom('setSize', 'peek', 'has', 'delete', 'pop', 'purgeStale', 'find', 'info'),
        },
        { weight: 6, arbitrary: fc.constantFrom('getRemainingTTL', 'reload', 'clear', 'memo', 'unset', 'load') },
      ),
      key: someKey,
      value: fc.integer({ min: 0, max: 12 }),
      options: fc.record({
        ttl: someTime,
        allowStale: maybe,
        updateAgeOnGet: maybe,
        updateAgeOnHas: maybe,
        noDeleteOnStaleGet: maybe,
        noUpdateTTL: maybe,
        noDisposeOnSet: maybe,
        forceRefresh: maybe,
        back: fc.constantFrom(0, 0, 3, 30),
      }),
    })
    .map((call) => ({ ...call, options: defined(call.options) })),
  { maxLength: 60 },
);

/** A cache, and all that has been heard of it. */
class Subject {
  readonly heard: unknown[][] = [];
  readonly cache: AnyCache;
  readonly clock: { time: number };
  #unique = 0;

  constructor(Constructor: typeof LRUCache, options: Settings, clock: { time: number }) {
    this.clock = clock;
    this.cache = new Constructor<string, number>({
      max: 1,
      ...options,
      ttlResolution: 0,
      perf: { now: () => clock.time },
      dispose: (...notice) => this.heard.push(['dispose', ...notice]),
      ...(options['noDisposeOnSet'] === undefined && {
        disposeAfter: (...notice: unknown[]) => void this.heard.push(['disposeAfter', ...notice]),
      }),
      onInsert: (...notice) => this.heard.push(['onInsert', ...notice]),
      memoMethod: (key, stale) => {
        this.heard.push(['memo', key, stale]);
        return key.length + 6;
      },
    });
  }

  /** Makes a call, and tells all there is to see. */
  make(call: Call): unknown {
    this.heard.length = 0;
    const status: LRUCache.Status<string, number> = {};
    let result: unknown;
    try {
      result = this.#make(call, status);
    } catch (error) {
      result = `threw ${error instanceof TypeError ? 'a TypeError' : String(error)}`;
    }
    return { call, result, status: plain(status), heard: this.#heardOf(call.do), ...this.look() };
  }

  #heardOf(name: string): unknown {
    // The original tells of one purged entry after the other; ours tells all disposers, then all of `disposeAfter`.
    const sorted = [...this.heard].sort((a, b) =>
      name === 'purgeStale' ? String(a[0]).localeCompare(String(b[0])) : 0,
    );
    return structuredClone(sorted);
  }

  look(): Record<string, unknown> {
    const { cache } = this;
    return {
      size: cache.size,
      calculatedSize: cache.calculatedSize,
      entries: [...cache],
      backwards: [...cache.rentries()],
      keys: [...cache.keys(), ...cache.rkeys()],
      values: [...cache.values(), ...cache.rvalues()],
      dump: this.#dump(),
    };
  }

  #make({ do: name, key, value, options }: Call, status: LRUCache.Status<string, number>): unknown {
    const { cache } = this;
    const { back, noDisposeOnSet, ...rest } = options;
    const silence = cache.disposeAfter === undefined && noDisposeOnSet === true ? { noDisposeOnSet } : {};
    const all: AnyCallOptions = { ...rest, ...silence, status };
    const start = back === 0 ? {} : { start: this.clock.time - Number(back) };
    switch (name) {
      case 'set':
        return cache.set(key, value, { ...all, ...start }) === cache;
      case 'setSize':
        // Never the same value twice: the original does not hear of a size that changed with the same value.
        return cache.set(key, 1_000 + this.#unique++, { ...all, size: value }) === cache;
      case 'unset':
        return cache.set(key, undefined, all) === cache;
      case 'get':
      case 'peek':
      case 'has':
      case 'memo':
        return cache[name](key, all);
      case 'delete':
      case 'info':
      case 'getRemainingTTL':
        return cache[name](key);
      case 'find':
        return cache.find((found) => found % 2 === value % 2, rest);
      case 'reload':
        return cache.load(cache.dump());
      case 'load':
        return cache.load([
          ['x', { value: 3, size: 2 }],
          ['y', { value: 4, ttl: 9, start: Date.now() - 5 }],
        ]);
      default:
        return cache[name as 'pop' | 'purgeStale' | 'clear']();
    }
  }

  #dump(): unknown {
    // The original gives entries without an end a beginning too, which says nothing.
    return this.cache.dump().map(([key, { start, ...entry }]) => [key, entry.ttl ? { ...entry, start } : entry]);
  }
}

const fetchSettings: fc.Arbitrary<Settings> = fc
  .record({
    max: fc.integer({ min: 1, max: 4 }),
    ttl: fc.constantFrom(0, 10),
    allowStale: maybe,
    noDeleteOnFetchRejection: maybe,
    allowStaleOnFetchRejection: maybe,
    noDeleteOnStaleGet: maybe,
    backgroundFetchSize: fc.constantFrom(undefined, 3),
    hasSizes: fc.boolean(),
  })
  .map(({ hasSizes, ...rest }) => ({
    ...defined(rest),
    ...(hasSizes && { maxSize: 20, sizeCalculation: (value: number) => 1 + (value % 9) }),
  }));

const fetchCalls: fc.Arbitrary<Call[]> = fc.array(
  fc
    .record({
      do: fc.oneof(
        { weight: 3, arbitrary: fc.constant('fetch') },
        { weight: 2, arbitrary: fc.constant('bring') },
        { weight: 5, arbitrary: fc.constantFrom('fail', 'bringNothing', 'abort', 'wait', 'forceFetch') },
        {
          weight: 9,
          arbitrary: fc.constantFrom('set', 'get', 'peek', 'has', 'delete', 'pop', 'find', 'clear', 'reload'),
        },
      ),
      key: someKey,
      value: fc.integer({ min: 0, max: 12 }),
      options: fc.record({
        forceRefresh: maybe,
        allowStale: maybe,
        noDeleteOnFetchRejection: maybe,
        allowStaleOnFetchRejection: maybe,
      }),
    })
    .map((call) => ({ ...call, options: defined(call.options) })),
  { maxLength: 40 },
);

/** A cache that fetches, and every fetch that its users and its `fetchMethod` have seen. */
class FetchSubject {
  readonly cache: AnyCache;
  readonly #pending: { key: string; resolve: (value?: number) => void; reject: (error: Error) => void }[] = [];
  readonly #signals: AbortController[] = [];
  readonly #seen: string[] = [];
  #unique = 100;

  constructor(Constructor: typeof LRUCache, options: Settings, clock: { time: number }) {
    this.cache = new Constructor<string, number>({
      max: 1,
      ...options,
      ttlResolution: 0,
      perf: { now: () => clock.time },
      fetchMethod: (key, stale) => {
        this.#seen.push(`asked for ${key}, was ${stale}`);
        return new Promise<number | undefined>((resolve, reject) => this.#pending.push({ key, resolve, reject }));
      },
    });
  }

  /** Makes a call, lets everything settle, and tells all there is to see. */
  async make(call: Call): Promise<unknown> {
    const status: LRUCache.Status<string, number> = {};
    const result = this.#make(call, status);
    await settle(40);
    const { cache } = this;
    const values: unknown[] = [];
    cache.forEach((value, key) => values.push([key, value]));
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const { fetch, returnedStale, fetchUpdated, set } = status;
    return {
      call,
      result,
      status: { fetch, returnedStale, fetchUpdated, set },
      seen: [...this.#seen],
      size: cache.size,
      calculatedSize: cache.calculatedSize,
      values,
      peeked: keys.map((key) => [cache.peek(key), cache.peek(key, { allowStale: true }), cache.has(key)]),
      dump: cache.dump().map(([key, { value }]) => [key, value]),
    };
  }

  #make({ do: name, key, value, options }: Call, status: LRUCache.Status<string, number>): unknown {
    const { cache } = this;
    switch (name) {
      case 'fetch':
      case 'forceFetch':
        return this.#fetch(name, key, { ...options, status });
      case 'bring':
        return taken(this.#pending, value)?.resolve(this.#unique++);
      case 'bringNothing':
        return taken(this.#pending, value)?.resolve();
      case 'fail':
        return taken(this.#pending, value)?.reject(new Error('failed'));
      case 'abort':
        return taken(this.#signals, value)?.abort(new Error('enough'));
      case 'set':
        return cache.set(key, this.#unique++) === cache;
      case 'get':
        return cache.get(key, options);
      case 'find':
        return cache.find((found) => found % 2 === value % 2);
      case 'reload':
        return cache.load(cache.dump());
      case 'wait':
        return undefined;
      default:
        return cache[name as 'delete'](key);
    }
  }

  #fetch(how: 'fetch' | 'forceFetch', key: string, options: LRUCache.FetchOptions<string, number, unknown>): void {
    const controller = new AbortController();
    this.#signals.push(controller);
    const name = `${how} ${key} ${this.#signals.length}`;
    this.cache[how](key, { ...options, signal: controller.signal }).then(
      (value) => this.#seen.push(`${name}: ${value}`),
      (error: unknown) => this.#seen.push(`${name}: ${String(error)}`),
    );
  }
}

/** One of those in `list`, which leaves it. */
function taken<T>(list: T[], place: number): T | undefined {
  return list.splice(place % Math.max(1, list.length), 1)[0];
}

function defined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

function plain({ ...status }: LRUCache.Status<string, number> & { cache?: unknown }): object {
  delete status.cache;
  if (status.set === 'update') {
    // The original does not weigh an entry whose value stays the same.
    delete status.entrySize;
    delete status.totalCalculatedSize;
  }
  return status;
}

describe.skipIf(withoutOriginal)('LRUCache beside the original', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('gives the same results, statuses, notices and order', { timeout: TIMEOUT }, () => {
    holds(
      fc.property(settings, calls, (options, all) => {
        const clock = { time: 500 };
        const [ours, theirs] = lruCaches.map(({ LRUCache: one }) => new Subject(one, options, clock));
        for (const call of all) {
          if (call.do === 'wait') clock.time += call.value;
          else expect(ours!.make(call)).toEqual(theirs!.make(call));
        }
      }),
      RUNS,
    );
  });

  it('fetches, joins, aborts and fails alike', { timeout: TIMEOUT }, async () => {
    await holds(
      fc.asyncProperty(fetchSettings, fetchCalls, async (options, all) => {
        const clock = { time: 500 };
        const [ours, theirs] = lruCaches.map(({ LRUCache: one }) => new FetchSubject(one, options, clock));
        for (const call of all) {
          if (call.do === 'wait') clock.time += call.value;
          const [seen, expected] = [await ours!.make(call), await theirs!.make(call)];
          expect(seen).toEqual(expected);
        }
      }),
      RUNS / 2,
    );
  });
});
