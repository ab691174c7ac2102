/**
 * Objects that should be gone, and are not.
 *
 * An object is handed in when its owner is done with it. If it is collected, a FinalizationRegistry says so. If it survives `k`
 * major collections that the program came to by itself, and the grace is over, something holds it. Time alone proves nothing: in a
 * quiet program garbage lies about for hours. One collection proves nothing either: it may have marked the object before it
 * was let go of.
 *
 * Nothing here holds what is watched: a weak reference, texts, and numbers. It is asked for only when it is to be judged, as a weak
 * reference that is asked keeps its object alive until the end of the turn.
 */
import type { Timer } from '../base/clock.ts';
import { DisposedError } from '../base/errors.ts';
import { Emitter, type EventListener } from '../base/emitter.ts';
import { invalidOption, readDuration, readName } from '../base/options.ts';
import { registerLive } from '../base/registry.ts';
import { Groups, type WatchedGroup, WatchedRef } from './group.ts';
import { type RetentionWatcherOptions, resolveWatcherOptions, type WatcherSettings } from './options.ts';

/** Objects of one group whose state has changed. */
export interface WatchedChange {
  /** How many. */
  readonly count: number;
  /** Their group, after the change. */
  readonly group: WatchedGroup;
}

/** What a watcher tells: once for each group and collection. */
export interface RetentionEvents {
  collected: WatchedChange;
  /** Not of known groups. */
  retained: WatchedChange;
}

/** How things stand. */
export interface WatcherStatus {
  /** Whether objects can be judged: where the runtime tells of no collections (Bun), it is only seen what has gone. */
  readonly judges: boolean;
  /** Major collections since it was made. */
  readonly majorCollections: number;
  /** Objects neither collected nor judged yet. */
  readonly watched: number;
  readonly collected: number;
  /** Alive although they should be gone. */
  readonly retained: number;
  /** Handed in beyond `maxWatched`, and not watched. */
  readonly skipped: number;
  readonly isClosed: boolean;
}

/** @see RetentionWatcher.expectCollected */
export interface ExpectOptions {
  /** How long this one may live on, in ms or as `'1m'`. @default the watcher's `grace` */
  readonly grace?: number | string;
}

/** Objects that wait for the same grace, oldest first: only the first have to be looked at. */
type Queue = Set<WatchedRef>;

/**
 * Watches objects that should soon be collected, and tells of those that are not.
 *
 * It never forces a collection and holds nothing open.
 *
 * **Cost:** 3 to 6 us and about 250 bytes for each object while it is watched; nothing while nothing changes.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const watcher = new RetentionWatcher();
 * watcher.on('retained', ({ count, group }) => log.warn({ count, group }, 'sessions outlive their end'));
 * watcher.expectCollected(session, 'session');
 */
