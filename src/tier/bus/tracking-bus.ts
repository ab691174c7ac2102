/**
 * Invalidation by the server itself (CLIENT TRACKING, broadcast): it tells every key that anybody writes, deletes or lets expire,
 * whoever it is. On a connection of its own, of one server: in a cluster each node would tell of its own keys alone.
 *
 * It tells our own writes too, which come over another connection; what we have just written is read again once.
 */
import type { Clock } from '../../base/clock.ts';
import { invalidOption, readDuration } from '../../base/options.ts';
import { linkTo } from '../redis/link.ts';
import type { RedisLink } from '../redis/link.ts';
import type { Tracking } from '../redis/link-shape.ts';
import { Names } from '../redis/names.ts';
import type { Bus, BusListener, BusStats } from './bus.ts';
import type { InvalidationBusOptions } from './invalidation-bus.ts';
import { Vigil } from './vigil.ts';

const SHORTEST = 40;

/** @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export class TrackingBus implements Bus {
  readonly maxStaleness: number;
  readonly #track: NonNullable<RedisLink['track']>;
  readonly #names: Names;
  readonly #vigil: Vigil;
  #listener: BusListener | undefined;
  #tracking: Tracking | undefined;
  #isOpening = false;
  #isClosed = false;
  #received = 0;

  constructor(options: Omit<InvalidationBusOptions, 'maxQueued' | 'sharded'>) {
    const { track } = linkTo(options.client);
    if (track === undefined) {
      throw invalidOption(
        'client',
        'a client of one server, such as `createClient()` or `new Redis()`, and no cluster: use an `InvalidationBus`',
        options.client,
      );
    }
    this.#track = track;
    this.#names = new Names(options.namespace);
    this.maxStaleness = readDuration('maxStaleness', options.maxStaleness ?? '2s', SHORTEST);
    this.#vigil = new Vigil(this.maxStaleness, () => this.#beat());
  }

  start(listener: BusListener, clock: Clock): void {
    this.#listener = listener;
    this.#vigil.start(listener, clock);
  }

  /** The server tells it. */
  publish(): void {}

  stats(): BusStats {
    const { isLive, losses } = this.#vigil;
    return { isLive, received: this.#received, published: 0, unpublished: 0, losses };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#vigil.end();
    this.#listener = undefined;
    await this.#tracking?.close();
  }

  #beat(): void {
    if (this.#tracking !== undefined) void this.#ping(this.#tracking);
    else if (!this.#isOpening) void this.#open();
  }

  /** The answer comes behind all that was told before it. */
  async #ping(tracking: Tracking): Promise<void> {
    const sentAt = this.#vigil.now();
    try {
      await tracking.ping();
    } catch {
      return this.#vigil.lose('the connection was lost');
    }
    this.#vigil.proven(sentAt);
  }

  async #open(): Promise<void> {
    this.#isOpening = true;
    try {
      const tracking = await this.#track(this.#names.allPrefix, {
        written: (keys) => this.#hear(keys),
        lost: () => this.#vigil.lose('the connection was lost'),
      });
      if (this.#isClosed) return await tracking.close();
      this.#tracking = tracking;
      void this.#ping(tracking);
    } catch {
      // The next beat tries again.
    } finally {
      this.#isOpening = false;
    }
  }

  #hear(names: readonly string[] | undefined): void {
    this.#received++;
    if (names === undefined) return this.#vigil.lose('the server was flushed');
    for (const name of names) {
      const read = this.#names.read(name);
      if (read === undefined) continue;
      if ('key' in read) this.#listener?.changed({ kind: 'delete', key: read.key });
      else if (read.tag !== '') this.#listener?.changed({ kind: 'tag', tag: read.tag });
      else this.#vigil.lose('everything was cleared');
    }
  }
}
