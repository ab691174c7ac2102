/**
 * What a cache does, without its face: entries come, are used, are replaced, and leave, inside their bounds.
 *
 * Every operation first asks the user's functions that it needs (the weigher), then changes the state in one go without
 * calling anybody, then delivers the removal notices. So whatever a disposer does, it finds the cache whole.
 */
import { closedError } from '../cleanup/closed.ts';
import { isForever, isNever, lifetimeOf } from '../expiry/lifetime.ts';
import type { Lifetime } from '../expiry/lifetime.ts';
import type { EntryOptions, ResolvedCacheOptions } from '../options.ts';
import type { RemovalCause } from '../removal.ts';
import { tagsFor } from '../tags/entry-tags.ts';
import { TagLists } from '../tags/tag-lists.ts';
import { CacheRoom } from './cache-room.ts';
import { State } from './slots.ts';

// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { QUIET, GUARDED } = State;

type Tags = readonly string[] | undefined;

export class CacheCore<K, V> extends CacheRoom<K, V> {
  // Private by the compiler alone: that makes shorter code, which the engine puts into its callers.
  /** Whether entries are bounded by number alone, live equally long, and leave one by one, with nobody to tell. */
  private isStraight = false;
  // A string that was just asked for and is not here, and its hash: most misses are followed by a set of the same key.
  private hasMissed = false;
  private missedKey: unknown = undefined;
  private missedHash = 0;

  constructor(options: ResolvedCacheOptions<K, V>) {
    super(options);
    this.isStraight = this.#maySetStraight();
  }

  /** The slot of `key`; 0 when it is not here or its time is up. No use of the entry. */
  slotOf(key: unknown): number {
    const slot = this.store.find(key, this.store.keyHash.of(key));
    return slot !== 0 && this.isOver(slot) ? 0 : slot;
  }

  /** The rest of a `get` that did not meet its entry at once. `hash` is that of `key`, unless it is a number. */
  get(key: K, hash: number): V | undefined {
    const { store } = this;
    const known = typeof key === 'number' ? store.keyHash.ofOther(key) : hash;
    const slot = store.find(key, known);
    return slot === 0 ? this.#miss(key, known) : this.hit(slot);
  }

  /** A use of the entry in `slot`: its value, unless its time is up. */
  hit(slot: number): V | undefined {
    const { store } = this;
    const state = store.state[slot]!;
    if ((state & GUARDED) !== 0) {
      const end = this.endOf(slot, false);
      if (end !== undefined) {
        this.#missOver(slot, end);
        return undefined;
      }
    }
    store.hits++;
    if ((state & QUIET) === 0) this.policy.touched(slot);
    return store.slots.valueAt(slot) as V;
  }

  /** {@link get} for who did not look yet. */
  use(key: K): V | undefined {
    return this.get(key, this.store.keyHash.of(key));
  }

  set(key: K, value: V, options: EntryOptions | undefined): void {
    if (options === undefined && this.isStraight && this.tags === undefined && this.uses === undefined) {
      this.#setStraight(key, value);
    } else this.#setWith(key, value, options);
  }

