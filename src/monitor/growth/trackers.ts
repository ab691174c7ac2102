import { liveOf } from '../../base/registry.ts';
import type { Sample } from '../sampling/sampler.ts';
import type { FloorReading } from '../series/floors.ts';
import type { RuleSettings } from '../rules/rule-options.ts';
import type { CountGrowth } from '../rules/view.ts';
import { type Growth, GrowthTracker, type TrendJudge } from './growth.ts';

/** What one handle or listener weighs in a judge that thinks in bytes and takes less than 1 MiB for nothing: 16 are the least. */
const COUNT_WEIGHT = 64 * 1024;
/** Below this a count is not followed yet. */
const LEAST_COUNT = 16;
/** Kinds that are followed at most; the program's own labels have no bound. */
const MOST_KINDS = 64;

/** What registered caches hold and may still take, as far as they weigh what they hold. */
interface CacheBytes {
  readonly held: number;
  readonly room: number;
}

/** A live cache, of this copy of the package or another: what it lacks is left out. */
interface WeighedCache {
  readonly bytes?: unknown;
  readonly maxBytes?: unknown;
}

function cacheBytes(): CacheBytes {
  let [held, room] = [0, 0];
  for (const cache of liveOf('cache') as WeighedCache[]) {
    const { bytes, maxBytes } = cache;
    if (typeof bytes !== 'number') continue;
    held += bytes;
    if (typeof maxBytes === 'number' && Number.isFinite(maxBytes)) room += Math.max(0, maxBytes - bytes);
  }
  return { held, room };
}

/** Everything that may grow without end, each by a tracker of its own. */
export class GrowthTrackers {
  readonly #heap: GrowthTracker;
  readonly #external: GrowthTracker;
  readonly #native: GrowthTracker;
  readonly #handles: CountTrackers;
  readonly #listeners: CountTrackers;

  readonly #rules: RuleSettings;

  /** @param rules - what is judged at all */
  constructor(rules: RuleSettings, judge: TrendJudge) {
    this.#rules = rules;
    this.#heap = new GrowthTracker(judge);
    this.#external = new GrowthTracker(judge);
    this.#native = new GrowthTracker(judge);
    this.#handles = new CountTrackers(judge);
    this.#listeners = new CountTrackers(judge);
  }

  /** @param at - steady time, ms */
  addFloor(at: number, { heapBytes, externalBytes, rssBytes, heapTotalBytes, work }: FloorReading): void {
    this.#heap.add({ at, value: heapBytes, work }, cacheBytes().held);
    this.#external.add({ at, value: externalBytes, work });
    this.#native.add({ at, value: Math.max(0, rssBytes - heapTotalBytes - externalBytes), work });
  }

  addSample(at: number, { handles, listeners }: Sample, work: number): void {
    this.#handles.add(at, handles, work);
    this.#listeners.add(at, listeners, work);
  }

  /** Judges the one that has waited longest, if any is due: all at once would stop the program for long. */
  judgeNext(at: number): void {
    let first: GrowthTracker | undefined;
    for (const tracker of this.#judged()) {
      if (tracker.dueSince(at) < (first?.dueSince(at) ?? Infinity)) first = tracker;
    }
    first?.judge(at, first === this.#heap ? cacheBytes().room : 0);
  }

  #judged(): GrowthTracker[] {
    const { growth, external, native, handles, listeners } = this.#rules;
    return [
      ...(growth === undefined ? [] : [this.#heap]),
      ...(external === undefined ? [] : [this.#external]),
      ...(native === undefined ? [] : [this.#native]),
      ...(handles === undefined ? [] : this.#handles.trackers),
      ...(listeners === undefined ? [] : this.#listeners.trackers),
    ];
  }

  growths(at: number): GrowthsNow {
    return {
      heap: this.#heap.growth(at),
      external: this.#external.growth(at),
      native: this.#native.growth(at),
      handles: this.#handles.growths(at),
      listeners: this.#listeners.growths(at),
    };
  }
}

/** What is to be said of all that may grow. */
export interface GrowthsNow {
  readonly heap: Growth;
  readonly external: Growth;
  readonly native: Growth;
  readonly handles: readonly CountGrowth[];
  readonly listeners: readonly CountGrowth[];
}

class CountTrackers {
  readonly #judge: TrendJudge;
  readonly #kinds: Map<string, { readonly tracker: GrowthTracker; count: number }> = new Map();

  constructor(judge: TrendJudge) {
    this.#judge = judge;
  }

  get trackers(): GrowthTracker[] {
    return Array.from(this.#kinds.values(), ({ tracker }) => tracker);
  }

  add(at: number, counts: Readonly<Record<string, number>> | null, work: number): void {
    if (counts === null) return;
    for (const [kind, entry] of this.#kinds) entry.count = counts[kind] ?? 0;
    for (const [kind, count] of Object.entries(counts)) {
      if (this.#kinds.has(kind) || count < LEAST_COUNT || this.#kinds.size >= MOST_KINDS) continue;
      this.#kinds.set(kind, { tracker: new GrowthTracker(this.#judge, COUNT_WEIGHT), count });
    }
    for (const { tracker, count } of this.#kinds.values()) tracker.add({ at, value: count, work });
  }

  growths(at: number): CountGrowth[] {
    return Array.from(this.#kinds, ([kind, { tracker, count }]) => ({ kind, count, growth: tracker.growth(at) }));
  }
}
