/** The options of an `LRUCache` as it keeps them: most may be changed, and hold for calls from then on. */
import type { Bounds } from './read-options.ts';
import type * as Types from './types.ts';

export class Settings<K, V, FC> {
  /** How long an entry is fresh, ms; 0 for ever. */
  ttl: number;
  ttlResolution: number;
  ttlAutopurge: boolean;
  updateAgeOnGet: boolean;
  updateAgeOnHas: boolean;
  allowStale: boolean;
  noDisposeOnSet: boolean;
  noUpdateTTL: boolean;
  /** Size of a single entry at most; 0 where sizes are not kept. */
  maxEntrySize: number;
  sizeCalculation?: Types.SizeCalculator<K, V>;
  noDeleteOnFetchRejection: boolean;
  noDeleteOnStaleGet: boolean;
  allowStaleOnFetchAbort: boolean;
  allowStaleOnFetchRejection: boolean;
  ignoreFetchAbort: boolean;
  /** The size of an entry that is being fetched and has no old value. */
  backgroundFetchSize: number;
  readonly #bounds: Bounds;
  readonly #given: Types.OptionsBase<K, V, FC>;

  /** `options`, which `bounds` were read from. */
  constructor(options: Types.OptionsBase<K, V, FC>, bounds: Bounds) {
    this.#bounds = bounds;
    // Kept apart from the caller's object; where that is another cache, these are getters and no properties of it.
    const { dispose, disposeAfter, onInsert, fetchMethod, memoMethod, perf } = options;
    this.#given = defined({ dispose, disposeAfter, onInsert, fetchMethod, memoMethod, perf });
    this.ttl = options.ttl ?? 0;
    this.ttlResolution = options.ttlResolution ?? 1;
    this.ttlAutopurge = Boolean(options.ttlAutopurge);
    this.updateAgeOnGet = Boolean(options.updateAgeOnGet);
    this.updateAgeOnHas = Boolean(options.updateAgeOnHas);
    this.allowStale = Boolean(options.allowStale);
    this.noDisposeOnSet = Boolean(options.noDisposeOnSet);
    this.noUpdateTTL = Boolean(options.noUpdateTTL);
    this.maxEntrySize = bounds.maxEntrySize;
    if (options.sizeCalculation !== undefined) this.sizeCalculation = options.sizeCalculation;
    this.noDeleteOnFetchRejection = Boolean(options.noDeleteOnFetchRejection);
    this.noDeleteOnStaleGet = Boolean(options.noDeleteOnStaleGet);
    this.allowStaleOnFetchAbort = Boolean(options.allowStaleOnFetchAbort);
    this.allowStaleOnFetchRejection = Boolean(options.allowStaleOnFetchRejection);
    this.ignoreFetchAbort = Boolean(options.ignoreFetchAbort);
    this.backgroundFetchSize = options.backgroundFetchSize ?? 1;
  }

  /** Entries at most; 0 for no bound. */
  get max(): number {
    return this.#bounds.max;
  }

  /** Sum of sizes at most; 0 for no bound. */
  get maxSize(): number {
    return this.#bounds.maxSize;
  }

  get fetchMethod(): Types.Fetcher<K, V, FC> | undefined {
    return this.#given.fetchMethod;
  }

  get memoMethod(): Types.Memoizer<K, V, FC> | undefined {
    return this.#given.memoMethod;
  }

  get dispose(): Types.Disposer<K, V> | undefined {
    return this.#given.dispose;
  }

  get onInsert(): Types.Inserter<K, V> | undefined {
    return this.#given.onInsert;
  }

  get disposeAfter(): Types.Disposer<K, V> | undefined {
    return this.#given.disposeAfter;
  }

  /** The clock of `ttl`. */
  get perf(): Types.Perf {
    return this.#given.perf ?? globalThis.performance;
  }
}

/** Only what is defined. */
export function defined<T extends object>(options: T): { [P in keyof T]: Exclude<T[P], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [P in keyof T]: Exclude<T[P], undefined> };
}
