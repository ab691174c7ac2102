/**
 * What a cache does, without its face: entries come, are used, are replaced, and leave, inside their bounds.
 *
 * Every operation first asks the user's functions that it needs (the weigher), then changes the state in one go without
 * calling anybody, then delivers the removal notices. So whatever a disposer does, it finds the cache whole.
 */
import { Weights } from '../bytes.ts';
import { Expiry } from '../expiry/expiry.ts';
import { isForever, isNever, lifetimeOf } from '../expiry/lifetime.ts';
import type { Lifetime } from '../expiry/lifetime.ts';
import type { EntryOptions, ResolvedCacheOptions } from '../options.ts';
import { makePolicy } from '../policy/make-policy.ts';
import type { Policy } from '../policy/policy.ts';
import type { RemovalCause } from '../removal.ts';
import { Notices, wasEvicted } from '../removal.ts';
import { sizeOf } from '../size-of/index.ts';
import { Counters } from '../stats.ts';
import { Complaints } from './complaints.ts';
import type { Deadlines, Flights } from './features.ts';
import { State } from './slots.ts';
import { MOST_ENTRIES, Store } from './store.ts';

/** A bound by bytes alone does not say how many entries that is; the policy begins with this many and follows. */
const FIRST_GUESS = 1024;
/** What the cache itself takes for an entry, about: key and value, hash, links, its places in index and sketch, its weight. */
const OWN_BYTES = 48;
/** Slots below which a cache that was made smaller keeps those it has. */
const LEAST_ROOM_TO_GIVE = 1024;
// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { QUIET, TOUCHED, GUARDED, COUNT, PINNED } = State;
/** What of an entry's state stays true in a new slot under a new policy. */
const KEPT_STATE: number = TOUCHED | COUNT | GUARDED | PINNED;

export class CacheCore<K, V> {
  store: Store;
  policy: Policy;
  readonly options: ResolvedCacheOptions<K, V>;
  readonly counters: Counters = new Counters();
  readonly complaints: Complaints;
  readonly weights: Weights<K, V> | undefined;
  maxEntries: number;
  maxBytes: number;
  isClosed = false;
  /** There once an entry has one, or its age is asked for. */
  deadlines: Deadlines<Lifetime> | undefined;
  /** Set by the part that loads. */
  flights: Flights | undefined;
  readonly #notices: Notices<K, V> | undefined;
  /** Entries at most, also where only bytes are bounded. */
  #limit: number;
  /** How many entries the policy thinks a full cache has. */
  #capacity: number;
  // A string that was just asked for and is not here, and its hash: most misses are followed by a set of the same key.
  #hasMissed = false;
  #missedKey: unknown = undefined;
  #missedHash = 0;

