/** The words of lru-cache 11: its options, what its methods take, and what they tell. Sizes are in the caller's unit. */

/** Why an entry left: room was needed, a new value came, somebody deleted it, its time was up, its fetch brought nothing. */
export type DisposeReason = 'evict' | 'set' | 'delete' | 'expire' | 'fetch';

/** Why {@link OptionsBase.onInsert} is called: a new key, the value that was there already, another value. */
export type InsertReason = 'add' | 'update' | 'replace';

export type Disposer<K, V> = (value: V, key: K, reason: DisposeReason) => void;
export type Inserter<K, V> = (value: V, key: K, reason: InsertReason) => void;

/** The size of an entry: a whole number from 1. */
export type SizeCalculator<K, V> = (value: V, key: K) => number;

/** Tells time in milliseconds. */
export interface Perf {
  now: () => number;
}

/** Loads a value. `undefined`: there is none. */
export type Fetcher<K, V, FC = unknown> = (
  key: K,
  staleValue: V | undefined,
  options: FetcherOptions<K, V, FC>,
  // oxlint-disable-next-line typescript/no-invalid-void-type -- functions that return nothing are taken, as in lru-cache
) => Promise<V | undefined | void> | V | undefined | void;

/** Computes a value at once. */
export type Memoizer<K, V, FC = unknown> = (key: K, staleValue: V | undefined, options: MemoizerOptions<K, V, FC>) => V;

/** Options of the constructor; most may be given for one call too. One of `max`, `maxSize` and `ttl` is required. */
export interface OptionsBase<K, V, FC = unknown> {
  /** Entries at most; 0 for no bound. @default 0 */
  max?: number;
  /** Sum of all sizes at most; 0 for no bound. @default 0 */
  maxSize?: number;
  /** Size of a single entry at most. @default `maxSize` */
  maxEntrySize?: number;
  /** The size of an entry whose `set` does not give it. Only with `maxSize` or `maxEntrySize`. */
  sizeCalculation?: SizeCalculator<K, V>;
  /** How long an entry is fresh, ms; 0 for ever. @default 0 */
  ttl?: number;
  /** Milliseconds for which one reading of the clock may serve; 0: it is read each time. @default 1 */
  ttlResolution?: number;
  /** Takes out stale entries when their time is up, instead of when they are asked for. @default false */
  ttlAutopurge?: boolean;
  /** A `get` makes the entry as fresh as on its first day. @default false */
  updateAgeOnGet?: boolean;
  /** A `has` does so too. @default false */
  updateAgeOnHas?: boolean;
  /** Gives out stale values; `get` takes the entry out all the same. @default false */
  allowStale?: boolean;
  /** A `get` leaves a stale entry in. @default false */
  noDeleteOnStaleGet?: boolean;
  /** Told of each value that left, when the cache is whole again. */
  dispose?: Disposer<K, V>;
  /** As `dispose`, after every `dispose` and `onInsert` of the same call. */
  disposeAfter?: Disposer<K, V>;
  /** Told of each `set` that stored its value. */
  onInsert?: Inserter<K, V>;
  /** Replaced values are not disposed of. @default false */
  noDisposeOnSet?: boolean;
  /** A `set` over an entry leaves its time as it is. @default false */
  noUpdateTTL?: boolean;
  /** What `fetch` loads with. */
  fetchMethod?: Fetcher<K, V, FC>;
  /** What `memo` computes with. */
  memoMethod?: Memoizer<K, V, FC>;
  /** The size of an entry that is being fetched and has no old value. Only with `maxSize` or `maxEntrySize`. @default 1 */
  backgroundFetchSize?: number;
  /** A fetch that fails leaves the old value in. @default false */
  noDeleteOnFetchRejection?: boolean;
  /** A fetch that fails gives the old value, or `undefined`; no error comes through. @default false */
  allowStaleOnFetchRejection?: boolean;
  /** A fetch that is aborted gives the old value, or `undefined`, at once. @default false */
  allowStaleOnFetchAbort?: boolean;
  /** A fetch that its caller aborts goes on, and what it brings is stored. @default false */
  ignoreFetchAbort?: boolean;
  /** The clock of `ttl`. One that is given is read each time. @default the platform's `performance` */
  perf?: Perf;
}

export interface OptionsMaxLimit<K, V, FC = unknown> extends OptionsBase<K, V, FC> {
  max: number;
}

export interface OptionsSizeLimit<K, V, FC = unknown> extends OptionsBase<K, V, FC> {
  maxSize: number;
}

export interface OptionsTTLLimit<K, V, FC = unknown> extends OptionsBase<K, V, FC> {
  ttl: number;
  ttlAutopurge: boolean;
}

/** What the constructor takes: at least one bound. */
export type Options<K, V, FC = unknown> =
  | OptionsMaxLimit<K, V, FC>
  | OptionsSizeLimit<K, V, FC>
  | OptionsTTLLimit<K, V, FC>;

interface WithStatus<K, V> {
  /** Filled in with what the call did and why. */
  status?: Status<K, V>;
}

export interface GetOptions<K, V, FC = unknown>
  extends Pick<OptionsBase<K, V, FC>, 'allowStale' | 'updateAgeOnGet' | 'noDeleteOnStaleGet'>,
    WithStatus<K, V> {}

export interface PeekOptions<K, V, FC = unknown> extends Pick<OptionsBase<K, V, FC>, 'allowStale'>, WithStatus<K, V> {}

export interface HasOptions<K, V, FC = unknown>
  extends Pick<OptionsBase<K, V, FC>, 'updateAgeOnHas'>,
    WithStatus<K, V> {}

