/** A Keyv store as the second tier. */
import { messageOf, TierError } from '../../base/errors.ts';
import { invalidOption } from '../../base/options.ts';
import { resolveCodecOptions } from '../codec.ts';
import type { CodecOptions, ResolvedCodecOptions } from '../codec.ts';
import { decodeRecord, encodeFence, encodeRecord } from '../record.ts';
import type { HeldGeneration, NewEntry, StoreCondition, Tier, TierFound } from '../tier.ts';
import { isKeyvLike } from './keyv-shape.ts';
import type { KeyvLike } from './keyv-shape.ts';

/** How a {@link KeyvTier} is set up. */
export interface KeyvTierOptions<V> extends CodecOptions<V> {
  /** A store of Keyv, or a Keyv with `throwOnErrors: true`: one that hides its failures makes each of them a miss. It is not closed. */
  readonly store: KeyvLike;
}

const GENERATION = '#';
const ENTRY = ':';

/**
 * Entries in a Keyv store, as texts in base64. Such a store compares nothing: conditions are checked by a read before the write, which
 * another process may come between; and there are no leases.
 *
 * **Cost:** a third more bytes than in Redis; a conditional `set` and a `delete` are a read and a write.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export class KeyvTier<V = unknown> implements Tier<V> {
  readonly name = 'the Keyv store';
  readonly isConditional = false;
  readonly #store: KeyvLike;
  readonly #codec: ResolvedCodecOptions<V>;

  constructor(options: KeyvTierOptions<V>) {
    if (!isKeyvLike(options.store)) throw invalidOption('store', 'a Keyv store', options.store);
    this.#store = options.store;
    this.#codec = resolveCodecOptions(options);
  }

  async get(key: string): Promise<TierFound<V> | undefined> {
    const found = await this.#store.get(ENTRY + key);
    if (found === undefined || found === null) return undefined;
    if (typeof found !== 'string') return { kind: 'damaged', problem: 'no entry of this cache' };
    return decodeRecord(Buffer.from(found, 'base64'), this.#codec);
  }

  getMany(keys: readonly string[]): Promise<(TierFound<V> | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async set(key: string, entry: NewEntry<V>, condition?: StoreCondition): Promise<boolean> {
    const record = await this.#encode(entry);
    if (condition !== undefined && (await this.#stampOf(key)) !== condition.stamp) return false;
    await this.#write(ENTRY + key, record.toString('base64'), entry.keepMs);
    return true;
  }

  async delete(key: string, stamp: string, fenceMs: number): Promise<boolean> {
    const found = await this.get(key);
    await this.#write(ENTRY + key, encodeFence(stamp).toString('base64'), fenceMs);
    return found !== undefined && found.kind !== 'deleted';
  }

  async generation(tag: string, otherwise: string, keepMs: number): Promise<HeldGeneration> {
    const known = readGeneration(await this.#store.get(GENERATION + tag));
    const generation = known?.generation ?? otherwise;
    if (known === undefined || known.until < Date.now() + keepMs) await this.#writeGeneration(tag, generation, keepMs);
    return { generation, isNew: known === undefined };
  }

  async endGeneration(tag: string, next?: string): Promise<void> {
    if (tag === '') await this.#store.clear();
    if (next === undefined) await this.#store.delete(GENERATION + tag);
    else await this.#writeGeneration(tag, next, Infinity);
  }

  /** Its `clear` has removed everything. */
  async sweep(): Promise<void> {}

  async takeLease(): Promise<boolean> {
    return true;
  }

  async endLease(): Promise<void> {}

  isAnswer(): boolean {
    return false;
  }

  async close(): Promise<void> {}

  async #encode(entry: NewEntry<V>): Promise<Buffer> {
    try {
      return await encodeRecord(entry, this.#codec);
    } catch (cause) {
      throw new TierError('PLIM_ERR_TIER_VALUE', `A value cannot be written: ${messageOf(cause)}`, { cause });
    }
  }

  async #stampOf(key: string): Promise<string | undefined> {
    const found = await this.get(key);
    if (found === undefined) return '';
    return found.kind === 'damaged' ? undefined : found.stamp;
  }

  /** With the time until when it is kept, so that it is written anew only for longer. */
  #writeGeneration(tag: string, generation: string, keepMs: number): Promise<void> {
    return this.#write(GENERATION + tag, `${generation} ${Date.now() + keepMs}`, keepMs);
  }

  async #write(name: string, text: string, ms: number): Promise<void> {
    const done = await (ms < Infinity
      ? this.#store.set(name, text, Math.max(1, Math.ceil(ms)))
      : this.#store.set(name, text));
    if (done === false) throw new Error('the store did not take it');
  }
}

function readGeneration(text: unknown): { readonly generation: string; readonly until: number } | undefined {
  if (typeof text !== 'string') return undefined;
  const [generation = '', until = ''] = text.split(' ');
  return { generation, until: Number(until) };
}
