/**
 * Invalidation by messages over Redis pub/sub; over sharded pub/sub in a cluster, where the client can.
 *
 * Pub/sub loses without a word what is sent while a connection is down. So every message is numbered; everyone says now and then
 * that they are there, and hears themselves: what comes back proves that connection, server and subscription work. A number left
 * out, an origin gone silent or unable to send, a lost connection, or no echo in time: each makes the first tier suspect, within
 * the bound.
 */
import type { Clock } from '../../base/clock.ts';
import { invalidOption, readBoolean, readDuration, readInteger } from '../../base/options.ts';
import { linkTo } from '../redis/link.ts';
import type { Channel, RedisLink } from '../redis/link.ts';
import { Names } from '../redis/names.ts';
import { newStamp } from '../stamp.ts';
import type { Bus, BusListener, BusOp, BusStats } from './bus.ts';
import { decodeMessage } from './message.ts';
import { Origins } from './origins.ts';
import { Outbox } from './outbox.ts';
import { Vigil } from './vigil.ts';

/** How a bus is set up. */
export interface InvalidationBusOptions {
  /** A connected client of node-redis or ioredis. It publishes; the subscription is on a connection of its own, made from it. */
  readonly client: unknown;
  /** That of the tier. */
  readonly namespace: string;
  /**
   * How long after a change by another process an entry of the first tier may still be returned, at the very most, whatever is
   * lost; from 40 ms. A quarter of it is the time between two signs of life, each of which every process hears. @default '2s'
   */
  readonly maxStaleness?: number | string;
  /**
   * In a cluster: whether messages go by sharded pub/sub, which spares the other nodes. The same in all processes, or they do not
   * hear each other. ioredis needs `shardedSubscribers: true` for it. @default true
   */
  readonly sharded?: boolean;
  /** Changes that wait to be told at most; beyond, others are told that something is missing. @default 10_000 */
  readonly maxQueued?: number;
}

/** Times that a message was sent at are remembered for so many messages. */
const MOST_SENT = 64;
const SHORTEST = 40;

/** @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export class InvalidationBus implements Bus {
  readonly maxStaleness: number;
  readonly #link: RedisLink;
  readonly #isSharded: boolean;
  readonly #channelName: string;
  readonly #outbox: Outbox;
  readonly #origins: Origins;
  readonly #vigil: Vigil;
  /** When our own messages were sent, by number. */
  readonly #sentAt = new Map<number, number>();
  #listener: BusListener | undefined;
  #channel: Channel | undefined;
  #isOpening = false;
  #isClosed = false;
  #received = 0;
  /** The number after that of our last message that came back. */
  #nextBack = 0;

  constructor(options: InvalidationBusOptions) {
    const { maxStaleness = '2s', maxQueued = 10_000, sharded = true } = options;
    this.#link = linkTo(options.client);
    this.#isSharded = readBoolean('sharded', sharded) && this.#link.isCluster;
    if (this.#isSharded && !this.#link.canShard) {
      throw invalidOption('sharded', 'false, or the cluster of ioredis to have `shardedSubscribers: true`', sharded);
    }
    this.#channelName = new Names(options.namespace).channel;
    this.maxStaleness = readDuration('maxStaleness', maxStaleness, SHORTEST);
    this.#vigil = new Vigil(this.maxStaleness, () => this.#beat());
    this.#outbox = new Outbox(newStamp(), readInteger('maxQueued', maxQueued, 1));
    this.#origins = new Origins(this.#outbox.origin);
  }

  start(listener: BusListener, clock: Clock): void {
    this.#listener = listener;
    this.#vigil.start(listener, clock);
  }

  publish(op: BusOp): void {
    if (!this.#isClosed) this.#outbox.add(op);
  }

  stats(): BusStats {
    const { published, unpublished } = this.#outbox;
    return {
      isLive: this.#vigil.isLive,
      received: this.#received,
      published,
      unpublished,
      losses: this.#vigil.losses,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#vigil.end();
    this.#listener = undefined;
    // Whoever listens need not miss us; no more than one try, and no waiting for it.
    void this.#outbox.sendNow(true);
    this.#outbox.connect(undefined);
    await this.#channel?.close();
  }

  #beat(): void {
    if (this.#channel === undefined) {
      if (!this.#isOpening) void this.#open();
      return;
    }
    if (this.#origins.silentSince(this.#vigil.horizon)) this.#vigil.miss('a process went silent');
    // It takes two signs of life: theirs that we hear, and their next one after they have heard ours.
    if (this.#origins.unsureSince(this.#vigil.now() - this.maxStaleness / 2)) {
      this.#vigil.miss('a process that had begun before does not hear this one');
    }
    this.#sendSign();
  }

  #sendSign(): void {
    this.#sentAt.set(this.#outbox.nextSeq, this.#vigil.now());
    if (this.#sentAt.size > MOST_SENT) this.#sentAt.delete(this.#sentAt.keys().next().value!);
    void this.#outbox.sendNow();
  }

  async #open(): Promise<void> {
    this.#isOpening = true;
    try {
      const listener = {
        message: (bytes: Buffer) => this.#receive(bytes),
        lost: () => this.#vigil.lose('the connection was lost'),
      };
      const channel = await this.#link.subscribe(this.#channelName, listener, this.#isSharded);
      if (this.#isClosed) return await channel.close();
      this.#channel = channel;
      this.#outbox.connect((bytes) =>
        this.#link.isReady() ? channel.publish(bytes) : Promise.reject(new Error('the client is not connected')),
      );
      this.#sendSign();
    } catch {
      // The next beat tries again.
    } finally {
      this.#isOpening = false;
    }
  }

  #receive(bytes: Buffer): void {
    const message = decodeMessage(bytes);
    if (message === undefined || this.#isClosed) return;
    if (message.origin === this.#outbox.origin) {
      this.#nextBack = message.seq + 1;
      const sentAt = this.#sentAt.get(message.seq);
      if (this.#sentAt.delete(message.seq)) this.#vigil.proven(sentAt!);
      return;
    }
    this.#received++;
    if (!this.#origins.has(message.origin)) this.#outbox.meet({ origin: message.origin, next: this.#nextBack });
    const missed = this.#origins.hear(message, this.#vigil.now());
    if (missed !== undefined) this.#vigil.miss(missed);
    for (const op of message.ops) this.#listener?.changed(op);
  }
}