export interface SetOptions<K, V, FC = unknown>
  extends Pick<OptionsBase<K, V, FC>, 'sizeCalculation' | 'ttl' | 'noDisposeOnSet' | 'noUpdateTTL'>,
    WithStatus<K, V> {
  /** The entry's size; `sizeCalculation` is not asked. */
  size?: number;
  /** When its time began, on the scale of `perf.now()`. @default now */
  start?: number;
}

/** The options of a fetch, as `fetchMethod` sees them. It may change those of storing and of failure. */
export interface FetcherFetchOptions<K, V, FC = unknown>
  extends GetOptions<K, V, FC>,
    Omit<SetOptions<K, V, FC>, 'start' | 'status'>,
    Pick<
      OptionsBase<K, V, FC>,
      'noDeleteOnFetchRejection' | 'allowStaleOnFetchRejection' | 'allowStaleOnFetchAbort' | 'ignoreFetchAbort'
    > {}

export interface FetchOptions<K, V, FC = unknown> extends FetcherFetchOptions<K, V, FC> {
  /** Fetches although the entry is fresh. */
  forceRefresh?: boolean;
  /** Handed to `fetchMethod`. */
  context?: FC;
  /** Aborts the fetch, for all who wait for it. */
  signal?: AbortSignal;
}

export interface FetchOptionsWithContext<K, V, FC> extends FetchOptions<K, V, FC> {
  context: FC;
}

// oxlint-disable-next-line typescript/no-invalid-void-type -- `void` as a type of context means none, as in lru-cache
export interface FetchOptionsNoContext<K, V, FC extends undefined | void = undefined> extends FetchOptions<K, V, FC> {
  context?: FC;
}

/** What `fetchMethod` is given besides key and old value. */
export interface FetcherOptions<K, V, FC = unknown> {
  signal: AbortSignal;
  options: FetcherFetchOptions<K, V, FC>;
  context: FC;
}

/** The options of a memo, as `memoMethod` sees them. It may change those of storing. */
export interface MemoizerMemoOptions<K, V, FC = unknown>
  extends GetOptions<K, V, FC>,
    Omit<SetOptions<K, V, FC>, 'status'> {}

export interface MemoOptions<K, V, FC = unknown> extends MemoizerMemoOptions<K, V, FC> {
  /** Computes although the entry is fresh. */
  forceRefresh?: boolean;
  /** Handed to `memoMethod`. */
  context?: FC;
}

export interface MemoOptionsWithContext<K, V, FC> extends MemoOptions<K, V, FC> {
  context: FC;
}

// oxlint-disable-next-line typescript/no-invalid-void-type -- as above
export interface MemoOptionsNoContext<K, V, FC extends undefined | void = undefined> extends MemoOptions<K, V, FC> {
  context?: FC;
}

/** What `memoMethod` is given besides key and old value. */
export interface MemoizerOptions<K, V, FC = unknown> {
  options: MemoizerMemoOptions<K, V, FC>;
  context: FC;
}

/** The last parameters of `fetch`: the context is required where it has a type. */
export type FetchArguments<K, V, FC> = unknown extends FC
  ? [options?: FetchOptions<K, V, FC>]
  : // oxlint-disable-next-line typescript/no-invalid-void-type -- `void` as a type of context means none, as in lru-cache
    FC extends undefined | void
    ? [options?: FetchOptions<K, V, FC>]
    : [options: FetchOptionsWithContext<K, V, FC>];

/** The last parameters of `memo`, by the same rule. */
export type MemoArguments<K, V, FC> = unknown extends FC
  ? [options?: MemoOptions<K, V, FC>]
  : // oxlint-disable-next-line typescript/no-invalid-void-type -- as above
    FC extends undefined | void
    ? [options?: MemoOptions<K, V, FC>]
    : [options: MemoOptionsWithContext<K, V, FC>];

/** An entry, as `dump` and `info` give it and `load` takes it. */
export interface Entry<V> {
  value: V;
  /** Milliseconds: in a dump its whole time, 0 for ever; in `info` what is left of it. */
  ttl?: number;
  size?: number;
  /** When its time began, on the scale of `Date.now()`. */
  start?: number;
}

/** What a call did and why. The caller passes an object, and the cache fills in what applies. */
export interface Status<K, V> {
  op?: 'get' | 'set' | 'memo' | 'fetch' | 'delete' | 'has' | 'peek';
  key?: K;
  value?: V;
  /** What was there before a `set` that replaced it. */
  oldValue?: V;
  set?: 'add' | 'update' | 'replace' | 'miss' | 'deleted';
  get?: 'stale' | 'hit' | 'miss' | 'fetching' | 'stale-fetching';
  has?: 'hit' | 'stale' | 'miss';
  peek?: 'hit' | 'miss' | 'stale';
  memo?: 'hit' | 'miss';
  /** `get`: there is no `fetchMethod`; `inflight`: another call fetches it already. */
  fetch?: 'get' | 'inflight' | 'miss' | 'hit' | 'stale' | 'refresh';
  forceRefresh?: boolean;
  context?: unknown;
  /** A stale value was given out. */
  returnedStale?: true;
  ttl?: number;
  /** On the scale of `perf.now()`. */
  start?: number;
  now?: number;
  remainingTTL?: number;
  entrySize?: number;
  totalCalculatedSize?: number;
  maxEntrySizeExceeded?: true;
  /** `fetchMethod` was called. */
  fetchDispatched?: true;
  fetchResolved?: true;
  fetchRejected?: true;
  /** What it brought was stored. */
  fetchUpdated?: true;
  fetchAborted?: true;
  fetchAbortIgnored?: true;
  /** What `fetchMethod` threw, or the reason of the abort. */
  fetchError?: Error;
}
