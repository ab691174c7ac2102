/** `fetch`: what a caller gets of an entry, of a fetch under way, or of a new one. */
import type { Entries } from './entries.ts';
import { Flight } from './flight.ts';
import type { FlightHost } from './flight.ts';
import type { Notices } from './notices.ts';
import { defined } from './settings.ts';
import type { Settings } from './settings.ts';
import type * as Types from './types.ts';

/** The cache, as far as fetching needs it. */
export interface FetchingHost<K, V, FC> {
  /** A use of the entry in `slot`. */
  use(slot: number, options: Types.GetOptions<K, V, FC>): void;
  /** Stores what `landing` brought. */
  store(key: K, value: V, options: Types.SetOptions<K, V, FC>, landing: Flight<K, V, FC>): void;
}

export class Fetching<K, V, FC> {
  readonly #settings: Settings<K, V, FC>;
  readonly #entries: Entries<K, V, FC>;
  readonly #notices: Notices<K, V>;
  readonly #host: FetchingHost<K, V, FC>;
  readonly #flightHost: FlightHost<K, V, FC>;

  constructor(
    settings: Settings<K, V, FC>,
    entries: Entries<K, V, FC>,
    notices: Notices<K, V>,
    host: FetchingHost<K, V, FC>,
  ) {
    this.#settings = settings;
    this.#entries = entries;
    this.#notices = notices;
    this.#host = host;
    this.#flightHost = {
      land: (flight, value) => host.store(flight.key, value, flight.options, flight),
      giveUp: (flight, keepsStale) => {
        entries.giveUp(flight, keepsStale);
        notices.deliver();
      },
      complain: (error) => notices.complain(error),
    };
  }

  fetch(
    key: K,
    fetchMethod: Types.Fetcher<K, V, FC>,
    options: Types.FetchOptions<K, V, FC>,
  ): Promise<V | undefined> | V | undefined {
    const { status, forceRefresh = false } = options;
    if (status !== undefined && forceRefresh) status.forceRefresh = true;
    const slot = this.#entries.table.slotOf(key);
    const inFlight = slot === 0 ? undefined : this.#entries.flightAt(slot);
    if (inFlight !== undefined) return this.#await(inFlight, 'inflight', options);
    const isStale = slot !== 0 && this.#entries.isStale(slot, this.#settings.ttlResolution);
    if (slot !== 0 && !isStale && !forceRefresh) return this.#hit(slot, options);
    const flight = this.#launch(key, slot, fetchMethod, options);
    const given = this.#await(flight, slot === 0 ? 'miss' : isStale ? 'stale' : 'refresh', options);
    flight.listen();
    this.#notices.deliver();
    return given;
  }

  #hit(slot: number, options: Types.FetchOptions<K, V, FC>): V | undefined {
    const { status } = options;
    this.#host.use(slot, options);
    if (status !== undefined) {
      status.fetch = 'hit';
      this.#entries.describeTime(slot, this.#settings.ttlResolution, status);
    }
    return this.#entries.valueAt(slot);
  }

  /** What a caller gets of a fetch under way: the old value, if it may have it, or the promise. */
  #await(
    flight: Flight<K, V, FC>,
    kind: NonNullable<Types.Status<K, V>['fetch']>,
    { allowStale = this.#settings.allowStale, status }: Types.FetchOptions<K, V, FC>,
  ): Promise<V | undefined> | V {
    const givesStale = allowStale && flight.stale !== undefined;
    if (status !== undefined) {
      status.fetch = kind;
      if (givesStale && kind !== 'refresh') status.returnedStale = true;
    }
    if (givesStale) return flight.stale!;
    flight.isAwaited = true;
    return flight.promise;
  }

  #launch(
    key: K,
    slot: number,
    fetchMethod: Types.Fetcher<K, V, FC>,
    given: Types.FetchOptions<K, V, FC>,
  ): Flight<K, V, FC> {
    const stale = slot === 0 ? undefined : this.#entries.valueAt(slot);
    const { status, signal, context } = given;
    const flight = new Flight(this.#flightHost, key, stale, { options: this.#optionsOf(given), signal, status });
    flight.start(fetchMethod, context as FC);
    this.#entries.board(flight, this.#settings.backgroundFetchSize);
    return flight;
  }

  /** A new object of all options of a fetch, for `fetchMethod` to change. */
  #optionsOf(given: Types.FetchOptions<K, V, FC>): Types.FetcherFetchOptions<K, V, FC> {
    const { forceRefresh: _, context: _context, signal: _signal, ...options } = given;
    const settings = this.#settings;
    return {
      allowStale: settings.allowStale,
      updateAgeOnGet: settings.updateAgeOnGet,
      noDeleteOnStaleGet: settings.noDeleteOnStaleGet,
      ttl: settings.ttl,
      noDisposeOnSet: settings.noDisposeOnSet,
      noUpdateTTL: settings.noUpdateTTL,
      noDeleteOnFetchRejection: settings.noDeleteOnFetchRejection,
      allowStaleOnFetchRejection: settings.allowStaleOnFetchRejection,
      allowStaleOnFetchAbort: settings.allowStaleOnFetchAbort,
      ignoreFetchAbort: settings.ignoreFetchAbort,
      ...defined({ sizeCalculation: settings.sizeCalculation }),
      ...defined(options),
    };
  }
}
