/** Writing through to the second tier, telling the others, and making good what could not be written. */
import { isPlimsollError } from '../base/errors.ts';
import type { Debt } from './debts.ts';
import { Held } from './held.ts';
import { readTags, readTtl } from './options.ts';
import type { TierEntryOptions } from './options.ts';
import type { TierParts } from './parts.ts';
import { spread } from './read-through.ts';
import { newStamp } from './stamp.ts';
import type { Generation, NewEntry } from './tier.ts';

/** What is to be written. */
interface Write<V> {
  readonly key: string;
  readonly value: V;
  readonly ttl: number;
  readonly tags: readonly string[];
  readonly stamp: string;
}

export class Writes<V> {
  readonly #parts: TierParts<V>;

  constructor(parts: TierParts<V>) {
    this.#parts = parts;
  }

  /** Stores; whether the second tier has acknowledged it. */
  async set(key: string, value: V, given: TierEntryOptions | undefined): Promise<boolean> {
    const { options, underWay, first, debts, publish } = this.#parts;
    const ttl = spread(given?.ttl === undefined ? options.ttl : readTtl('ttl', given.ttl), options.jitter);
    const tags = readTags(given?.tags);
    if (ttl === 0 || value === undefined) {
      await this.delete(key);
      return true;
    }
    const write: Write<V> = { key, value, ttl, tags, stamp: newStamp() };
    underWay.overtake(key);
    const passage = underWay.begin(key, write.stamp);
    const epoch = first.fillEpoch;
    try {
      await this.#store(write);
    } catch (error) {
      return this.#failed(write, error);
    } finally {
      underWay.end(key, passage);
    }
    // Reads that began before may bring what was there before.
    underWay.overtake(key, write.stamp);
    debts.settle(key);
    if (passage.isOvertaken) first.cache.delete(key);
    else
      first.put(
        key,
        new Held(value, false, write.stamp, epoch),
        Math.min(first.ttlOf({ expiresAt: Infinity }), ttl),
        tags,
      );
    publish({ kind: 'set', key, stamp: write.stamp });
    return true;
  }

  /** Takes a key out of both tiers; whether the second had it. */
  async delete(key: string): Promise<boolean> {
    const { underWay, first, calls, tier, options, debts, publish } = this.#parts;
    const stamp = newStamp();
    underWay.overtake(key);
    first.cache.delete(key);
    const passage = underWay.begin(key, stamp);
    try {
      const wasThere = await calls.run(() => tier.delete(key, stamp, options.fenceTtl));
      debts.settle(key);
      return wasThere;
    } catch (error) {
      this.#owe(() => debts.owe(key), error);
      return false;
    } finally {
      underWay.end(key, passage);
      underWay.overtake(key, stamp);
      first.cache.delete(key);
      publish({ kind: 'delete', key });
    }
  }

  /** Makes all entries of a tag invalid, in all processes; whether the second tier has acknowledged it. */
  async endTag(tag: string): Promise<boolean> {
    const { generations, first, calls, tier, debts, publish } = this.#parts;
    const forget = (): void => {
      generations.end(tag);
      first.cache.invalidateTag(tag);
    };
    forget();
    try {
      await calls.run(() => tier.endGeneration(tag));
      return true;
    } catch (error) {
      this.#owe(() => debts.oweTag(tag), error);
      return false;
    } finally {
      // What was read meanwhile may be of before.
      forget();
      publish({ kind: 'tag', tag });
    }
  }

  /** Makes all entries invalid, in all processes; whether the second tier has acknowledged it. */
  async clear(): Promise<boolean> {
    const { generations, first, underWay, calls, tier, debts, publish } = this.#parts;
    const generation = newStamp();
    const forget = (): void => {
      generations.endAll();
      underWay.overtakeAll();
      first.cache.clear();
    };
    forget();
    try {
      await calls.run(() => tier.endGeneration('', generation));
    } catch (error) {
      forget();
      this.#owe(() => debts.oweAll(), error);
      return false;
    }
    forget();
    generations.learnRoot(generation);
    publish({ kind: 'clear', generation });
    this.#parts.sweep(generation);
    return true;
  }

  /** Makes good what failed; what fails again is owed again. Never rejects. */
  async payDebts(): Promise<void> {
    const { debts, calls } = this.#parts;
    if (debts.size === 0 || calls.state !== 'closed') return;
    const { keys, tags, isAll } = debts.take();
    if (isAll) return void (await this.clear().catch(() => {}));
    const chunk = 100;
    for (let at = 0; at < keys.length; at += chunk) {
      await Promise.all(keys.slice(at, at + chunk).map((debt) => this.#pay(debt)));
    }
    for (const tag of tags) await this.endTag(tag).catch(() => false);
  }

  /** Deletes what is owed. What fails stays owed, and so does what is being written: that settles it, or owes it anew. */
  async #pay(debt: Debt): Promise<void> {
    const { debts, calls, tier, options, underWay, publish } = this.#parts;
    const { key } = debt;
    // A delete that is sent after a write, and before its answer, would take what is acknowledged then.
    if (!debts.isOpen(debt) || underWay.isWriting(key)) return;
    try {
      await calls.run(() => tier.delete(key, newStamp(), options.fenceTtl));
      debts.paid(debt);
      publish({ kind: 'delete', key });
    } catch {
      // It is tried again.
    }
  }

  async #store({ key, value, ttl, tags, stamp }: Write<V>): Promise<void> {
    const { options, generations: known, calls, tier } = this.#parts;
    const keepMs = ttl + options.staleIfError;
    const generations: Generation[] = known.knownForWriting(tags, keepMs) ?? (await known.forWriting(tags, keepMs));
    const now = options.clock.wallNow();
    const entry: NewEntry<V> = {
      kind: 'value',
      value,
      stamp,
      writtenAt: now,
      expiresAt: now + ttl,
      generations,
      keepMs,
    };
    await calls.run(() => tier.set(key, entry));
  }

  /** What was under the key is not true any more, and may still be there. */
  #failed({ key, value, ttl, tags, stamp }: Write<V>, error: unknown): boolean {
    const { first, options, debts, publish } = this.#parts;
    first.cache.delete(key);
    if (isPlimsollError(error, 'PLIM_ERR_TIER_VALUE')) throw error;
    publish({ kind: 'delete', key });
    this.#owe(() => debts.owe(key), error);
    first.put(key, new Held(value, false, stamp, first.epoch), Math.min(ttl, options.outageTtl), tags);
    return false;
  }

  #owe(owe: () => void, error: unknown): void {
    owe();
    this.#parts.counters.failedWrites++;
    if (this.#parts.options.throws) throw error;
  }
}
