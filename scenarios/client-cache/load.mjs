// Thirty days of customers with API keys, and the provider's side of it, which sees every client that is made.
import { createHash } from 'node:crypto';
import { randomSource } from '../../bench/lib/stats.mjs';

const MINUTE = 60_000;
const DAY = 24 * 60;
/** Customers who are there all the time; they change their keys every night. */
const BUSY = 150;
/** New keys of others on the first day, and how many more of them there are on each day. */
const NEW_A_DAY = 300;
const MORE_A_DAY = 1.005;
/** Of those, the newest are in use. */
const RECENT = 80;
/** Minutes from one burst to the next, and its callers. */
const BURST_EVERY = 30;
const CALLERS = 25;
/** Minutes from one return of an old key to the next. */
const RETURN_EVERY = 6;
/** Minutes from one stream to the next, and how long they take at most: longer than a client lives unused. */
const STREAM_EVERY = 20;
const LONGEST_STREAM = 180;
const FAILS_ONE_IN = 50;
/** Of its connection. */
const BUFFER_BYTES = 32 * 1024;

/** What a credential looks like, wherever it may stand. */
export const CREDENTIAL = /sk-live-[0-9a-f]{32}/;

/** The provider of the API. */
export class Provider {
  /** What must not happen. */
  faults = { twoAtOnce: 0, endedInUse: 0, usedAfterEnd: 0, endedTwice: 0 };
  made = 0;
  ended = 0;
  failed = 0;
  /** How long those that were dropped had been unused, ms; those dropped before the service was closed. */
  shortestIdle = Infinity;
  longestIdle = 0;
  isClosing = false;
  #live = new Map();
  #now;
  #random;

  constructor(now, seed) {
    this.#now = now;
    this.#random = randomSource(seed);
  }

  get live() {
    return this.made - this.ended;
  }

  /** Takes a while, and sometimes fails. */
  connect = async (apiKey) => {
    await new Promise((resolve) => setTimeout(resolve, 5 + this.#random() * 200));
    if (this.#random() * FAILS_ONE_IN < 1) {
      this.failed++;
      throw new Error('the provider does not answer');
    }
    this.made++;
    const others = this.#live.get(apiKey) ?? 0;
    if (others > 0) this.faults.twoAtOnce++;
    this.#live.set(apiKey, others + 1);
    return new Client(this, apiKey);
  };

  /** A client has ended. */
  left(client) {
    if (client.isEnded) this.faults.endedTwice++;
    if (client.users > 0) this.faults.endedInUse++;
    this.ended++;
    const others = this.#live.get(client.apiKey) - 1;
    if (others === 0) this.#live.delete(client.apiKey);
    else this.#live.set(client.apiKey, others);
    if (this.isClosing) return;
    const idle = this.#now() - client.lastUse;
    this.shortestIdle = Math.min(this.shortestIdle, idle);
    this.longestIdle = Math.max(this.longestIdle, idle);
  }

  used(client) {
    if (client.isEnded) this.faults.usedAfterEnd++;
    client.lastUse = this.#now();
  }
}

class Client {
  users = 0;
  isEnded = false;
  buffer = new Uint8Array(BUFFER_BYTES);
  #provider;

  constructor(provider, apiKey) {
    this.#provider = provider;
    this.apiKey = apiKey;
    this.lastUse = 0;
  }

  /** A call: begins now, takes what `during` takes. */
  async call(during) {
    this.users++;
    this.#provider.used(this);
    await during();
    this.#provider.used(this);
    this.users--;
  }

  end() {
    this.#provider.left(this);
    this.isEnded = true;
  }
}

/**
 * The customers.
 *
 * @param {{ use: (apiKey: string, work: (client: Client) => Promise<void>) => Promise<void> }} service
 * @param {{ seed: number, days: number, uses: number, time: import('../frame/virtual-time.mjs').VirtualTime,
 *   dayEnds: (day: number) => Promise<void> }} options `uses`: in all, about.
 */
export class Customers {
  uses = 0;
  /** Callers whose call has not come back. */
  waiting = 0;
  /** Callers that got the provider's error, as they should when it fails. */
  refused = 0;
  #service;
  #options;
  #random;

  constructor(service, options) {
    this.#service = service;
    this.#options = options;
    this.#random = randomSource(options.seed);
  }

  async run() {
    const { days, uses, time, dayEnds } = this.#options;
    const aMinute = uses / (days * DAY);
    for (let minute = 0, owed = 0; minute < days * DAY; minute++) {
      const newest = this.#newest(minute);
      for (owed += aMinute; owed >= 1; owed--) this.#use(this.#keyInUse(minute, newest), this.#turns(3));
      if (minute % BURST_EVERY === 0) for (let i = 0; i < CALLERS; i++) this.#use(`burst ${minute}`, this.#turns(5));
      if (minute % RETURN_EVERY === 0) this.#use(`new ${this.#below(newest + 1)}`, this.#turns(3));
      if (minute % STREAM_EVERY === 0) this.#use(this.#keyInUse(minute, newest), this.#stream());
      await time.advance(MINUTE);
      if ((minute + 1) % DAY === 0) await dayEnds((minute + 1) / DAY);
    }
    await time.advance((LONGEST_STREAM + 1) * MINUTE);
  }

  /** One caller, who does not wait for the others. */
  #use(key, during) {
    this.uses++;
    this.waiting++;
    void this.#ask(this.#apiKey(key), during).finally(() => void this.waiting--);
  }

  async #ask(apiKey, during) {
    try {
      await this.#service.use(apiKey, (client) => client.call(during));
    } catch {
      this.refused++;
    }
  }

  /** The number of the newest of the new keys. */
  #newest(minute) {
    const [days, part] = [Math.floor(minute / DAY), (minute % DAY) / DAY];
    const before = (NEW_A_DAY * (MORE_A_DAY ** days - 1)) / (MORE_A_DAY - 1);
    return Math.floor(before + part * NEW_A_DAY * MORE_A_DAY ** days);
  }

  #keyInUse(minute, newest) {
    if (this.#below(2) === 0) return `busy ${this.#below(BUSY)} on day ${Math.floor(minute / DAY)}`;
    return `new ${Math.max(0, newest - this.#below(RECENT))}`;
  }

  /** Work that gives others a few turns. */
  #turns(most) {
    const turns = this.#below(most + 1);
    return async () => {
      for (let i = 0; i < turns; i++) await Promise.resolve();
    };
  }

  #stream() {
    const ms = this.#below(LONGEST_STREAM) * MINUTE;
    return () => new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Made anew every time: the load keeps none. */
  #apiKey(key) {
    return `sk-live-${createHash('md5').update(`${this.#options.seed} ${key}`).digest('hex')}`;
  }

  #below(limit) {
    return Math.floor(this.#random() * limit);
  }
}
