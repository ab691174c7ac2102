/**
 * One thing that a scope owns.
 *
 * Entries form a list through their own fields, so that one that ends by itself leaves in O(1), whatever else the scope
 * holds: this is what keeps a scope that lives for ever from growing.
 */
import type { Clock } from '../base/clock.ts';
import { invalidOption, readDuration, readName } from '../base/options.ts';

/** What an entry is. */
export type EntryKind =
  | 'timeout'
  | 'interval'
  | 'immediate'
  | 'listener'
  | 'stream'
  | 'file'
  | 'watcher'
  | 'abort'
  | 'process'
  | 'worker'
  | 'server'
  | 'observer'
  | 'disposable'
  | 'adopted'
  | 'deferred'
  | 'scope';

/** What may be said of anything that is given to a scope. */
export interface EntryOptions {
  /** What it is called in lists, reports and errors. */
  readonly name?: string;
  /**
   * How long its end may take when the scope closes: milliseconds or text such as `'5s'`. After that it is reported
   * with `PLIM_ERR_SCOPE_TIMEOUT` and left behind. @default no limit but the scope's own
   */
  readonly timeout?: number | string;
}

/** Given to an entry that is to end. */
export interface Ending {
  /** The caller does not wait: nothing is to be ended gently. */
  readonly isSync: boolean;
  /** Why the scope ends. */
  readonly reason: unknown;
  readonly clock: Clock;
  /** Milliseconds that are left for this entry; `Infinity` without a limit. */
  timeLeft(entry: Entry): number;
}

/** An entry, as lists and reports show it. */
export interface EntryInfo {
  /** Unique in the process. */
  readonly id: number;
  readonly kind: EntryKind;
  readonly name: string | undefined;
  /** Milliseconds since it was given to the scope. */
  readonly ageMs: number;
  readonly state: 'open' | 'ending';
  /** Names of the scopes that own it, outermost first. */
  readonly path: readonly string[];
  /** Where it was given to the scope, when that was recorded. */
  readonly stack: string | undefined;
}

/** What did not end as it should. */
export interface EntryFailure {
  readonly entry: EntryInfo;
  /** What its disposer threw, or a `TimeoutError`. */
  readonly error: unknown;
  readonly isTimeout: boolean;
  /** What a timed-out one failed with afterwards. */
  readonly lateError?: unknown;
}

/** Where an unformatted creation stack is kept; reading `stack` formats it. */
export interface Trace {
  readonly stack?: string;
}

/** A scope, as far as its entries need to know it. */
export interface EntryOwner {
  /** Names from the outermost scope to this one. */
  readonly path: readonly string[];
  /** The scope that owns it. */
  readonly parent: EntryOwner | undefined;
}

/** Counts what is open, apart from the list, which holds what it counts. */
export interface Tally {
  note(kind: EntryKind, change: 1 | -1): void;
}

let lastId = 0;

/**
 * **Cost:** every entry of every request is one. Its fields are assigned by the constructor: where there are more than four
 * kinds of entries, V8 defines fields that are declared with values six times as slowly (Node.js 20).
 */
export abstract class Entry {
  declare readonly id: number;
  declare name: string | undefined;
  /** How long its end may take; without it no limit of its own. */
  declare timeoutMs: number | undefined;
  /** On the steady clock, ms. */
  declare openedAt: number;
  declare trace: Trace | undefined;
  declare isEnding: boolean;
  /** Whose it is; it stays when the entry leaves, for what is said of it then. */
  declare list: EntryList | undefined;
  declare isListed: boolean;
  declare older: Entry | undefined;
  declare newer: Entry | undefined;

  constructor(options?: EntryOptions) {
    this.id = ++lastId;
    this.name = undefined;
    this.timeoutMs = undefined;
    this.openedAt = 0;
    this.trace = undefined;
    this.isEnding = false;
    this.list = undefined;
    this.isListed = false;
    this.older = undefined;
    this.newer = undefined;
    if (options === undefined) return;
    if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
    if (options.name !== undefined) this.name = readName('name', options.name);
    if (options.timeout !== undefined) this.timeoutMs = readDuration('timeout', options.timeout);
  }

  abstract readonly kind: EntryKind;

  /** Whether its end is asynchronous code of the user, which may close scopes after an `await`. */
  get isFollowed(): boolean {
    return false;
  }

  /** Whether its end keeps to the time left by itself. */
  get keepsTime(): boolean {
    return false;
  }

  /** What failed within it: in a scope. */
  get failures(): readonly EntryFailure[] | undefined {
    return undefined;
  }

  /** What it holds itself: a scope. */
  get within(): EntryList | undefined {
    return undefined;
  }

  /** Ends what it stands for; a promise when that takes time. */
  abstract end(ending: Ending): unknown;

  /** Whether it is `value` that it stands for. */
  isFor(_value: unknown): boolean {
    return false;
  }

  /** Takes back what it attached to the thing in order to see it end. */
  protected detach(): void {}

  /** Takes it out of its scope, which no longer ends it; does nothing the second time. */
  leave(): void {
    if (!this.isListed) return;
    this.list!.remove(this);
    this.detach();
  }
}

/** How an entry looks at `now`, on the steady clock. */
export function describeEntry(entry: Entry, now: number): EntryInfo {
  return {
    id: entry.id,
    kind: entry.kind,
    name: entry.name,
    ageMs: Math.max(0, now - entry.openedAt),
    state: entry.isEnding ? 'ending' : 'open',
    path: entry.list?.owner.path ?? [],
    stack: entry.trace?.stack,
  };
}

/** An entry in a sentence: `stream 'upload' of app > request`. */
export function nameEntry({ kind, name, path }: EntryInfo): string {
  return `${kind}${name === undefined ? '' : ` '${name}'`} of ${path.join(' > ')}`;
}

/** The entries of one scope, in order of registration. */
export class EntryList {
  newest: Entry | undefined = undefined;
  size = 0;
  /** Entries ever added. */
  opened = 0;
  /** Whether there ever was a scope among them. */
  hasScopes = false;
  /** Whose they are. */
  owner: EntryOwner;
  /** Told of what comes and goes. */
  tally: Tally | undefined = undefined;

  constructor(owner: EntryOwner) {
    this.owner = owner;
  }

  add(entry: Entry): void {
    const before = this.newest;
    entry.list = this;
    entry.isListed = true;
    entry.older = before;
    if (before !== undefined) before.newer = entry;
    this.newest = entry;
    this.size++;
    this.opened++;
    this.tally?.note(entry.kind, 1);
  }

  remove(entry: Entry): void {
    const { older, newer } = entry;
    if (older !== undefined) older.newer = newer;
    if (newer !== undefined) newer.older = older;
    else this.newest = older;
    entry.older = entry.newer = undefined;
    entry.isListed = false;
    this.size--;
    this.tally?.note(entry.kind, -1);
  }

  /** From the newest to the oldest; `entry` itself may leave on the way. */
  *[Symbol.iterator](): IterableIterator<Entry> {
    for (let entry = this.newest; entry !== undefined; ) {
      const { older } = entry;
      yield entry;
      entry = older;
    }
  }
}
