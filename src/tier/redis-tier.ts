/** The second tier in Redis, or Valkey, which speaks the same protocol. */
import { messageOf, TierError } from '../base/errors.ts';
import { encodeFence, decodeRecord, encodeRecord } from './record.ts';
import { resolveCodecOptions } from './codec.ts';
import type { CodecOptions, ResolvedCodecOptions } from './codec.ts';
import { linkTo } from './redis/link.ts';
import type { RedisArgument, RedisLink, RedisNode } from './redis/link.ts';
import { Names } from './redis/names.ts';
import { DELETE, END_LEASE, GENERATION, runScript, STORE, SWEEP } from './redis/scripts.ts';
import type { HeldGeneration, NewEntry, StoreCondition, Tier, TierFound } from './tier.ts';

/** How a {@link RedisTier} is set up. */
export interface RedisTierOptions<V> extends CodecOptions<V> {
  /** A connected client of node-redis (`createClient`, `createCluster`) or ioredis. It is used, and never closed. */
  readonly client: unknown;
  /** What all keys begin with; not empty, without `::` and `#`, and not ending with `:`. */
  readonly namespace: string;
}

/** The most keys that one MGET asks for. */
const MOST_AT_ONCE = 500;
const FENCE_FLAGS = encodeFence('').subarray(6, 7);

/** What a server says that cannot serve now; anything else that it says is an answer. */
const NOT_NOW = /^(?:LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|UNKILLABLE)\b/;
const REPLY = /^[A-Z][A-Z]+\b/;

