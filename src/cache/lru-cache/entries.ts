/**
 * The entries of an `LRUCache` and the changes they go through. A change queues its notices; the caller delivers them when
 * it is done.
 */
import { Ages } from './ages.ts';
import { Flight } from './flight.ts';
import type { Notices } from './notices.ts';
import { Purge } from './purge.ts';
import { Table } from './table.ts';
import type { Bounds } from './read-options.ts';
import type { DisposeReason, InsertReason, Perf, SetOptions, Status } from './types.ts';

/** What there is to know about a `set`: the options of the call, over those of the cache. */
export interface WriteRules extends Pick<SetOptions<never, never>, 'start'> {
  readonly ttl: number;
  readonly ttlAutopurge: boolean;
  readonly noDisposeOnSet: boolean;
  readonly noUpdateTTL: boolean;
}

/** What a fetch is told that loses its place. */
const OVERTAKEN: Readonly<Record<DisposeReason, string>> = {
  evict: 'evicted',
  set: 'replaced',
  delete: 'deleted',
  expire: 'deleted',
  fetch: 'deleted',
};

export class Entries<K, V, FC> {
  readonly table: Table<K, V | Flight<K, V, FC>>;
  /** There once an entry has a time. */
  ages: Ages | undefined;
  /** Fetches that have a place; without any, what is held is a value. */
  flights = 0;
  readonly bounds: Bounds;
  readonly #notices: Notices<K, V>;
  readonly #perf: Perf | undefined;
  #purge: Purge | undefined;

  constructor(bounds: Bounds, notices: Notices<K, V>, perf: Perf | undefined) {
    this.bounds = bounds;
    this.#notices = notices;
    this.#perf = perf;
    const most = bounds.max === 0 ? Number.POSITIVE_INFINITY : bounds.max;
    // A size is 1 at least.
    this.table = new Table(bounds.maxSize === 0 ? most : Math.min(most, bounds.maxSize), bounds.hasSizes);
  }

  flightAt(slot: number): Flight<K, V, FC> | undefined {
    if (this.flights === 0) return undefined;
    const held = this.table.heldAt(slot);
    return held instanceof Flight ? held : undefined;
  }

  /** The value in `slot`, which may be the old one of a fetch; `undefined` when it has none yet. */
  valueAt(slot: number): V | undefined {
    const held = this.table.heldAt(slot);
    return held instanceof Flight ? held.stale : held;
  }

  isStale(slot: number, resolution: number): boolean {
    return this.ages !== undefined && this.ages.isStale(slot, resolution);
  }

  /** Tells the time of the entry in `slot`, if it has one. */
  describeTime(slot: number, resolution: number, status: Status<K, V>): void {
    const { ages } = this;
    if (slot !== 0) ages?.describe(slot, ages.now(resolution), status);
  }

  /** Stores a value, over what is under its key, and makes room for it. `landing`: the fetch that brought it. */
  put(key: K, value: V, size: number, rules: WriteRules, landing?: Flight<K, V, FC>): InsertReason {
    const { table } = this;
    const hash = table.hashOf(key);
    let slot = table.store.find(key, hash);
    let before: V | undefined;
    if (slot === 0) {
      this.#makeRoomForOne();
      slot = table.insert(key, value, hash);
    } else {
      before = this.#takeOver(slot, landing);
      table.touch(slot);
      table.setHeld(slot, value);
      const isGone = before !== undefined && before !== value;
      if (isGone && !rules.noDisposeOnSet) this.#notices.removed(before!, key, 'set');
    }
    if (this.bounds.hasSizes) this.#resize(slot, size);
    if (rules.ttl !== 0 || this.ages !== undefined) this.#noteTime(slot, rules, before !== undefined);
    const reason = before === undefined ? 'add' : before === value ? 'update' : 'replace';
    this.#notices.inserted(value, key, reason);
    return reason;
  }

  /** Gives a fetch the place of its key. */
  board(flight: Flight<K, V, FC>, size: number): void {
    const { table } = this;
    const { key } = flight;
    const hash = table.hashOf(key);
    const slot = table.store.find(key, hash);
    if (slot === 0) {
      this.#makeRoomForOne();
      const place = table.insert(key, flight, hash);
      if (this.bounds.hasSizes) this.#resize(place, size);
      this.ages?.set(place, 0, Infinity);
    } else {
      // `fetchMethod` may have stored something under the key before it returned.
      flight.stale = this.#takeOver(slot, undefined);
      table.setHeld(slot, flight);
    }
    flight.isAboard = true;
    this.flights++;
  }

