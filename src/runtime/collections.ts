import type { PerformanceEntry } from 'node:perf_hooks';
import { now } from './originals.ts';

/** What a collection did: the young generation, everything, a step of marking, callbacks of weak references. */
export const COLLECTION_KINDS = ['minor', 'major', 'incremental', 'weakCallbacks'] as const;

export type CollectionKind = (typeof COLLECTION_KINDS)[number];

/** One entry of the runtime's about a collection; times in ms on the clock of `now`. */
export interface Collection {
  readonly kind: CollectionKind;
  readonly startedAt: number;
  readonly pauseMs: number;
  /** Whether somebody asked for it: `gc()`, a snapshot, a test. */
  readonly isForced: boolean;
}

/** An entry of type `gc`, whose detail the type package does not know. */
type CollectionEntry = PerformanceEntry & { readonly detail?: { readonly kind: number; readonly flags: number } };

/** By `perf_hooks.constants`, which are the same in every version that has a `detail`. */
const KINDS: Readonly<Record<number, CollectionKind>> = {
  1: 'minor',
  4: 'major',
  8: 'incremental',
  16: 'weakCallbacks',
};
const FORCED = 4;

/**
 * Hands over every collection of this thread, about a millisecond after it, all of a batch together; later when the
 * event loop was blocked. Returns what ends it. `null` where the runtime does not know such entries.
 *
 * **Cost:** within noise, about 1 % on a program that collects all the time. Holds nothing open.
 */
export function observeCollections(onBatch: (batch: readonly Collection[]) => void): (() => void) | null {
  const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks');
  const { supportedEntryTypes } = PerformanceObserver as { readonly supportedEntryTypes?: readonly string[] };
  if (supportedEntryTypes?.includes('gc') !== true) return null;
  const observer = new PerformanceObserver((list) =>
    onBatch((list.getEntries() as CollectionEntry[]).map(asCollection)),
  );
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

function asCollection({ startTime, duration, detail }: CollectionEntry): Collection {
  return {
    kind: KINDS[detail?.kind ?? 0] ?? 'minor',
    startedAt: startTime,
    pauseMs: duration,
    isForced: ((detail?.flags ?? 0) & FORCED) !== 0,
  };
}

let answer: Promise<boolean> | undefined;

/**
 * Whether collections are reported in this runtime at all, found out once by having a small one: under Bun and Deno the
 * entries are there by name only. `false` where no collection can be had. **Cost:** 1-2 ms, once for a thread.
 */
export function hasCollectionEntries(collectMinor: (() => void) | null): Promise<boolean> {
  answer ??= tryOut(collectMinor);
  return answer;
}

/** An entry comes in the next turn of the event loop; a blocked one is given this much longer, ms. */
const PATIENCE_MS = 50;

function tryOut(collectMinor: (() => void) | null): Promise<boolean> {
  return new Promise((resolve) => {
    let isAnswered = false;
    const begun = now();
    const stop = observeCollections(() => settle(true));
    const settle = (result: boolean): void => {
      if (isAnswered) return;
      isAnswered = true;
      stop?.();
      resolve(result);
    };
    if (stop === null || collectMinor === null) return settle(false);
    collectMinor();
    const wait = (): void => {
      if (isAnswered) return;
      if (now() - begun > PATIENCE_MS) return settle(false);
      setTimeout(wait, 5).unref();
    };
    wait();
  });
}
