/**
 * What a cache is made of, put together by its options, and how an entry leaves all of it.
 *
 * A cache's inside is one object in three layers, because every part of a hit and of a `set` is looked for in it: this one,
 * the making of room (`cache-room.ts`), and what users ask for (`cache-core.ts`).
 */
import { Weights } from '../bytes.ts';
import { CleanupAlerts } from '../cleanup/cleanup-alerts.ts';
import { newCleanupCounters } from '../cleanup/cleanup-counters.ts';
import type { CleanupCounters } from '../cleanup/cleanup-counters.ts';
import { Disposals } from '../cleanup/disposals.ts';
import { Expiry } from '../expiry/expiry.ts';
import type { Lifetime } from '../expiry/lifetime.ts';
import { Health } from '../health/health.ts';
import { HealthMarks } from '../health/marks.ts';
import { RemovalLog } from '../health/removal-log.ts';
import type { ResolvedCacheOptions } from '../options.ts';
import { makePolicy } from '../policy/make-policy.ts';
import type { Policy } from '../policy/policy.ts';
import type { RemovalCause } from '../removal.ts';
import { Notices, wasEvicted } from '../removal.ts';
import { sizeOf } from '../size-of/index.ts';
import { Counters } from '../stats.ts';
import type { TagLists } from '../tags/tag-lists.ts';
import { TagSweep } from '../tags/tag-sweep.ts';
import { Complaints } from './complaints.ts';
import type { Deadlines, Flights, Uses } from './features.ts';
import { State } from './slots.ts';
import { MOST_ENTRIES, Store } from './store.ts';

/** A bound by bytes alone does not say how many entries that is; the policy begins with this many and follows. */
const FIRST_GUESS = 1024;
/** What the cache itself takes for an entry, about: key and value, hash, links, its places in index and sketch, its weight. */
const OWN_BYTES = 48;
// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { TOUCHED, GUARDED, COUNT, PINNED } = State;