export class RetentionWatcher {
  readonly #settings: WatcherSettings;
  readonly #groups: Groups;
  readonly #events: Emitter<RetentionEvents>;
  readonly #registry: FinalizationRegistry<WatchedRef>;
  readonly #stopObserving: (() => void) | null;
  readonly #unregister: () => void;
  readonly #queues: Map<number, Queue> = new Map();
  /** Objects collected and not told of yet, by group. */
  readonly #gone: Map<WatchedRef['group'], number> = new Map();
  #majors = 0;
  #size = 0;
  #skipped = 0;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: RetentionWatcherOptions = {}) {
    this.#settings = resolveWatcherOptions(options);
    this.#groups = new Groups(this.#settings.maxGroups, this.#settings.known);
    this.#events = new Emitter(this.#settings.onError);
    // Weak in both: else the observer and the registry would keep a forgotten watcher.
    const self = new WeakRef(this);
    this.#registry = new FinalizationRegistry((ref) => {
      const watcher = self.deref();
      if (watcher !== undefined) watcher.#onFinalized(ref);
    });
    this.#stopObserving = this.#settings.door.observeMajors(() => {
      const watcher = self.deref();
      if (watcher !== undefined) watcher.#onMajor();
    });
    this.#unregister = registerLive('watcher', this);
  }

  /**
   * Says that nothing should hold `object` any longer.
   *
   * An object that is handed in twice counts twice. What `label` says is told and written to logs: no secrets.
   *
   * @returns `false` when it is not watched, as `maxWatched` others are.
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` when it is no object or function, or the label is empty
   * @throws {DisposedError} `PLIM_ERR_WATCHER_CLOSED`
   */
  expectCollected(object: object, label: string, options?: ExpectOptions): boolean {
    if (this.#isClosed) throw new DisposedError('PLIM_ERR_WATCHER_CLOSED', 'The retention watcher is closed.');
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) {
      throw invalidOption('object', 'an object or a function', object);
    }
    readName('label', label);
    const { graceMs, maxWatched, clock, collections } = this.#settings;
    const grace = options?.grace === undefined ? graceMs : readDuration('grace', options.grace);
    if (this.#size >= maxWatched) {
      this.#skipped++;
      return false;
    }
    const group = this.#groups.of(label, classNameOf(object));
    const ref = new WatchedRef(object, group, clock.wallNow(), clock.steadyNow() + grace, this.#majors + collections);
    this.#size++;
    group.watched++;
    this.#queueOf(grace).add(ref);
    this.#registry.register(object, ref, ref);
    return true;
  }

  /** Calls `listener` at each event until the returned function is called. */
  on<Name extends keyof RetentionEvents>(event: Name, listener: EventListener<RetentionEvents[Name]>): () => void {
    return this.#events.on(event, listener);
  }

  /** How things stand. **Cost:** O(groups). */
  status(): WatcherStatus {
    const sum = (of: (group: WatchedGroup) => number): number =>
      this.list().reduce((total, group) => total + of(group), 0);
    return {
      judges: this.#stopObserving !== null,
      majorCollections: this.#majors,
      watched: sum(({ watched }) => watched),
      collected: sum(({ collected }) => collected),
      retained: sum(({ retained }) => retained),
      skipped: this.#skipped,
      isClosed: this.#isClosed,
    };
  }

  /** All groups, those first of which most is retained. */
  list(): WatchedGroup[] {
    return this.#groups.all.map((group) => group.report()).sort((a, b) => b.retained - a.retained);
  }

  /**
   * Weak references to retained objects of a group, oldest first: for whoever looks for what holds them. None of a fingerprint that
   * is not there.
   */
  retained(fingerprint: string, most: number = 10): WeakRef<object>[] {
    const group = this.#groups.all.find((each) => each.fingerprint === fingerprint);
    return [...(group?.kept ?? [])].slice(0, most);
  }

  /** Ends it: nothing is watched, heard or told of any longer. What was counted can still be read. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#stopObserving?.();
    this.#unregister();
    for (const queue of this.#queues.values()) for (const ref of queue) this.#registry.unregister(ref);
    for (const { kept } of this.#groups.all) {
      for (const ref of kept) this.#registry.unregister(ref);
    }
    this.#queues.clear();
    this.#events.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #queueOf(grace: number): Queue {
    let queue = this.#queues.get(grace);
    if (queue === undefined) this.#queues.set(grace, (queue = new Set()));
    return queue;
  }

  #onMajor(): void {
    this.#majors++;
    this.#judge();
  }

  /** Judges those whose time has come, and sees to it that the next ones are. */
  #judge(): void {
    if (this.#isClosed) return;
    const now = this.#settings.clock.steadyNow();
    const changes: Map<WatchedRef['group'], number> = new Map();
    let wait = Number.POSITIVE_INFINITY;
    for (const [grace, queue] of this.#queues) {
      for (const ref of queue) {
        if (ref.dueMajor > this.#majors) break;
        if (ref.dueAt > now) {
          wait = Math.min(wait, ref.dueAt - now);
          break;
        }
        queue.delete(ref);
        this.#judgeOne(ref, changes);
      }
      if (queue.size === 0) this.#queues.delete(grace);
    }
    for (const [group, count] of changes) {
      if (!group.isKnown) this.#events.emit('retained', { count, group: group.report() });
    }
    // Those that have survived enough already and whose grace runs.
    this.#timer?.cancel();
    this.#timer =
      wait < Number.POSITIVE_INFINITY ? this.#settings.clock.startTimer(() => this.#judge(), wait) : undefined;
  }

  #judgeOne(ref: WatchedRef, changes: Map<WatchedRef['group'], number>): void {
    // Gone, and the registry has not come to it yet.
    if (ref.deref() === undefined) return;
    const { group } = ref;
    ref.state = 'retained';
    group.watched--;
    group.everRetained++;
    group.kept.add(ref);
    changes.set(group, (changes.get(group) ?? 0) + 1);
  }

  #onFinalized(ref: WatchedRef): void {
    if (this.#isClosed) return;
    const { group } = ref;
    if (ref.state === 'retained') group.kept.delete(ref);
    else group.watched--;
    if (ref.state === 'watched') for (const queue of this.#queues.values()) if (queue.delete(ref)) break;
    ref.state = 'gone';
    group.collected++;
    this.#size--;
    this.#tellGone(group);
  }

  /** The registry calls once for each object; they are told of together. */
  #tellGone(group: WatchedRef['group']): void {
    const isFirst = this.#gone.size === 0;
    this.#gone.set(group, (this.#gone.get(group) ?? 0) + 1);
    if (isFirst) queueMicrotask(() => this.#tellAllGone());
  }

  #tellAllGone(): void {
    const gone = [...this.#gone];
    this.#gone.clear();
    for (const [group, count] of gone) this.#events.emit('collected', { count, group: group.report() });
  }
}

/** The class by name, without running a getter of the object's own. */
function classNameOf(object: object): string {
  if (typeof object === 'function') return 'Function';
  try {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (typeof prototype !== 'object' && typeof prototype !== 'function') return 'Object';
    if (prototype === null) return 'Object';
    const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    const name: unknown =
      typeof constructor === 'function' ? Object.getOwnPropertyDescriptor(constructor, 'name')?.value : '';
    return typeof name === 'string' && name !== '' ? name : 'Object';
  } catch {
    // A proxy that throws.
    return 'Object';
  }
}