  /** Weighs a value again; no use of its entry, and no write. Whether it is there still. */
  weigh(key: K): boolean {
    const before = this.slotOf(key);
    if (before === 0 || this.weights === undefined) return before !== 0;
    const value = this.store.slots.valueAt(before) as V;
    const bytes = this.#weigh(key, value);
    // The weigher is the user's, who may have changed anything.
    const slot = this.slotOf(key);
    if (slot === 0 || this.store.slots.valueAt(slot) !== value) return slot !== 0;
    if (!(bytes <= this.maxBytes)) this.reject(slot, bytes);
    else if (this.#reweigh(slot, bytes) && this.isTooMuch(0, 0)) this.makeRoomAround(slot);
    if (this.#isCheckDue()) this.health.check();
    this.deliver();
    return this.slotOf(key) !== 0;
  }

  delete(key: K, cause: RemovalCause = 'deleted'): boolean {
    const slot = this.store.find(key, this.store.keyHash.of(key));
    this.flights?.overtaken(key);
    if (slot === 0) return false;
    const end = this.endOf(slot);
    this.remove(slot, end ?? cause);
    this.deliver();
    return end === undefined;
  }

  /** Takes out every entry, and gives back the memory. */
  clear(cause: RemovalCause): void {
    if (this.hearsOfRemovals()) {
      for (const slot of this.policy.slots()) this.note(slot, cause, false);
    }
    this.flights?.allOvertaken();
    if (this.isClosed) this.isStraight = false;
    this.restart();
    this.deadlines?.restarted();
    this.knownHealth?.settle();
    this.deliver();
  }

  /**
   * The slots, for going through the entries whatever happens meanwhile: nothing is met twice, nothing is left out that
   * stays, nothing is met that has left. In the policy's order if it keeps one.
   */
  *walk(): Generator<number, void, undefined> {
    const { store } = this;
    const { slots } = store;
    const order = this.policy.keepsOrder ? Uint32Array.from(this.policy.slots()) : undefined;
    for (let i = 0; order === undefined ? i < slots.count : i < order.length; i++) {
      let slot = order === undefined ? i + 1 : order[i]!;
      if (!slots.isTaken(slot)) continue;
      // After `clear` or `resize` there are new slots; those we hold still know which keys there were.
      if (store.slots !== slots) slot = store.find(slots.keyAt(slot), store.keyHash.of(slots.keyAt(slot)));
      if (slot !== 0 && !this.isOver(slot)) yield slot;
    }
  }

  #maySetStraight(): boolean {
    const { options } = this;
    const { standard, ttlOf } = options.expiry;
    return (
      this.notices === undefined &&
      this.removalLog === undefined &&
      this.weights === undefined &&
      options.evictBatch === 1 &&
      options.maxEntries !== undefined &&
      ttlOf === undefined &&
      options.tagging.tagsOf === undefined &&
      !isNever(standard) &&
      // The first entry with a deadline brings them in.
      (isForever(standard) || this.deadlines !== undefined)
    );
  }

  /**
   * {@link set} where one entry leaves for one that comes, nobody is told, and all live equally long: straight on, without
   * looking at what such a cache cannot have.
   */
  #setStraight(key: K, value: V): void {
    const { store, counters, deadlines } = this;
    counters.sets++;
    const isMissed = this.hasMissed && key === this.missedKey;
    const hash = isMissed ? this.missedHash : store.keyHash.of(key);
    const known = isMissed ? 0 : store.find(key, hash);
    this.hasMissed = false;
    if (this.flights !== undefined) this.flights.overtaken(key);
    if (known === 0) {
      this.#insertStraight(key, value, hash);
      return;
    }
    store.slots.setValue(known, value);
    if ((store.state[known]! & QUIET) === 0) this.policy.touched(known);
    if (deadlines !== undefined) deadlines.written(known, this.options.expiry.standard);
  }