  constructor(options: ResolvedCacheOptions<K, V>) {
    this.options = options;
    this.maxEntries = options.maxEntries ?? Number.POSITIVE_INFINITY;
    this.maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.complaints = new Complaints(options.name, options.onError);
    if (options.dispose !== undefined) {
      this.#notices = new Notices(options.dispose, (error) => this.complaints.callback('dispose', error));
    }
    this.#limit = this.#findLimit();
    this.store = new Store(this.#limit);
    this.#capacity = this.#firstCapacity();
    const weigher = options.sizeOf ?? (options.maxBytes === undefined ? undefined : sizeOfEntry);
    this.weights = weigher === undefined ? undefined : new Weights(this.store.slots, weigher);
    this.policy = this.#makePolicy();
    if (options.loading.refreshAfter < Number.POSITIVE_INFINITY) this.keepDeadlines();
  }

  get size(): number {
    return this.store.count;
  }

  /** The slot of `key`; 0 when it is not here or its time is up. No use of the entry. */
  slotOf(key: unknown): number {
    const slot = this.store.find(key, this.store.keyHash.of(key));
    return slot !== 0 && this.isDue(slot) ? 0 : slot;
  }

  /** Whether the entry in `slot` has a deadline that has passed. */
  isDue(slot: number): boolean {
    return (this.store.slots.state[slot]! & GUARDED) !== 0 && this.deadlines!.isDue(slot, true);
  }

  /** The rest of a `get` that did not meet a quiet entry at its first probe. */
  get(key: K, hash: number): V | undefined {
    const slot = this.store.find(key, hash);
    return slot === 0 ? this.#miss(key, hash) : this.hit(slot);
  }

  /** A use of the entry in `slot`: its value, unless its time is up. */
  hit(slot: number): V | undefined {
    const { store } = this;
    const state = store.state[slot]!;
    if ((state & GUARDED) !== 0 && this.deadlines!.isDue(slot, false)) {
      this.#expire(slot);
      return undefined;
    }
    store.hits++;
    if ((state & QUIET) === 0) this.policy.touched(slot);
    return store.slots.valueAt(slot) as V;
  }

  set(key: K, value: V, options: EntryOptions | undefined): void {
    this.counters.sets++;
    const lifetime = lifetimeOf(this.options.expiry, value, key, options);
    const bytes = this.#weigh(key, value);
    const isMissed = this.#hasMissed && key === this.#missedKey;
    const hash = isMissed ? this.#missedHash : this.store.keyHash.of(key);
    const slot = isMissed ? 0 : this.store.find(key, hash);
    this.#hasMissed = false;
    this.flights?.overtaken(key);
    if (this.isClosed || (this.weights !== undefined && !(bytes <= this.maxBytes))) this.#reject(slot, bytes);
    else if (isNever(lifetime)) this.#outdate(slot);
    else if (slot !== 0) this.#replace(slot, value, bytes, lifetime);
    else this.#insert(key, value, hash, bytes, lifetime);
    this.deliver();
  }

  delete(key: K, cause: RemovalCause = 'deleted'): boolean {
    const slot = this.store.find(key, this.store.keyHash.of(key));
    this.flights?.overtaken(key);
    if (slot === 0) return false;
    if (this.isDue(slot)) {
      this.remove(slot, 'expired');
      this.deliver();
      return false;
    }
    this.remove(slot, cause);
    this.deliver();
    return true;
  }

  /** Takes out every entry, and gives back the memory. */
  clear(cause: RemovalCause): void {
    const former = this.store;
    if (this.#notices !== undefined) {
      for (const slot of this.policy.slots()) {
        this.#notices.add(former.slots.valueAt(slot) as V, former.slots.keyAt(slot) as K, cause);
      }
    }
    this.flights?.allOvertaken();
    this.#restart();
    this.deadlines?.restarted();
    this.deliver();
  }

  /** Evicts up to `wanted` entries, expired ones first; returns how many. */
  evict(wanted: number, cause: RemovalCause): number {
    let evicted = 0;
    while (evicted < wanted && this.#evictOne(cause)) evicted++;
    this.deliver();
    return evicted;
  }

  resize(maxEntries: number | undefined, maxBytes: number | undefined): void {
    this.maxEntries = maxEntries ?? this.maxEntries;
    this.maxBytes = maxBytes ?? this.maxBytes;
    this.#limit = this.#findLimit();
    while (this.#isOver(0, 0) && this.#evictOne('capacity'));
    const { slots, count } = this.store;
    if (slots.room > LEAST_ROOM_TO_GIVE && count < slots.room / 4) this.#moveToNewStore();
    else this.store.setLimit(this.#limit);
    this.#follow(this.#firstCapacity());
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
      if (this.store !== store) slot = this.store.find(slots.keyAt(slot), this.store.keyHash.of(slots.keyAt(slot)));
      if (slot !== 0 && !this.isDue(slot)) yield slot;
    }
  }

  /** Takes the entry in `slot` out; the notice waits for {@link deliver}. */
  remove(slot: number, cause: RemovalCause): void {
    this.#drop(slot, cause);
    this.policy.removed(slot);
  }

  /** Begins to keep deadlines of entries. */
  keepDeadlines(): void {
    const { expiry, loading } = this.options;
    this.deadlines = new Expiry(
      {
        states: () => this.store.slots.state,
        expire: (slot) => this.remove(slot, 'expired'),
        deliver: () => this.deliver(),
      },
      {
        clock: expiry.clock,
        sweepInterval: expiry.sweepInterval,
        grace: Math.max(loading.staleWhileRevalidate, loading.staleIfError),
        keepsAges: loading.refreshAfter < Number.POSITIVE_INFINITY,
      },
    );
  }

  /** Tells the disposer of what has left, unless it is being told already. */
  deliver(): void {
    this.#notices?.deliver();
  }

  /** A key that is not here; remembered with its hash, which is most of the work of the set that often follows. */
  #miss(key: K, hash: number): undefined {
    this.counters.misses++;
    this.policy.missed(hash);
    // Only strings: an object must not be kept from being collected by having been asked for.
    if (typeof key !== 'string') return undefined;
    this.#hasMissed = true;
    this.#missedKey = key;
    this.#missedHash = hash;
    return undefined;
  }

  #expire(slot: number): void {
    this.counters.misses++;
    if (this.deadlines!.isKept(slot)) return;
    this.remove(slot, 'expired');
    this.deliver();
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

  #insert(key: K, value: V, hash: number, bytes: number, lifetime: Lifetime): void {
    if (!this.#makeRoom(bytes)) {
      this.#reject(0, bytes);
      return;
    }
    this.counters.inserts++;
    const slot = this.store.insert(key, value, hash);
    this.weights?.put(slot, bytes);
    if (this.store.count > this.#capacity) this.#follow(this.#capacity * 2);
    this.policy.inserted(slot);
    this.#noteLifetime(slot, lifetime);
  }

  #replace(slot: number, value: V, bytes: number, lifetime: Lifetime): void {
    const { slots } = this.store;
    const before = slots.valueAt(slot) as V;
    if (this.#notices !== undefined && before !== value) {
      this.#notices.add(before, slots.keyAt(slot) as K, this.isDue(slot) ? 'expired' : 'replaced');
    }
    slots.setValue(slot, value);
    if ((slots.state[slot]! & QUIET) === 0) this.policy.touched(slot);
    this.#noteLifetime(slot, lifetime);
    if (this.weights === undefined) return;
    this.weights.drop(slot);
    this.weights.put(slot, bytes);
    this.policy.weighed?.(slot);
    if (this.#isOver(0, 0)) this.#makeRoomAround(slot);
  }

  /** Evicts others until the entry in `slot`, which weighs more now, has room; if all others are pinned, it leaves. */
  #makeRoomAround(slot: number): void {
    const { state } = this.store;
    const wasPinned = state[slot]! & PINNED;
    state[slot]! |= PINNED;
    while (this.#isOver(0, 0) && this.#evictOne('capacity'));
    state[slot] = (state[slot]! & ~PINNED) | wasPinned;
    if (this.#isOver(0, 0)) this.#reject(slot, this.weights!.of(slot));
  }

  /** A value that is not to be stored takes the place of the one in `slot`, if any. */
  #outdate(slot: number): void {
    if (slot !== 0) this.remove(slot, this.isDue(slot) ? 'expired' : 'replaced');
  }

  #noteLifetime(slot: number, lifetime: Lifetime): void {
    if (this.deadlines === undefined && !isForever(lifetime)) this.keepDeadlines();
    this.deadlines?.written(slot, lifetime);
  }

  /** Does not store an entry; what was under its key leaves, because it is no longer true. */
  #reject(slot: number, bytes: number): void {
    this.counters.rejected++;
    if (slot !== 0) this.remove(slot, 'replaced');
    if (!this.isClosed && !Number.isNaN(bytes)) this.complaints.rejected(bytes, this.maxBytes);
  }