/**
 * Entries in Redis, under keys of one namespace.
 *
 * **Cost:** a `get` is one GET, a `set` one SET, `delete` and conditional sets one script each. An entry has 50 bytes more than its
 * value; a deleted key leaves 20 bytes for a while.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export class RedisTier<V = unknown> implements Tier<V> {
  readonly name: string;
  readonly isConditional = true;
  readonly #link: RedisLink;
  readonly #names: Names;
  readonly #codec: ResolvedCodecOptions<V>;

  constructor(options: RedisTierOptions<V>) {
    this.#names = new Names(options.namespace);
    this.#link = linkTo(options.client);
    this.name = `Redis (${this.#names.namespace})`;
    this.#codec = resolveCodecOptions(options);
  }

  async get(key: string): Promise<TierFound<V> | undefined> {
    const name = this.#names.entry(key);
    let reply: unknown;
    try {
      reply = await this.#send(name, ['GET', name], true);
    } catch (error) {
      return foreign(error);
    }
    return this.#decode(reply);
  }

  async getMany(keys: readonly string[]): Promise<(TierFound<V> | undefined)[]> {
    // Keys of a cluster are spread: one command each, which the client sends together.
    if (this.#link.isCluster) return Promise.all(keys.map((key) => this.get(key)));
    const chunks: Promise<(TierFound<V> | undefined)[]>[] = [];
    for (let at = 0; at < keys.length; at += MOST_AT_ONCE)
      chunks.push(this.#getChunk(keys.slice(at, at + MOST_AT_ONCE)));
    return (await Promise.all(chunks)).flat();
  }

  async set(key: string, entry: NewEntry<V>, condition?: StoreCondition): Promise<boolean> {
    const encoding = this.#encode(entry);
    const record = encoding instanceof Promise ? await encoding : encoding;
    const name = this.#names.entry(key);
    const isTimed = entry.keepMs < Infinity;
    const ms = isTimed ? String(Math.max(1, Math.ceil(entry.keepMs))) : '';
    const time = isTimed ? ['PX', ms] : [];
    if (condition === undefined) {
      await this.#send(name, ['SET', name, record, ...time], false);
      return true;
    }
    const { stamp, lease = '' } = condition;
    if (stamp === '' && lease === '') {
      return (await this.#send(name, ['SET', name, record, ...time, 'NX'], false)) !== null;
    }
    const keys = [name, this.#names.lease(key)];
    return (await this.#run(STORE, keys, [stamp, lease, record, ms])) === 1;
  }

  async delete(key: string, stamp: string, fenceMs: number): Promise<boolean> {
    const fence = [encodeFence(stamp), String(Math.max(1, Math.ceil(fenceMs))), FENCE_FLAGS];
    return (await this.#run(DELETE, [this.#names.entry(key)], fence)) === 1;
  }

  async generation(tag: string, otherwise: string, keepMs: number): Promise<HeldGeneration> {
    const ms = keepMs < Infinity ? String(Math.max(1, Math.ceil(keepMs))) : '';
    const reply = await this.#run(GENERATION, [this.#names.generation(tag)], [otherwise, ms]);
    const [generation, isNew] = reply as [Buffer, number];
    return { generation: generation.toString(), isNew: isNew === 1 };
  }

  async endGeneration(tag: string, next?: string): Promise<void> {
    const name = this.#names.generation(tag);
    await this.#send(name, next === undefined ? ['DEL', name] : ['SET', name, next], false);
  }

  async sweep(generation: string, signal: AbortSignal): Promise<void> {
    for (const node of await this.#link.nodes()) await this.#sweepNode(node, generation, signal);
  }

  async takeLease(key: string, token: string, ms: number): Promise<boolean> {
    const name = this.#names.lease(key);
    return (await this.#send(name, ['SET', name, token, 'NX', 'PX', String(ms)], false)) !== null;
  }

  async endLease(key: string, token: string): Promise<void> {
    await this.#run(END_LEASE, [this.#names.lease(key)], [token]);
  }

  isAnswer(error: unknown): boolean {
    return error instanceof Error && REPLY.test(error.message) && !NOT_NOW.test(error.message);
  }

  async close(): Promise<void> {}

  #encode(entry: NewEntry<V>): Buffer | Promise<Buffer> {
    try {
      return encodeRecord(entry, this.#codec);
    } catch (cause) {
      throw new TierError('PLIM_ERR_TIER_VALUE', `A value cannot be written: ${messageOf(cause)}`, { cause });
    }
  }

  async #getChunk(keys: readonly string[]): Promise<(TierFound<V> | undefined)[]> {
    const names = keys.map((key) => this.#names.entry(key));
    const replies = (await this.#send(names[0]!, ['MGET', ...names], true)) as unknown[];
    return Promise.all(replies.map(async (reply) => this.#decode(reply)));
  }

  #decode(reply: unknown): TierFound<V> | undefined | Promise<TierFound<V>> {
    return reply === null || reply === undefined ? undefined : decodeRecord(reply as Buffer, this.#codec);
  }

  async #sweepNode(node: RedisNode, generation: string, signal: AbortSignal): Promise<void> {
    let cursor = '0';
    do {
      const reply = await node.send(['SCAN', cursor, 'MATCH', this.#names.pattern, 'COUNT', '200']);
      const [next, names] = reply as [Buffer, Buffer[]];
      await Promise.all(names.map((name) => runScript(node, SWEEP, [name.toString()], [generation])));
      cursor = next.toString();
    } while (cursor !== '0' && !signal.aborted);
  }

  #run(script: typeof STORE, keys: readonly string[], args: readonly RedisArgument[]): Promise<unknown> {
    return this.#refusal() ?? runScript(this.#link, script, keys, args);
  }

  #send(key: string, args: readonly RedisArgument[], isRead: boolean): Promise<unknown> {
    return this.#refusal() ?? this.#link.send(key, args, isRead);
  }

  /** Clients keep commands for a connection to come, without a bound. None is given to one that has no connection. */
  #refusal(): Promise<never> | undefined {
    return this.#link.isReady() ? undefined : Promise.reject(new Error('the client is not connected'));
  }
}

/** A key of another type is nothing that can be read; anything else that went wrong did go wrong. */
function foreign(error: unknown): TierFound<never> {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) {
    return { kind: 'damaged', problem: 'no entry of this cache, but another type' };
  }
  throw error;
}
