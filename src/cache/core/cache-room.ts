/** How a cache keeps inside its bounds: who leaves, when, and into how much memory the rest fits. */
import type { RemovalCause } from '../removal.ts';
import { CacheParts } from './cache-parts.ts';
import { State } from './slots.ts';

/** Slots below which a cache that was made smaller keeps those it has. */
const LEAST_ROOM_TO_GIVE = 1024;
// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { TOUCHED, GUARDED, COUNT, PINNED } = State;
/** What of an entry's state stays true in a new slot under a new policy. */
const KEPT_STATE: number = TOUCHED | COUNT | GUARDED | PINNED;

export abstract class CacheRoom<K, V> extends CacheParts<K, V> {
  /** Evicts up to `wanted` entries, expired ones first; returns how many. */
  evict(wanted: number, cause: RemovalCause): number {
    const evicted = this.evictSome(wanted, cause);
    this.deliver();
    return evicted;
  }

  /** {@link evict}; the notices wait for {@link deliver}. */
  evictSome(wanted: number, cause: RemovalCause): number {
    let evicted = 0;
    while (evicted < wanted && this.evictOne(cause)) evicted++;
    this.knownHealth?.evicted();
    return evicted;
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
    for (; left > 0 && this.weights!.total > bytes; left--) if (!this.evictOne('pressure')) return true;
    return left > 0;
  }

  resize(maxEntries: number | undefined, maxBytes: number | undefined): void {
    this.maxEntries = maxEntries ?? this.maxEntries;
    this.maxBytes = maxBytes ?? this.maxBytes;
    this.limit = this.findLimit();
    this.enforceBounds();
    this.giveBackRoom();
    this.store.setLimit(this.limit);
    this.follow(this.firstCapacity());
    this.knownHealth?.rebounded();
    this.deliver();
  }

  /** Evicts what is too much: after the bounds changed, or when what could not leave is no longer in use. */
  enforceBounds(): void {
    while (this.isTooMuch(0, 0) && this.evictOne('capacity'));
  }

  /** Gives back the memory of the slots, if there are far more than entries. */
  giveBackRoom(): void {
    const { slots, count } = this.store;
    if (slots.room > LEAST_ROOM_TO_GIVE && count < slots.room / 4) this.#moveToNewStore();
  }

  /** Whether there is room for one more entry of that many bytes, after evicting what had to leave. */
  protected makeRoom(bytes: number): boolean {
    if (!this.isTooMuch(1, bytes)) return true;
    if (this.weights !== undefined && this.store.count < this.capacity * 0.75) this.follow(this.store.count);
    for (let left = this.options.evictBatch; left > 0 || this.isTooMuch(1, bytes); left--) {
      if (!this.evictOne('capacity')) break;
    }
    return !this.isTooMuch(1, bytes);
  }

  /** Evicts others until the entry in `slot`, which weighs more now, has room; if all others are pinned, it leaves. */
  protected makeRoomAround(slot: number): void {
    const isInUse = (this.store.state[slot]! & PINNED) !== 0;
    if (!isInUse) this.pin(slot);
    while (this.isTooMuch(0, 0) && this.evictOne('capacity'));
    if (!isInUse) this.unpin(slot);
    if (this.isTooMuch(0, 0)) this.reject(slot, this.weights!.of(slot));
  }

  /** Does not store an entry; what was under its key leaves, because it is no longer true. */
  protected reject(slot: number, bytes: number): void {
    this.counters.rejected++;
    if (slot !== 0) this.remove(slot, 'replaced');
    if (Number.isNaN(bytes)) return;
    this.complaints.rejected(bytes, this.maxBytes, (level, code, message) => this.health.alert(level, code, message));
  }

  /** Whether so many more entries and bytes would be too many. */
  protected isTooMuch(entries: number, bytes: number): boolean {
    if (this.store.count + entries > this.limit) return true;
    return this.weights !== undefined && this.weights.total + bytes > this.maxBytes;
  }

  protected evictOne(cause: RemovalCause): boolean {
    if (this.evictDue()) return true;
    const slot = this.policy.evict();
    if (slot === 0) return false;
    if (cause === 'capacity') this.countEviction(slot);
    this.drop(slot, cause);
    this.store.slots.release(slot);
    return true;
  }

  /** Takes out an entry that is gone already but for that, if there is one. */
  protected evictDue(): boolean {
    if (this.removeDead()) return true;
    const due = this.deadlines?.nextDue() ?? 0;
    if (due === 0) return false;
    this.remove(due, 'expired');
    return true;
  }

  /** Tells the policy how many entries a full cache has. */
  protected follow(capacity: number): void {
    this.capacity = Math.max(1, Math.min(capacity, this.limit));
    this.policy.resize(this.capacity);
  }

  /** Moves all entries to new slots, as many as they need, and gives back the memory of the old ones. */
  #moveToNewStore(): void {
    const { slots: former } = this.store;
    const { weights } = this;
    const from = Uint32Array.from(this.policy.slots());
    const bytes = weights === undefined ? undefined : Float64Array.from(from, (slot) => weights.of(slot));
    const { tags } = this;
    this.restart();
    from.forEach((old, i) => {
      const key = former.keyAt(old);
      const slot = this.store.insert(key, former.valueAt(old), this.store.keyHash.of(key));
      this.store.state[slot] = former.state[old]! & KEPT_STATE;
      if (bytes !== undefined) weights!.put(slot, bytes[i]!);
      this.policy.inserted(slot);
    });
    this.deadlines?.moved(from);
    tags?.moved(from, this.store.slots);
    this.tags = tags;
  }

  protected restart(): void {
    this.store.restart(this.limit);
    this.capacity = this.firstCapacity();
    this.weights?.restart(this.store.slots);
    this.tags = undefined;
    this.policy = this.makePolicy();
  }
}
