/**
 * Many users of one cache of clients, all at once: each asks for a client, works with it under a lease, and lets it go, while
 * time passes, sweeps run, entries are evicted, replaced and deleted, and disposers take their time or fail. The clients
 * themselves notice what must not be.
 */
import { checkCache } from '../../src/cache/check.ts';
import { Cache, type CacheOptions } from '../../src/cache/index.ts';
import { FakeClock, settle } from './fake-clock.ts';

export interface StormOptions {
  readonly operations: number;
  readonly seed: number;
  readonly users: number;
  readonly keys: number;
  readonly cache: Partial<CacheOptions<number, Client>>;
  /** Whether entries are also deleted and replaced, so that a key may have an old client in use beside the current one. */
  readonly hasWriters: boolean;
  /** One disposal in so many fails; 0: none. */
  readonly failsOneIn: number;
}

/** A client of an API, as far as the cache is concerned. */
export class Client {
  readonly key: number;
  users = 0;
  /** Calls of its disposer. */
  attempts = 0;
  isEnded = false;

  constructor(key: number) {
    this.key = key;
  }
}

export class ClientStorm {
  readonly cache: Cache<number, Client>;
  readonly clock = new FakeClock();
  /** What must not have happened, in words. */
  readonly faults = new Set<string>();
  /** Clients made, clients whose disposer was called, clients that were ended by it. */
  made = 0;
  left = 0;
  ended = 0;
  /** Calls of the cache, about, and how many of them were for work under a lease. */
  operations = 0;
  uses = 0;
  readonly #options: StormOptions;
  readonly #loading = new Set<number>();
  /** Keys being loaded, until the result has surely been stored. */
  readonly #landing = new Map<number, number>();
  readonly #inUse = new Map<number, Set<Client>>();
  #state: number;

  constructor(options: StormOptions) {
    this.#options = options;
    this.#state = options.seed;
    this.cache = new Cache<number, Client>({
      clock: this.clock,
      leaseTimeout: Infinity,
      dispose: (client) => this.#end(client),
      onError: () => {},
      onAlert: () => {},
      load: (key) => this.#load(key),
      ...options.cache,
    });
  }

  /** Runs to the end and closes the cache. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.users }, () => this.#user()));
    checkCache(this.cache);
    const closed = this.cache.close();
    await this.clock.advanceAsync(60_000);
    await closed;
  }

  async #user(): Promise<void> {
    while (this.operations < this.#options.operations) {
      // Some keys that everybody wants, and many that come and go.
      const key = this.#random(this.#random(2) === 0 ? 8 : this.#options.keys);
      const what = this.#random(100);
      this.operations++;
      if (what < 60) await this.#work(key);
      else if (what < 80) this.#glance(key);
      else if (what < 90) this.clock.advance(this.#random(40));
      else if (what < 95) await this.#turns();
      else if (this.#options.hasWriters) this.#write(key, what);
    }
  }

  /** Gets the client of `key`, however often that takes, and works with it. */
  async #work(key: number): Promise<void> {
    let lease = this.cache.acquire(key);
    for (let tries = 0; lease === undefined; tries++) {
      if (tries === 100) this.faults.add('a client was gone before its user came, again and again');
      this.operations++;
      await this.cache.getOrLoad(key);
      lease = this.cache.acquire(key);
    }
    const client = lease.value;
    this.#begin(client);
    const isLong = this.#random(20) === 0;
    for (let steps = this.#random(isLong ? 100 : 4); steps > 0; steps--) {
      await this.#turns();
      if (client.attempts > 0) this.faults.add('a client in use was disposed of');
    }
    this.#finish(client);
    this.operations++;
    lease.release();
  }

  #begin(client: Client): void {
    this.uses++;
    if (client.attempts > 0) this.faults.add('a client that had been disposed of was leased');
    client.users++;
    const clients = this.#inUse.get(client.key) ?? new Set();
    this.#inUse.set(client.key, clients.add(client));
    if (clients.size > 1 && !this.#options.hasWriters) this.faults.add('two clients of one key were in use');
  }

  #finish(client: Client): void {
    if (--client.users > 0) return;
    const clients = this.#inUse.get(client.key)!;
    clients.delete(client);
    if (clients.size === 0) this.#inUse.delete(client.key);
  }

  #glance(key: number): void {
    const client = this.cache.get(key);
    if (client !== undefined && client.attempts > 0) this.faults.add('a client that had been disposed of was found');
    if (client === undefined && this.#inUse.has(key) && !this.#options.hasWriters)
      this.faults.add('a client in use was gone from the cache');
  }

  #write(key: number, what: number): void {
    // A load that is overtaken gives its client to its callers alone.
    if (this.#landing.has(key)) return;
    if (what < 97) this.cache.delete(key);
    else if (what < 99) this.cache.set(key, this.#make(key));
    else this.cache.evict(3);
  }

  async #load(key: number): Promise<Client> {
    if (this.#loading.has(key)) this.faults.add('a key was loaded twice at once');
    this.#loading.add(key);
    const turn = this.operations;
    this.#landing.set(key, turn);
    await this.#turns();
    this.#loading.delete(key);
    void settle().then(() => this.#landing.get(key) === turn && this.#landing.delete(key));
    return this.#make(key);
  }

  #make(key: number): Client {
    this.made++;
    return new Client(key);
  }

  async #end(client: Client): Promise<void> {
    if (client.attempts++ === 0) this.left++;
    if (client.users > 0) this.faults.add('a client in use was disposed of');
    if (client.isEnded) this.faults.add('a client was disposed of twice');
    const { failsOneIn } = this.#options;
    const fails = failsOneIn > 0 && this.#random(failsOneIn) === 0;
    await this.#turns();
    if (fails) throw new Error('the other side does not answer');
    client.isEnded = true;
    this.ended++;
  }

  #turns(): Promise<void> {
    return settle(this.#random(4));
  }

  /** A whole number below `limit` (mulberry32: the keys and what is done to them must not go together). */
  #random(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
}
