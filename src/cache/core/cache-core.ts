/**
 * What a cache does, without its face: entries come, are used, are replaced, and leave, inside their bounds.
 *
 * Every operation first asks the user's functions that it needs (the weigher), then changes the state in one go without
 * calling anybody, then delivers the removal notices. So whatever a disposer does, it finds the cache whole.
 */
import { Weights } from '../bytes.ts';
import { CleanupAlerts } from '../cleanup/cleanup-alerts.ts';
import { newCleanupCounters } from '../cleanup/cleanup-counters.ts';
import type { CleanupCounters } from '../cleanup/cleanup-counters.ts';
import { closedError } from '../cleanup/closed.ts';
import { Disposals } from '../cleanup/disposals.ts';
import { Expiry } from '../expiry/expiry.ts';
import { isForever, isNever, lifetimeOf } from '../expiry/lifetime.ts';
import type { Lifetime } from '../expiry/lifetime.ts';
import { Health } from '../health/health.ts';
import { HealthMarks } from '../health/marks.ts';
import { RemovalLog } from '../health/removal-log.ts';
import type { EntryOptions, ResolvedCacheOptions } from '../options.ts';
import { makePolicy } from '../policy/make-policy.ts';
import type { Policy } from '../policy/policy.ts';
import type { RemovalCause } from '../removal.ts';
import { Notices, wasEvicted } from '../removal.ts';
import { sizeOf } from '../size-of/index.ts';
import { Counters } from '../stats.ts';
import { tagsFor } from '../tags/entry-tags.ts';
import { TagLists } from '../tags/tag-lists.ts';
import { Complaints } from './complaints.ts';
import type { Deadlines, Flights, Uses } from './features.ts';
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

type Tags = readonly string[] | undefined;