  /** Ends a fetch without a new value: puts the old one back, or takes the key out. */
  giveUp(flight: Flight<K, V, FC>, keepsStale: boolean): void {
    const slot = this.table.slotOf(flight.key);
    if (!keepsStale || flight.stale === undefined) {
      this.remove(slot, 'fetch');
      return;
    }
    this.#leave(flight);
    this.table.setHeld(slot, flight.stale);
    if (this.ages !== undefined) this.#purge?.schedule(slot, this.ages.leftAt(slot, this.ages.exactNow()));
  }

  remove(slot: number, reason: DisposeReason): void {
    const { table } = this;
    const key = table.keyAt(slot);
    const value = this.valueAt(slot);
    this.#overtake(this.flightAt(slot), reason);
    this.#purge?.removed(slot);
    table.remove(slot);
    if (value !== undefined) this.#notices.removed(value, key, reason);
  }

  clear(): void {
    for (const slot of this.table.walk(true)) {
      const value = this.valueAt(slot);
      this.#overtake(this.flightAt(slot), 'delete');
      if (value !== undefined) this.#notices.removed(value, this.table.keyAt(slot), 'delete');
    }
    this.table.clear();
    this.ages?.restart(this.table.store.slots);
    this.#purge?.restart();
  }

  /** Begins to keep times. */
  keepAges(): Ages {
    return (this.ages ??= new Ages(this.table.store.slots, this.#perf));
  }

  /** The value that is about to be replaced in `slot`; a fetch of its key that is not the one landing is overtaken. */
  #takeOver(slot: number, landing: Flight<K, V, FC> | undefined): V | undefined {
    const flight = this.flightAt(slot);
    if (flight === undefined) return this.table.heldAt(slot) as V;
    if (flight === landing) this.#leave(flight);
    else this.#overtake(flight, 'set');
    return flight.stale;
  }

  #overtake(flight: Flight<K, V, FC> | undefined, reason: DisposeReason): void {
    if (flight === undefined) return;
    this.#leave(flight);
    if (reason !== 'fetch') this.#notices.aborted(() => flight.overtaken(OVERTAKEN[reason]));
  }

  #leave(flight: Flight<K, V, FC>): void {
    flight.isAboard = false;
    this.flights--;
  }

  #makeRoomForOne(): void {
    if (this.table.store.count >= this.table.limit) this.remove(this.table.coldest(), 'evict');
  }

  /** Gives the entry in `slot`, which was used last, its size; others leave until the sum fits. */
  #resize(slot: number, size: number): void {
    const { table } = this;
    const { maxSize } = this.bounds;
    const isTooMuch = (): boolean => table.totalSize - table.sizeAt(slot) + size > maxSize;
    if (maxSize !== 0) while (table.coldest() !== slot && isTooMuch()) this.remove(table.coldest(), 'evict');
    table.setSize(slot, size);
  }

  #noteTime(slot: number, rules: WriteRules, isUpdate: boolean): void {
    const ages = this.ages ?? this.keepAges();
    if (isUpdate && rules.noUpdateTTL) return;
    const now = ages.exactNow();
    ages.set(slot, rules.ttl, rules.start ?? now);
    if (rules.ttlAutopurge || this.bounds.isBoundedByTimeOnly) {
      this.#purge ??= this.#makePurge();
      this.#purge.schedule(slot, ages.leftAt(slot, now));
    } else this.#purge?.removed(slot);
  }

  #makePurge(): Purge {
    return new Purge({
      slots: () => this.table.store.slots,
      purge: (slot) => this.#purgeOne(slot),
      deliver: () => this.#notices.deliverQuietly(),
    });
  }

  #purgeOne(slot: number): number | undefined {
    // Somebody is waiting for its new value already.
    if (this.flightAt(slot) !== undefined) return undefined;
    const left = this.ages!.leftAt(slot, this.ages!.exactNow());
    if (left >= 0) return left;
    this.remove(slot, 'expire');
    return undefined;
  }
}