  /** Whether there is room for one more entry of that many bytes, after evicting what had to leave. */
  #makeRoom(bytes: number): boolean {
    if (!this.#isOver(1, bytes)) return true;
    if (this.weights === undefined && this.options.evictBatch === 1) return this.#evictOne('capacity');
    if (this.weights !== undefined && this.store.count < this.#capacity * 0.75) this.#follow(this.store.count);
    for (let left = this.options.evictBatch; left > 0 || this.#isOver(1, bytes); left--) {
      if (!this.#evictOne('capacity')) break;
    }
    return !this.#isOver(1, bytes);
  }

  /** Whether so many more entries and bytes would be too many. */
  #isOver(entries: number, bytes: number): boolean {
    if (this.store.count + entries > this.#limit) return true;
    return this.weights !== undefined && this.weights.total + bytes > this.maxBytes;
  }

  #evictOne(cause: RemovalCause): boolean {
    const due = this.deadlines?.nextDue() ?? 0;
    if (due !== 0) {
      this.remove(due, 'expired');
      return true;
    }
    const slot = this.policy.evict();
    if (slot === 0) return false;
    if ((this.store.slots.state[slot]! & (COUNT | TOUCHED)) === 0) this.counters.evictedUnused++;
    this.#drop(slot, cause);
    this.store.slots.release(slot);
    return true;
  }

  /** Takes the entry in `slot` out of everything but the policy. */
  #drop(slot: number, cause: RemovalCause): void {
    const { slots } = this.store;
    if (wasEvicted(cause)) this.counters.evictions[cause]++;
    this.#notices?.add(slots.valueAt(slot) as V, slots.keyAt(slot) as K, cause);
    this.deadlines?.removed(slot);
    this.weights?.drop(slot);
    this.store.remove(slot);
  }

