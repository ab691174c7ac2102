import type { Logger } from '../../base/logger.ts';
import { formatCount } from '../../base/units.ts';
import type { RemovalCause } from '../removal.ts';
import { shownKey } from '../shown-key.ts';
import type { Counters } from '../stats.ts';
import type { OnCallbackError } from './alerts.ts';
import type { ResolvedHealthOptions } from './health-options.ts';

type Evictions = Counters['evictions'];

/** What a line says of a batch, before and after its number. */
const WORDS: Readonly<Record<keyof Evictions, readonly [string, string]>> = {
  capacity: ['evicted', 'for room'],
  expired: ['took out', 'whose time was up'],
  pressure: ['evicted', 'to give memory back'],
};
const CAUSES: readonly (keyof Evictions)[] = ['expired', 'capacity', 'pressure'];

/** What belongs to a cache whose removals are logged. */
export interface RemovalLogSettings {
  readonly name: string | undefined;
  /** What messages call it. */
  readonly title: string;
  readonly options: ResolvedHealthOptions;
  readonly isSecret: boolean;
  readonly onError: OnCallbackError;
}

/** Debug lines about what left a cache: one for each batch of evictions and each sweep, or one for each entry. */
export class RemovalLog {
  readonly #logger: Logger;
  readonly #settings: RemovalLogSettings;
  readonly #counts: Evictions;
  /** The counts of which lines were written. */
  #told: Evictions = { capacity: 0, expired: 0, pressure: 0 };
  #isWriting = false;
  #left: { readonly key: unknown; readonly cause: RemovalCause }[] = [];

  /** `counts`: how many have left, which goes on changing. */
  constructor(logger: Logger, counts: Evictions, settings: RemovalLogSettings) {
    this.#logger = logger;
    this.#counts = counts;
    this.#settings = settings;
  }

  /** Notes an entry that leaves, for a line of its own. */
  note(key: unknown, cause: RemovalCause): void {
    if (this.#isWanted()) this.#left.push({ key, cause });
  }

  /**
   * Writes what is to be said of what has left since the last time. The cache must be whole: loggers are the user's. What
   * a logger makes leave is written with what leaves next, not at once, or it could go on for ever.
   */
  write(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writeAll();
    this.#isWriting = false;
  }

  #writeAll(): void {
    const left = this.#left;
    this.#left = [];
    for (const { key, cause } of left) this.#writeEntry(key, cause);
    for (const cause of CAUSES) {
      const count = this.#counts[cause] - this.#told[cause];
      if (count === 0) continue;
      this.#told[cause] += count;
      if (!this.#settings.options.logsEntries && this.#isWanted()) this.#writeBatch(count, cause);
    }
  }

  #writeEntry(key: unknown, cause: RemovalCause): void {
    const { options, isSecret, name: cache, title } = this.#settings;
    const fields = options.logsKeys ? { cache, cause, key: shownKey(key, isSecret) } : { cache, cause };
    const which = options.logsKeys ? `the entry of ${fields.key}` : 'an entry';
    this.#debug(fields, `${title} removed ${which}: ${cause}`);
  }

  #writeBatch(count: number, cause: keyof Evictions): void {
    const { name: cache, title } = this.#settings;
    const [verb, why] = WORDS[cause];
    const entries = count === 1 ? '1 entry' : `${formatCount(count)} entries`;
    this.#debug({ cache, cause, count }, `${title} ${verb} ${entries} ${why}`);
  }

  #debug(fields: Readonly<Record<string, unknown>>, message: string): void {
    try {
      this.#logger.debug(fields, message);
    } catch (error) {
      this.#settings.onError('logger', error);
    }
  }

  /** Asked before a line is made. */
  #isWanted(): boolean {
    try {
      return this.#logger.isLevelEnabled?.('debug') ?? true;
    } catch (error) {
      this.#settings.onError('logger', error);
      return false;
    }
  }
}
