/**
 * Entries in use: leased by whoever works with the value, or pinned by their key.
 *
 * Such an entry has PINNED in its state: no policy evicts it, and its idle time does not run. Its `ttl` does, and anybody may
 * replace or delete it. What leaves under a lease is parked here until the last lease of that value has ended, and is
 * disposed of then. A lease is on a value, a pin on a key: a new value under the key is not leased, but is pinned.
 *
 * Leases end by themselves after their time, so that one that is forgotten does not hold its entry for ever. All have the same
 * time, so a set in the order in which they were taken or renewed is also the order in which they lapse; the process's one
 * sweeping timer looks at it.
 *
 * **Cost:** one small object for each entry in use and one for each lease; nothing for the others.
 */
import type { CacheCore } from '../core/cache-core.ts';
import type { Uses } from '../core/features.ts';
import { State } from '../core/slots.ts';
import { sweeperOf } from '../expiry/sweeper.ts';
import type { Sweepable, Sweeper } from '../expiry/sweeper.ts';
import { Removal } from '../removal.ts';
import type { RemovalCause } from '../removal.ts';
import { Lease } from './lease.ts';
import type { Lessor } from './lease.ts';

const { PINNED, GUARDED } = State;

/** Why an entry is in use; once its value has left, what is to be done when the leases have ended. */
interface Hold<K, V> {
  readonly key: K;
  leases: number;
  isPinned: boolean;
  removal: Removal<K, V> | undefined;
}

/** A load that has come to its end, as far as leases go. */
export interface Landing {
  /** The key was written meanwhile. */
  readonly isOvertaken: boolean;
  /** The value is an older one: the load failed. */
  readonly hasFallenBack: boolean;
}

interface Term<K, V> {
  readonly hold: Hold<K, V>;
  /** When the lease lapses. */
  end: number;
}

export class Holds<K, V> implements Uses, Lessor, Sweepable {
  readonly #core: CacheCore<K, V>;
  readonly #sweeper: Sweeper;
  /** Those whose entries are in the cache. */
  readonly #byKey = new Map<K, Hold<K, V>>();
  /** In the order in which they lapse. */
  readonly #leases = new Map<Lease<unknown>, Term<K, V>>();
  /** Those of values that were loaded and not stored. */
  readonly #unstoredBy = new WeakMap<Landing, Hold<K, V>>();
  #sweepId: number | undefined;

  constructor(core: CacheCore<K, V>) {
    this.#core = core;
    this.#sweeper = sweeperOf(core.options.expiry.clock);
  }

  /** Uses the entry of `key` and leases its value; `undefined` when it is not here. */
  acquire(key: K): Lease<V> | undefined {
    const core = this.#core;
    // Counts as `get` does, and may deliver notices; so what is there is looked up afterwards.
    core.use(key);
    const slot = core.slotOf(key);
    if (slot === 0) return undefined;
    return this.#lease(this.#holdOf(slot), core.store.slots.valueAt(slot) as V);
  }

  /**
   * Leases `value`, which `key` has, or which a load has just brought. One that was not stored (something else happened to the
   * key meanwhile, or there was no room) belongs to those who lease it, and is disposed of when the last of them has done.
   */
  acquireLoaded(key: K, value: V, load: Landing | undefined): Lease<V> {
    const { store } = this.#core;
    const slot = store.find(key, store.keyHash.of(key));
    const isStored = slot !== 0 && Object.is(store.slots.valueAt(slot), value);
    return this.#lease(isStored ? this.#holdOf(slot) : this.#unstored(key, value, load), value);
  }

  renew(lease: Lease<unknown>): boolean {
    const term = this.#leases.get(lease);
    if (term === undefined) return false;
    this.#leases.delete(lease);
    term.end = this.#nextEnd();
    this.#leases.set(lease, term);
    return true;
  }

  release(lease: Lease<unknown>): boolean {
    const term = this.#leases.get(lease);
    if (term === undefined) return false;
    this.#leases.delete(lease);
    this.#core.cleanup.leases--;
    term.hold.leases--;
    this.#free(term.hold);
    return true;
  }

  /** Keeps the entry of `key` from leaving by itself; whether it is here. */
  pin(key: K): boolean {
    const slot = this.#core.slotOf(key);
    if (slot === 0) return false;
    this.#holdOf(slot).isPinned = true;
    return true;
  }