  /** Entries at most: of a bound by bytes, one for each byte, or as many as the cache's own bytes allow. */
  #findLimit(): number {
    const leastBytes = this.options.sizeOf === undefined ? OWN_BYTES : 1;
    return Math.max(1, Math.min(this.maxEntries, MOST_ENTRIES, Math.ceil(this.maxBytes / leastBytes)));
  }

  #makePolicy(): Policy {
    const { weights } = this;
    return makePolicy(this.options.policy, this.store.slots, this.#capacity, (slot) => weights?.of(slot) ?? 0);
  }

  #firstCapacity(): number {
    return this.maxEntries < MOST_ENTRIES ? this.maxEntries : Math.max(FIRST_GUESS, this.store?.count ?? 0);
  }

  /** Tells the policy how many entries a full cache has. */
  #follow(capacity: number): void {
    this.#capacity = Math.max(1, Math.min(capacity, this.#limit));
    this.policy.resize(this.#capacity);
  }

  /** Moves all entries to new slots, as many as they need, and gives back the memory of the old ones. */
  #moveToNewStore(): void {
    const { store: former, weights } = this;
    const from = Uint32Array.from(this.policy.slots());
    const bytes = weights === undefined ? undefined : Float64Array.from(from, (slot) => weights.of(slot));
    this.#restart();
    from.forEach((old, i) => {
      const key = former.slots.keyAt(old);
      const slot = this.store.insert(key, former.slots.valueAt(old), this.store.keyHash.of(key));
      this.store.state[slot] = former.state[old]! & KEPT_STATE;
      if (bytes !== undefined) weights!.put(slot, bytes[i]!);
      this.policy.inserted(slot);
    });
    this.deadlines?.moved(from);
  }

  #restart(): void {
    const { hits } = this.store;
    this.store = new Store(this.#limit);
    this.store.hits = hits;
    this.#capacity = this.#firstCapacity();
    this.weights?.restart(this.store.slots);
    this.policy = this.#makePolicy();
    this.#hasMissed = false;
    this.#missedKey = undefined;
  }
}

/** What an entry takes by default: its value, its key, and its share of the cache. */
function sizeOfEntry(value: unknown, key: unknown): number {
  return sizeOf(value) + sizeOf(key) + OWN_BYTES;
}
