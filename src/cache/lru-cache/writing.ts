/** `set` with options: what it stores, by which rules, and what it tells. */
import type { Entries, WriteRules } from './entries.ts';
import type { Flight } from './flight.ts';
import type { Notices } from './notices.ts';
import { readNumber, readSize, refusal } from './read-options.ts';
import type { Settings } from './settings.ts';
import type * as Types from './types.ts';

export class Writing<K, V, FC> {
  readonly #settings: Settings<K, V, FC>;
  readonly #entries: Entries<K, V, FC>;
  readonly #notices: Notices<K, V>;

  constructor(settings: Settings<K, V, FC>, entries: Entries<K, V, FC>, notices: Notices<K, V>) {
    this.#settings = settings;
    this.#entries = entries;
    this.#notices = notices;
  }

  /** Stores a value. `landing`: the fetch that brought it. */
  set(key: K, value: V, options: Types.SetOptions<K, V, FC>, landing?: Flight<K, V, FC>): void {
    const { status } = options;
    if (status !== undefined) Object.assign(status, { op: status.op ?? 'set', key, value });
    const rules = this.#rulesOf(options);
    const size = this.#sizeOf(key, value, options);
    if (size > this.#largest()) {
      if (status !== undefined) Object.assign(status, { set: 'miss', maxEntrySizeExceeded: true });
      this.remove(key, 'set');
      return;
    }
    const before = status === undefined ? undefined : this.#entries.valueAt(this.#entries.table.slotOf(key));
    const reason = this.#entries.put(key, value, size, rules, landing);
    if (status !== undefined) {
      status.set = reason;
      if (reason === 'replace') status.oldValue = before!;
      this.#describe(key, size, status);
    }
    this.#notices.deliver();
  }

  /** Takes the entry of `key` out; whether there was one. */
  remove(key: K, reason: Types.DisposeReason): boolean {
    const slot = this.#entries.table.slotOf(key);
    if (slot === 0) return false;
    this.#entries.remove(slot, reason);
    this.#notices.deliver();
    return true;
  }

  #rulesOf(options: Types.SetOptions<K, V, FC>): WriteRules {
    const standard = this.#settings;
    const { ttl = standard.ttl, start } = options;
    const { noDisposeOnSet = standard.noDisposeOnSet, noUpdateTTL = standard.noUpdateTTL } = options;
    const rules = { ttl: readNumber('ttl', ttl), ttlAutopurge: standard.ttlAutopurge, noDisposeOnSet, noUpdateTTL };
    return start === undefined ? rules : { ...rules, start: readNumber('start', start) };
  }

  /** The size of an entry; 0 where sizes are not kept. */
  #sizeOf(key: K, value: V, options: Types.SetOptions<K, V, FC>): number {
    const { size, sizeCalculation = this.#settings.sizeCalculation } = options;
    if (!this.#entries.bounds.hasSizes) {
      if (!size && options.sizeCalculation === undefined) return 0;
      throw refusal('maxSize', 'given to the constructor where a `set` gives a size', this.#settings.maxSize);
    }
    if (size !== undefined && Number.isSafeInteger(size) && size > 0) return size;
    if (sizeCalculation === undefined) return readSize('size', size);
    if (typeof sizeCalculation !== 'function') throw refusal('sizeCalculation', 'a function', sizeCalculation);
    return readSize('sizeCalculation(value, key)', sizeCalculation(value, key));
  }

  /** The size of a single entry at most. */
  #largest(): number {
    const { maxEntrySize, maxSize } = this.#settings;
    return Math.min(maxEntrySize || Infinity, maxSize || Infinity);
  }

  #describe(key: K, size: number, status: Types.Status<K, V>): void {
    const { table, bounds } = this.#entries;
    if (bounds.hasSizes) Object.assign(status, { entrySize: size, totalCalculatedSize: table.totalSize });
    this.#entries.describeTime(table.slotOf(key), this.#settings.ttlResolution, status);
  }
}
