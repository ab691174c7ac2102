/**
 * What a cache holds, as plain data that outlives the process.
 *
 * Plain objects, arrays and numbers around the user's own keys and values: `structuredClone`, `v8.serialize` and `postMessage`
 * take it if they take those, and `JSON.stringify` too. The policy's own state is not in it, but for how often an entry was
 * used: it differs from one version to the next, and is learned again in a short while.
 */

/** The version of the form that this package writes; it reads this one. */
export const DUMP_VERSION = 1;

/** How `Cache.dump` is to be made. */
export interface DumpOptions {
  /** That the keys of a cache with `secretKeys` may leave it. @default false */
  readonly includeSecretKeys?: boolean;
}

/** One entry of a {@link CacheDump}. Times are in ms and count from the dump's `at`. */
export interface DumpedEntry<K, V> {
  readonly key: K;
  readonly value: V;
  /** How often it was used, as far as the policy counts. */
  readonly uses?: number;
  /** What it weighed, in bytes; in a cache that weighs its entries. */
  readonly bytes?: number;
  /** Until its time is up, if nobody uses it. `null`: it has no end, unlike others. Without: it has what the cache gives. */
  readonly expiresIn?: number | null;
  /** How long it lives from each use on. */
  readonly idleTtl?: number;
  /** With `idleTtl`: until the end that no use puts off, if there is one. */
  readonly endsIn?: number;
  /** Since it was set; in a cache that refreshes by age. */
  readonly age?: number;
  readonly tags?: readonly string[];
}

/** What `Cache.dump` gives and `Cache.restore` takes. */
export interface CacheDump<K, V> {
  readonly format: 'plimsoll-cache';
  readonly version: typeof DUMP_VERSION;
  /** When it was made, in ms since 1970. */
  readonly at: number;
  /** The most useful first. */
  readonly entries: readonly DumpedEntry<K, V>[];
}

/** What became of a dump's entries; the numbers add up to how many there were. */
export interface RestoreReport {
  /** In the cache now. */
  readonly restored: number;
  /** Their time was up. */
  readonly expired: number;
  /** Their key was here already, and what is here is newer. */
  readonly present: number;
  /** There was no room for them; the least useful ones. */
  readonly leftOut: number;
  /** Damaged. */
  readonly damaged: number;
  /** What is wrong with the dump, or with its first damaged entry. */
  readonly problem: string | undefined;
}