export class CacheCore<K, V> {
  store: Store;
  policy: Policy;
  readonly options: ResolvedCacheOptions<K, V>;
  readonly counters: Counters = new Counters();
  readonly complaints: Complaints;
  readonly weights: Weights<K, V> | undefined;
  /** When {@link health} is to be asked. */
  readonly marks: HealthMarks = new HealthMarks();
  #health: Health | undefined;
  /** There when a logger is; {@link entryLog} as well when every entry is to have a line. */
  readonly removalLog: RemovalLog | undefined;
  readonly entryLog: RemovalLog | undefined;
  /** When it was made, on the steady clock. */
  readonly madeAt: number;
  maxEntries: number;
  maxBytes: number;
  isClosed = false;
  /** There once an entry has one, or its age is asked for. */
  deadlines: Deadlines<Lifetime> | undefined;
  /** There once an entry has a tag. */
  tags: TagLists | undefined;
  /** Set by the part that loads. */
  flights: Flights | undefined;
  /** Set by the part that leases and pins. */
  uses: Uses | undefined;
  readonly cleanup: CleanupCounters = newCleanupCounters();
  readonly cleanupAlerts: CleanupAlerts;
  /** There when values are disposed of. */
  readonly disposals: Disposals<K, V> | undefined;
  readonly notices: Notices<K, V> | undefined;
  /** Whether entries are bounded by number alone, live for ever, and leave one by one, with nobody to tell. */
  #isPlain: boolean;
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
    this.madeAt = options.expiry.clock.steadyNow();
    this.maxEntries = options.maxEntries ?? Number.POSITIVE_INFINITY;
    this.maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.complaints = new Complaints(options.name, options.onError, options.secretKeys);
    this.cleanupAlerts = new CleanupAlerts(this.complaints, options.expiry.clock, (level, code, message) =>
      this.health.incident(level, code, message),
    );
    const { dispose } = options.cleanup;
    if (dispose !== undefined) {
      this.disposals = new Disposals(dispose, options.cleanup, this.cleanup, this.complaints, this.cleanupAlerts);
      this.notices = new Notices(this.disposals);
    }
    this.#limit = this.#findLimit();
    this.store = new Store(this.#limit);
    this.#capacity = this.#firstCapacity();
    const isWeighed = options.maxBytes !== undefined || options.health.warnBytes !== undefined;
    const weigher = options.sizeOf ?? (isWeighed ? sizeOfEntry : undefined);
    this.weights = weigher === undefined ? undefined : new Weights(this.store.slots, weigher);
    this.policy = this.#makePolicy();
    this.removalLog = this.#makeRemovalLog();
    this.entryLog = options.health.logsEntries ? this.removalLog : undefined;
    this.#isPlain =
      dispose === undefined &&
      this.removalLog === undefined &&
      this.weights === undefined &&
      options.evictBatch === 1 &&
      options.maxEntries !== undefined &&
      isForever(options.expiry.standard) &&
      options.expiry.ttlOf === undefined &&
      options.tagging.tagsOf === undefined;
    if (this.#keepsAges()) this.keepDeadlines();
  }

  get size(): number {
    return this.store.count;
  }

  /** Made with the first entry: until then there is nothing to watch over. */
  get health(): Health {
    return (this.#health ??= this.#makeHealth());
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
    if (options === undefined && this.#isPlain && this.#isBare()) this.#setPlain(key, value);
    else this.#setWith(key, value, options);
  }

  /** Whether no feature has joined in since the cache was made. */
  #isBare(): boolean {
    return (
      this.deadlines === undefined && this.flights === undefined && this.tags === undefined && this.uses === undefined
    );
  }

  /** The short way of {@link set}, for a cache with nothing but a bound on entries: a fifth less for each insertion. */
  #setPlain(key: K, value: V): void {
    const { store, counters, policy } = this;
    counters.sets++;
    const isMissed = this.#hasMissed && key === this.#missedKey;
    const hash = isMissed ? this.#missedHash : store.keyHash.of(key);
    const known = isMissed ? 0 : store.find(key, hash);
    this.#hasMissed = false;
    if (known !== 0) {
      store.slots.setValue(known, value);
      if ((store.state[known]! & QUIET) === 0) policy.touched(known);
      return;
    }
    let slot = 0;
    if (store.count < this.#limit) slot = store.insert(key, value, hash);
    else {
      slot = policy.evict();
      if (slot === 0) {
        this.#reject(0, 0);
        return;
      }
      this.#countEviction(slot);
      counters.evictions.capacity++;
      store.swap(slot, key, value, hash);
    }
    counters.inserts++;
    policy.inserted(slot);
    if (counters.inserts >= this.marks.checkAt) this.health.check();
  }

  #setWith(key: K, value: V, options: EntryOptions | undefined): void {
    this.counters.sets++;
    const lifetime = lifetimeOf(this.options.expiry, value, key, options);
    const tags = tagsFor(this.options.tagging, value, key, options);
    const bytes = this.#weigh(key, value);
    const isMissed = this.#hasMissed && key === this.#missedKey;
    const hash = isMissed ? this.#missedHash : this.store.keyHash.of(key);
    const slot = isMissed ? 0 : this.store.find(key, hash);
    this.#hasMissed = false;
    this.flights?.overtaken(key);
    if (this.isClosed) throw closedError(this.options.name);
    if (this.weights !== undefined && !(bytes <= this.maxBytes)) this.#reject(slot, bytes);
    else if (isNever(lifetime)) this.#outdate(slot);
    else if (slot !== 0) this.#replace(slot, value, bytes, lifetime, tags);
    else this.#insert(key, value, hash, bytes, lifetime, tags);
    if (this.#isCheckDue()) this.health.check();
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
    if (this.#hearsOfRemovals()) {
      for (const slot of this.policy.slots()) this.#note(slot, cause, false);
    }
    this.flights?.allOvertaken();
    if (this.isClosed) this.#isPlain = false;
    this.#restart();
    this.deadlines?.restarted();
    this.#health?.settle();
    this.deliver();
  }

  /** Evicts up to `wanted` entries, expired ones first; returns how many. */
  evict(wanted: number, cause: RemovalCause): number {
    const evicted = this.evictSome(wanted, cause);
    this.deliver();
    return evicted;
  }

  /** {@link evict}; the notices wait for {@link deliver}. */
  evictSome(wanted: number, cause: RemovalCause): number {
    let evicted = 0;
    while (evicted < wanted && this.#evictOne(cause)) evicted++;
    this.#health?.evicted();
    return evicted;
  }

  /** Gives back the memory of the slots, if there are far more than entries. */
  giveBackRoom(): void {
    const { slots, count } = this.store;
    if (slots.room > LEAST_ROOM_TO_GIVE && count < slots.room / 4) this.#moveToNewStore();
  }

  resize(maxEntries: number | undefined, maxBytes: number | undefined): void {
    this.maxEntries = maxEntries ?? this.maxEntries;
    this.maxBytes = maxBytes ?? this.maxBytes;
    this.#limit = this.#findLimit();
    this.enforceBounds();
    this.giveBackRoom();
    this.store.setLimit(this.#limit);
    this.#follow(this.#firstCapacity());
    this.#health?.rebounded();
    this.deliver();
  }

  /** Evicts what is too much: after the bounds changed, or when what could not leave is no longer in use. */
  enforceBounds(): void {
    while (this.#isOver(0, 0) && this.#evictOne('capacity'));
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

  /**
   * Takes out what has expired, then what is least useful, until no more than `bytes` are left, but `most` entries at most;
   * whether it came to its end. The notices wait for {@link deliver}.
   */
  shrinkTo(bytes: number, most: number): boolean {
    let left = most;
    for (let due = this.deadlines?.nextDue() ?? 0; due !== 0; due = --left > 0 ? this.deadlines!.nextDue() : 0) {
      this.remove(due, 'expired');
    }
    for (; left > 0 && this.weights!.total > bytes; left--) if (!this.#evictOne('pressure')) return true;
    return left > 0;
  }

  /** Takes the entry in `slot` out; the notice waits for {@link deliver}. */
  remove(slot: number, cause: RemovalCause): void {
    this.#drop(slot, cause);
    this.policy.removed(slot);
    if (this.store.count < this.marks.sizeBelow) this.health.settle();
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
        keepsAges: this.#keepsAges(),
      },
    );
  }

  #keepsAges(): boolean {
    const { loading, health } = this.options;
    return loading.refreshAfter < Number.POSITIVE_INFINITY || health.tracksAges;
  }

  /** Tells the log and the disposer of what has left, the latter unless it is being told already. */
  deliver(): void {
    this.removalLog?.write();
    this.notices?.deliver();
  }

  /** A key that is not here; remembered with its hash, which is most of the work of the set that often follows. */
  #miss(key: K, hash: number): undefined {
    if (this.isClosed) throw closedError(this.options.name);
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

  #insert(key: K, value: V, hash: number, bytes: number, lifetime: Lifetime, tags: Tags): void {
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
    if (tags !== undefined) this.#noteTags(slot, tags);
  }

  #replace(slot: number, value: V, bytes: number, lifetime: Lifetime, tags: Tags): void {
    const { slots } = this.store;
    const before = slots.valueAt(slot) as V;
    if (this.#hearsOfRemovals() && before !== value) {
      this.#note(slot, this.isDue(slot) ? 'expired' : 'replaced', true);
    }
    slots.setValue(slot, value);
    if ((slots.state[slot]! & QUIET) === 0) this.policy.touched(slot);
    this.#noteLifetime(slot, lifetime);
    if (tags !== undefined || this.tags !== undefined) this.#noteTags(slot, tags);
    const isHeavier = this.#reweigh(slot, bytes);
    if (isHeavier && this.#isOver(0, 0)) this.#makeRoomAround(slot);
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

  #noteTags(slot: number, tags: Tags): void {
    this.tags ??= new TagLists(this.store.slots);
    this.tags.written(slot, tags ?? []);
  }

  /** Does not store an entry; what was under its key leaves, because it is no longer true. */
  #reject(slot: number, bytes: number): void {
    this.counters.rejected++;
    if (slot !== 0) this.remove(slot, 'replaced');
    if (Number.isNaN(bytes)) return;
    this.complaints.rejected(bytes, this.maxBytes, (level, code, message) => this.health.alert(level, code, message));
  }

  /** Whether the cache's health may have changed. */
  #isCheckDue(): boolean {
    const { marks, weights, counters } = this;
    if (counters.inserts >= marks.checkAt) return true;
    return weights !== undefined && (weights.total >= marks.bytesAbove || weights.total < marks.bytesBelow);
  }

  /** Whether there is room for one more entry of that many bytes, after evicting what had to leave. */
  #makeRoom(bytes: number): boolean {
    if (!this.#isOver(1, bytes)) return true;
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
    if (cause === 'capacity') this.#countEviction(slot);
    this.#drop(slot, cause);
    this.store.slots.release(slot);
    return true;
  }

  /** Whether anybody is to hear of each value that leaves. */
  #hearsOfRemovals(): boolean {
    return this.notices !== undefined || this.uses !== undefined || this.entryLog !== undefined;
  }

