/**
 * Loads of many keys that were asked for together: each goes its own way, but what they have in common is asked for once. The second
 * tier is when all of them have begun; the user's loader, when of each it is known whether it needs it.
 */
import { invalidOption } from '../base/options.ts';
import type { BulkLoader, LoadContext, Loader } from '../cache/index.ts';
import type { LoadSource } from './load-source.ts';
import type { TierParts } from './parts.ts';
import { MOST_AT_ONCE } from './second-reads.ts';
import type { Look, SecondReads } from './second-reads.ts';

/** What gets the values: all of them in one call, or each in its own. */
export type BatchLoader<V> =
  | { readonly bulk: BulkLoader<string, V> }
  | { readonly bulk: undefined; readonly each: Loader<string, V> };

/** A key that waits for the second tier or for the loader. */
interface Asked<T> {
  readonly key: string;
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;
}

interface AskedLoad<V> extends Asked<V> {
  readonly context: LoadContext<V>;
}

export class BatchSource<V> implements LoadSource<V> {
  readonly #parts: TierParts<V>;
  readonly #second: SecondReads<V>;
  readonly #loader: BatchLoader<V>;
  /** Loads under way. */
  readonly #runs = new Map<string, Promise<unknown>>();
  /** Those of them that may yet need the loader together with the others. */
  readonly #undecided = new Set<string>();
  #finds: Asked<Look<V>>[] = [];
  #loads: AskedLoad<V>[] = [];
  #isScheduled = false;

  constructor(parts: TierParts<V>, second: SecondReads<V>, loader: BatchLoader<V>) {
    this.#parts = parts;
    this.#second = second;
    this.#loader = loader;
  }

  begin<T>(key: string, run: () => Promise<T>): Promise<T> {
    this.#undecided.add(key);
    const running = run();
    const end = (): void => {
      this.#runs.delete(key);
      this.#decided(key);
    };
    this.#runs.set(key, running.then(end, end));
    return running;
  }

  /** All have begun that belong to it. */
  go(): void {
    const finds = this.#finds;
    this.#finds = [];
    if (finds.length === 0) return;
    void this.#second
      .findMany(finds.map(({ key }) => key))
      .then((looks) => finds.forEach(({ resolve }, at) => resolve(looks[at]!)));
  }

  find(key: string): Promise<Look<V>> {
    return new Promise((resolve, reject) => this.#finds.push({ key, resolve, reject }));
  }

  load(key: string, context: LoadContext<V>): V | PromiseLike<V> {
    if (this.#loader.bulk === undefined) {
      this.#parts.counters.loads++;
      return this.#loader.each(key, context);
    }
    return new Promise<V>((resolve, reject) => {
      this.#loads.push({ key, context, resolve, reject });
      this.#decided(key);
    });
  }

  waits(key: string): void {
    this.#decided(key);
  }

  #decided(key: string): void {
    this.#undecided.delete(key);
    if (this.#undecided.size > 0 || this.#loads.length === 0 || this.#isScheduled) return;
    this.#isScheduled = true;
    // Those whose wait ends in the same moment go together.
    queueMicrotask(() => {
      this.#isScheduled = false;
      void this.#callLoader();
    });
  }

  async #callLoader(): Promise<void> {
    const loads = this.#loads;
    this.#loads = [];
    this.#parts.counters.loads++;
    let values: ReadonlyMap<string, V>;
    try {
      values = await this.#valuesOf(loads);
    } catch (error) {
      for (const { reject } of loads) reject(error);
      return;
    }
    // What was loaded is stored by one call each: not without a bound.
    for (let at = 0; at < loads.length; at += MOST_AT_ONCE) {
      const some = loads.slice(at, at + MOST_AT_ONCE);
      for (const { key, resolve } of some) resolve(values.get(key) as V);
      await Promise.all(some.map(({ key }) => this.#runs.get(key)!));
    }
  }

  async #valuesOf(loads: readonly AskedLoad<V>[]): Promise<ReadonlyMap<string, V>> {
    const { bulk } = this.#loader as { bulk: BulkLoader<string, V> };
    const contexts = new Map(loads.map(({ key, context }) => [key, context]));
    let stopping: { readonly signal: AbortSignal; end(): void } | undefined;
    let values: ReadonlyMap<string, V>;
    try {
      values = await bulk([...contexts.keys()], {
        get signal() {
          stopping ??= abortWithAll(Array.from(contexts.values(), (context) => context.signal));
          return stopping.signal;
        },
        keepFor: (key, options) => contexts.get(key)?.keepFor(options),
      });
    } finally {
      stopping?.end();
    }
    if (typeof values === 'object' && typeof values?.get === 'function') return values;
    throw invalidOption('loadMany', 'a function that gives a Map', values);
  }
}

/** A signal that aborts when all of those have aborted; `end` lets go of them. */
function abortWithAll(signals: readonly AbortSignal[]): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const waiting = signals.filter((signal) => !signal.aborted);
  let left = waiting.length;
  const abort = (): void => controller.abort(signals[0]?.reason);
  const one = (): void => {
    if (--left === 0) abort();
  };
  for (const signal of waiting) signal.addEventListener('abort', one);
  if (left === 0) abort();
  const end = (): void => {
    for (const signal of waiting) signal.removeEventListener('abort', one);
  };
  return { signal: controller.signal, end };
}
