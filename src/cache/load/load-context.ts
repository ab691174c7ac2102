/** What loaders are given. Their `signal` is made when they read it; they take their context apart, so nothing needs `this`. */
import { checkTimes } from '../expiry/lifetime.ts';
import { checkTags } from '../tags/entry-tags.ts';
import type { BulkLoadContext, KeepOptions, LoadContext } from './load-options.ts';
import type { Work } from './work.ts';

export class Context<V> implements LoadContext<V> {
  readonly staleValue: V | undefined;
  /** What the loader said of the entry. */
  kept: KeepOptions | undefined;
  readonly #work: Work;

  constructor(work: Work, staleValue: V | undefined) {
    this.#work = work;
    this.staleValue = staleValue;
  }

  get signal(): AbortSignal {
    return this.#work.signal;
  }

  readonly keepFor = (options: KeepOptions): void => void (this.kept = checkKept(options));
}

export class BulkContext<K> implements BulkLoadContext<K> {
  /** What the loader said of the entries. */
  readonly kept: Map<K, KeepOptions> = new Map();
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  get signal(): AbortSignal {
    return this.#work.signal;
  }

  readonly keepFor = (key: K, options: KeepOptions): void => void this.kept.set(key, checkKept(options));
}

function checkKept(options: KeepOptions): KeepOptions {
  checkTimes(options);
  if (options.tags !== undefined) checkTags(options.tags);
  return options;
}