export abstract class CacheParts<K, V> {
  readonly store: Store;
  policy: Policy;
  readonly options: ResolvedCacheOptions<K, V>;
  readonly counters: Counters = new Counters();
  readonly complaints: Complaints;
  readonly weights: Weights<K, V> | undefined;
  /** When {@link health} is to be asked. */
  readonly marks: HealthMarks = new HealthMarks();
  /** There once it was asked for. */
  protected knownHealth: Health | undefined;
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
  #tagSweep: TagSweep | undefined;
  /** Set by the part that loads. */
  flights: Flights | undefined;
  /** Set by the part that leases and pins. */
  uses: Uses | undefined;
  readonly cleanup: CleanupCounters = newCleanupCounters();
  readonly cleanupAlerts: CleanupAlerts;
  /** There when values are disposed of. */
  readonly disposals: Disposals<K, V> | undefined;
  readonly notices: Notices<K, V> | undefined;
  /** Entries at most, also where only bytes are bounded. */
  protected limit = 0;
  /** How many entries the policy thinks a full cache has. */
  protected capacity = 0;

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
    this.limit = this.findLimit();
    this.store = new Store(this.limit);
    this.capacity = this.firstCapacity();
    const isWeighed = options.maxBytes !== undefined || options.health.warnBytes !== undefined;
    const weigher = options.sizeOf ?? (isWeighed ? sizeOfEntry : undefined);
    this.weights = weigher === undefined ? undefined : new Weights(this.store.slots, weigher);
    this.policy = this.makePolicy();
    this.removalLog = this.#makeRemovalLog();
    this.entryLog = options.health.logsEntries ? this.removalLog : undefined;
    if (this.keepsAges()) this.keepDeadlines();
  }

  get size(): number {
    return this.store.count;
  }

  /** Made with the first entry: until then there is nothing to watch over. */
  get health(): Health {
    return (this.knownHealth ??= this.#makeHealth());
  }

  /** Whether the entry in `slot` is gone but for being taken out. */
  isOver(slot: number): boolean {
    return this.endOf(slot) !== undefined;
  }

  /**
   * What has ended the entry in `slot`, if anything: its deadline, or the invalidation of a tag. A use of it, unless `isPeek`,
   * may move its deadline.
   */
  endOf(slot: number, isPeek: boolean = true): 'expired' | 'invalidated' | undefined {
    if ((this.store.state[slot]! & GUARDED) === 0) return undefined;
    if (this.deadlines !== undefined && this.deadlines.isDue(slot, isPeek)) return 'expired';
    return this.tags !== undefined && this.tags.isDead(slot) ? 'invalidated' : undefined;
  }

  /** Has the entries of invalidated tags taken out, some at a time. */
  sweepDead(): void {
    this.#tagSweep ??= new TagSweep(
      { removeDead: () => this.removeDead(), deliver: () => this.deliver() },
      this.options.expiry.clock,
    );
    this.#tagSweep.start();
  }

  /** Takes out some entry of an invalidated tag, if there is one; the notice waits for {@link deliver}. */
  protected removeDead(): boolean {
    const slot = this.tags?.nextDead() ?? 0;
    if (slot === 0) return false;
    this.remove(slot, this.endOf(slot) ?? 'invalidated');
    return true;
  }

  /** From now on nothing evicts the entry in `slot`. */
  pin(slot: number): void {
    this.store.state[slot]! |= PINNED;
    this.policy.pinned?.(slot);
  }

  /** Takes {@link pin} back. */
  unpin(slot: number): void {
    this.store.state[slot]! &= ~PINNED;
    this.policy.unpinned?.(slot);
  }

  /** Takes the entry in `slot` out; the notice waits for {@link deliver}. */
  remove(slot: number, cause: RemovalCause): void {
    this.drop(slot, cause);
    this.policy.removed(slot);
    if (this.store.count < this.marks.sizeBelow) this.health.settle();
  }

  /** Tells the log and the disposer of what has left, the latter unless it is being told already. */
  deliver(): void {
    this.removalLog?.write();
    this.notices?.deliver();
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
        keepsAges: this.keepsAges(),
      },
    );
  }

  /** Takes out what is too much until no more than `bytes` are left, `most` entries at most; whether it came to its end. */
  abstract shrinkTo(bytes: number, most: number): boolean;

  /** Whether anybody is to hear of each value that leaves. */
  protected hearsOfRemovals(): boolean {
    return this.notices !== undefined || this.uses !== undefined || this.entryLog !== undefined;
  }

  /** The value in `slot` is leaving: its notice is queued, unless it is in use and its disposal has to wait. */
  protected note(slot: number, cause: RemovalCause, entryStays: boolean): void {
    this.entryLog?.note(this.store.slots.keyAt(slot), cause);
    if (this.uses !== undefined && this.uses.left(slot, cause, entryStays)) return;
    const { slots } = this.store;
    this.notices?.add(slots.valueAt(slot) as V, slots.keyAt(slot) as K, cause);
  }

  /** Counts the entry in `slot`, which leaves for room. */
  protected countEviction(slot: number): void {
    if ((this.store.state[slot]! & (COUNT | TOUCHED)) === 0) this.counters.evictedUnused++;
  }

  /** Takes the entry in `slot` out of everything but the policy. */
  protected drop(slot: number, cause: RemovalCause): void {
    if (wasEvicted(cause)) this.counters.evictions[cause]++;
    this.note(slot, cause, false);
    this.deadlines?.removed(slot);
    this.tags?.removed(slot);
    this.weights?.drop(slot);
    this.store.remove(slot);
  }

  /** Entries at most: of a bound by bytes, one for each byte, or as many as the cache's own bytes allow. */
  protected findLimit(): number {
    const leastBytes = this.options.sizeOf === undefined ? OWN_BYTES : 1;
    return Math.max(1, Math.min(this.maxEntries, MOST_ENTRIES, Math.ceil(this.maxBytes / leastBytes)));
  }

  protected firstCapacity(): number {
    return this.maxEntries < MOST_ENTRIES ? this.maxEntries : Math.max(FIRST_GUESS, this.store?.count ?? 0);
  }

  protected makePolicy(): Policy {
    const { weights } = this;
    return makePolicy(this.options.policy, this.store.slots, this.capacity, (slot) => weights?.of(slot) ?? 0);
  }

  protected keepsAges(): boolean {
    const { loading, health } = this.options;
    return loading.refreshAfter < Number.POSITIVE_INFINITY || health.tracksAges;
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
}

/** What an entry takes by default: its value, its key, and its share of the cache. */
function sizeOfEntry(value: unknown, key: unknown): number {
  return sizeOf(value) + sizeOf(key) + OWN_BYTES;
}