  #insertStraight(key: K, value: V, hash: number): void {
    const { store, counters, policy, deadlines } = this;
    let slot = 0;
    if (store.count < this.limit || (deadlines !== undefined && this.evictDue())) slot = store.insert(key, value, hash);
    else {
      slot = policy.evict();
      if (slot === 0) {
        this.reject(0, 0);
        return;
      }
      this.countEviction(slot);
      counters.evictions.capacity++;
      store.swap(slot, key, value, hash);
    }
    counters.inserts++;
    policy.inserted(slot);
    // What the slot's former entry had is written over, which mostly costs no change of place.
    if (deadlines !== undefined) deadlines.inserted(slot, this.options.expiry.standard);
    if (counters.inserts >= this.marks.checkAt) this.health.check();
  }

  #setWith(key: K, value: V, options: EntryOptions | undefined): void {
    this.counters.sets++;
    const lifetime = lifetimeOf(this.options.expiry, value, key, options);
    const tags = tagsFor(this.options.tagging, value, key, options);
    const bytes = this.#weigh(key, value);
    const isMissed = this.hasMissed && key === this.missedKey;
    const hash = isMissed ? this.missedHash : this.store.keyHash.of(key);
    const slot = isMissed ? 0 : this.store.find(key, hash);
    this.hasMissed = false;
    this.flights?.overtaken(key);
    if (this.isClosed) throw closedError(this.options.name);
    if (this.weights !== undefined && !(bytes <= this.maxBytes)) this.reject(slot, bytes);
    else if (isNever(lifetime)) this.#outdate(slot);
    else if (slot !== 0) this.#replace(slot, value, bytes, lifetime, tags);
    else this.#insert(key, value, hash, bytes, lifetime, tags);
    if (this.#isCheckDue()) this.health.check();
    this.deliver();
  }

  #insert(key: K, value: V, hash: number, bytes: number, lifetime: Lifetime, tags: Tags): void {
    if (!this.makeRoom(bytes)) {
      this.reject(0, bytes);
      return;
    }
    this.counters.inserts++;
    const slot = this.store.insert(key, value, hash);
    this.weights?.put(slot, bytes);
    if (this.store.count > this.capacity) this.follow(this.capacity * 2);
    this.policy.inserted(slot);
    this.#noteLifetime(slot, lifetime);
    if (tags !== undefined) this.#noteTags(slot, tags);
  }

  #replace(slot: number, value: V, bytes: number, lifetime: Lifetime, tags: Tags): void {
    const { slots } = this.store;
    const before = slots.valueAt(slot) as V;
    if (this.hearsOfRemovals() && before !== value) {
      this.note(slot, this.endOf(slot) ?? 'replaced', true);
    }
    slots.setValue(slot, value);
    if ((slots.state[slot]! & QUIET) === 0) this.policy.touched(slot);
    this.#noteLifetime(slot, lifetime);
    if (tags !== undefined || this.tags !== undefined) this.#noteTags(slot, tags);
    const isHeavier = this.#reweigh(slot, bytes);
    if (isHeavier && this.isTooMuch(0, 0)) this.makeRoomAround(slot);
    // The former value may have been in use, in a cache whose bound was set below what is.
    else if (this.uses !== undefined) this.enforceBounds();
  }

  /** Notes the weight of a new value; whether it is more than before. */
  #reweigh(slot: number, bytes: number): boolean {
    const { weights } = this;
    if (weights === undefined) return false;
    const isHeavier = bytes > weights.of(slot);
    weights.drop(slot);
    weights.put(slot, bytes);
    this.policy.weighed?.(slot);
    return isHeavier;
  }

  /** The bytes of an entry; 0 when nobody asks, `NaN` when the weigher fails. */
  #weigh(key: K, value: V): number {
    if (this.weights === undefined) return 0;
    try {
      return this.weights.weigh(key, value);
    } catch (error) {
      this.complaints.callback('sizeOf', error);
      return Number.NaN;
    }
  }

  /** A value that is not to be stored takes the place of the one in `slot`, if any. */
  #outdate(slot: number): void {
    if (slot !== 0) this.remove(slot, this.endOf(slot) ?? 'replaced');
  }

  #noteLifetime(slot: number, lifetime: Lifetime): void {
    if (this.deadlines === undefined && !isForever(lifetime)) {
      this.keepDeadlines();
      this.isStraight = this.#maySetStraight();
    }
    this.deadlines?.written(slot, lifetime);
  }

  #noteTags(slot: number, tags: Tags): void {
    this.tags ??= new TagLists(this.store.slots);
    this.tags.written(slot, tags ?? []);
    // Every use is to see whether a tag was invalidated.
    if (tags !== undefined) this.store.state[slot]! |= GUARDED;
  }

  /** Whether the cache's health may have changed. */
  #isCheckDue(): boolean {
    const { marks, weights, counters } = this;
    if (counters.inserts >= marks.checkAt) return true;
    return weights !== undefined && (weights.total >= marks.bytesAbove || weights.total < marks.bytesBelow);
  }

  /** A key that is not here; remembered with its hash, which is most of the work of the set that often follows. */
  #miss(key: K, hash: number): undefined {
    if (this.isClosed) throw closedError(this.options.name);
    this.counters.misses++;
    this.policy.missed(hash);
    // Only strings: an object must not be kept from being collected by having been asked for.
    if (typeof key !== 'string') return undefined;
    this.hasMissed = true;
    this.missedKey = key;
    this.missedHash = hash;
    return undefined;
  }

  /** A miss of an entry that is gone but for being taken out. */
  #missOver(slot: number, end: 'expired' | 'invalidated'): void {
    this.counters.misses++;
    if (end === 'expired' && this.deadlines!.isKept(slot)) return;
    this.remove(slot, end);
    this.deliver();
  }

  protected override restart(): void {
    super.restart();
    this.hasMissed = false;
    this.missedKey = undefined;
  }
}