  /** Takes a pin back; whether there was one. */
  unpin(key: K): boolean {
    const hold = this.#byKey.get(key);
    if (hold?.isPinned !== true) return false;
    hold.isPinned = false;
    this.#free(hold);
    return true;
  }

  left(slot: number, cause: RemovalCause, entryStays: boolean): boolean {
    const { store, disposals } = this.#core;
    if ((store.state[slot]! & PINNED) === 0) return false;
    const key = store.slots.keyAt(slot) as K;
    const hold = this.#byKey.get(key);
    if (hold === undefined) return false;
    this.#byKey.delete(key);
    if (entryStays) {
      if (hold.isPinned) this.#holdOf(slot).isPinned = true;
      else this.#core.unpin(slot);
    }
    if (hold.leases === 0) return false;
    hold.isPinned = false;
    hold.removal = new Removal(store.slots.valueAt(slot) as V, key, cause);
    disposals?.expect();
    return true;
  }

  /** Ends every lease, because nobody is to be waited for any more. */
  endAll(): void {
    for (const lease of this.#leases.keys()) lease.release();
  }

  sweep(now: number): number {
    for (const [lease, { end }] of this.#leases) {
      if (end > now) return end;
      this.#lapse(lease);
    }
    // Without leases there is nothing to look at: no place in the sweeper either.
    if (this.#sweepId !== undefined) this.#sweeper.remove(this.#sweepId);
    this.#sweepId = undefined;
    return Number.POSITIVE_INFINITY;
  }

  #lease(hold: Hold<K, V>, value: V): Lease<V> {
    const lease = new Lease<V>(this, value);
    hold.leases++;
    this.#core.cleanup.leases++;
    this.#leases.set(lease, { hold, end: this.#nextEnd() });
    this.#wake();
    return lease;
  }

  /** The hold of a value that is not in the cache: one for all who waited for the same load. */
  #unstored(key: K, value: V, load: Landing | undefined): Hold<K, V> {
    const known = load === undefined ? undefined : this.#unstoredBy.get(load);
    if (known !== undefined) return known;
    const hold: Hold<K, V> = { key, leases: 0, isPinned: false, removal: undefined };
    if (load === undefined) return hold;
    this.#unstoredBy.set(load, hold);
    const { disposals } = this.#core;
    if (disposals === undefined || value === undefined || load.hasFallenBack) return hold;
    disposals.expect();
    hold.removal = new Removal(value, key, load.isOvertaken ? 'replaced' : 'capacity');
    return hold;
  }

  #lapse(lease: Lease<unknown>): void {
    const { cleanup, cleanupAlerts, options } = this.#core;
    cleanup.lapsedLeases++;
    cleanupAlerts.lapsed(options.cleanup.leaseTimeout);
    lease.release();
  }

  #holdOf(slot: number): Hold<K, V> {
    const { store } = this.#core;
    const key = store.slots.keyAt(slot) as K;
    let hold = this.#byKey.get(key);
    if (hold === undefined) {
      hold = { key, leases: 0, isPinned: false, removal: undefined };
      this.#byKey.set(key, hold);
      this.#core.pin(slot);
    }
    return hold;
  }

  /** Lets go of what nobody uses any more. */
  #free(hold: Hold<K, V>): void {
    if (hold.leases > 0 || hold.isPinned) return;
    const core = this.#core;
    if (hold.removal !== undefined) core.notices?.resume(hold.removal);
    // A hold whose value has left without parking has nothing to do with the entry that is there now.
    else if (this.#byKey.get(hold.key) === hold) this.#unpin(hold.key);
    core.deliver();
  }

  #unpin(key: K): void {
    const core = this.#core;
    const { store } = core;
    this.#byKey.delete(key);
    const slot = store.find(key, store.keyHash.of(key));
    // It was in use until now: its idle time begins.
    if ((store.state[slot]! & GUARDED) !== 0) core.deadlines?.isDue(slot, false);
    core.unpin(slot);
    core.enforceBounds();
  }

  #nextEnd(): number {
    return this.#sweeper.time.now() + this.#core.options.cleanup.leaseTimeout;
  }

  #wake(): void {
    if (this.#sweepId !== undefined) return;
    this.#sweepId = this.#sweeper.add(this);
    this.#sweeper.wake(this.#sweepId, this.#nextEnd());
  }
}