  /** The value in `slot` is leaving: its notice is queued, unless it is in use and its disposal has to wait. */
  #note(slot: number, cause: RemovalCause, entryStays: boolean): void {
    this.entryLog?.note(this.store.slots.keyAt(slot), cause);
    if (this.uses !== undefined && this.uses.left(slot, cause, entryStays)) return;
    const { slots } = this.store;
    this.notices?.add(slots.valueAt(slot) as V, slots.keyAt(slot) as K, cause);
  }

  /** Counts the entry in `slot`, which leaves for room. */
  #countEviction(slot: number): void {
    if ((this.store.state[slot]! & (COUNT | TOUCHED)) === 0) this.counters.evictedUnused++;
  }

  /** Takes the entry in `slot` out of everything but the policy. */
  #drop(slot: number, cause: RemovalCause): void {
    if (wasEvicted(cause)) this.counters.evictions[cause]++;
    this.#note(slot, cause, false);
    this.deadlines?.removed(slot);
    this.tags?.removed(slot);
    this.weights?.drop(slot);
    this.store.remove(slot);
  }

  /** Entries at most: of a bound by bytes, one for each byte, or as many as the cache's own bytes allow. */
  #findLimit(): number {
    const leastBytes = this.options.sizeOf === undefined ? OWN_BYTES : 1;
    return Math.max(1, Math.min(this.maxEntries, MOST_ENTRIES, Math.ceil(this.maxBytes / leastBytes)));
  }

  #makeHealth(): Health {
    const { complaints } = this;
    const { name, health, expiry } = this.options;
    const onError = (which: string, error: unknown): void => complaints.callback(which, error);
    return new Health(this, { name, title: complaints.title, options: health, clock: expiry.clock, onError });
  }

  #makeRemovalLog(): RemovalLog | undefined {
    const { name, health, secretKeys: isSecret } = this.options;
    if (health.logger === undefined) return undefined;
    const { complaints, counters } = this;
    const onError = (which: string, error: unknown): void => complaints.callback(which, error);
    const settings = { name, title: complaints.title, options: health, isSecret, onError };
    return new RemovalLog(health.logger, counters.evictions, settings);
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
    const { tags } = this;
    this.#restart();
    from.forEach((old, i) => {
      const key = former.slots.keyAt(old);
      const slot = this.store.insert(key, former.slots.valueAt(old), this.store.keyHash.of(key));
      this.store.state[slot] = former.state[old]! & KEPT_STATE;
      if (bytes !== undefined) weights!.put(slot, bytes[i]!);
      this.policy.inserted(slot);
    });
    this.deadlines?.moved(from);
    tags?.moved(from, this.store.slots);
    this.tags = tags;
  }

  #restart(): void {
    const { hits } = this.store;
    this.store = new Store(this.#limit);
    this.store.hits = hits;
    this.#capacity = this.#firstCapacity();
    this.weights?.restart(this.store.slots);
    this.tags = undefined;
    this.policy = this.#makePolicy();
    this.#hasMissed = false;
    this.#missedKey = undefined;
  }
}

/** What an entry takes by default: its value, its key, and its share of the cache. */
function sizeOfEntry(value: unknown, key: unknown): number {
  return sizeOf(value) + sizeOf(key) + OWN_BYTES;
}
