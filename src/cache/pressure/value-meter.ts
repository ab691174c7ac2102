/**
 * What a cache is worth per byte, at its margin: what would be lost if it gave some of its bytes back.
 *
 * The mean would mislead. A cache with a few busy entries and a long idle tail has a fine hit ratio, and yet its tail is the
 * first thing to let go of. So this looks at the least useful entries alone. Up to 128 entries are sampled. Between two
 * calls it is seen which of them were used: their TOUCHED bit is taken away, and a use puts it back, by the way that every
 * policy has for it anyway. So hits cost nothing, and there is nothing to keep per entry.
 *
 * The least useful quarter of the sample is chosen by what was seen *before*, and valued by what is seen *now*: to choose and
 * to value by the same look would take bad luck for uselessness. The share `p` of it that was used in `t` seconds stands for
 * `-ln(1 - p) / t` uses a second of each entry, as if uses came at random. Values of earlier looks count half after a minute; one
 * counts for less whose quarter was chosen by little. The least useful cannot be used more than the mean, which bounds the value,
 * but not each look: a bound on each would cut off the lucky looks and leave the unlucky ones, and a cache whose entries are
 * all alike would look worth half of what it is.
 *
 * What was evicted for room meanwhile belongs to the margin, as unused. Of what has left otherwise nothing is concluded.
 *
 * An entry is watched for about two minutes, whatever the number of looks: over some seconds what is used once a minute looks like
 * what is never used. A sampled entry that is not used ages one look faster in the adaptive policy; that is all the policy
 * notices. Its hand may pass between two looks and take TOUCHED away; then the count of uses tells.
 */
import { State } from '../core/slots.ts';
import type { CacheCore } from '../core/cache-core.ts';
import type { Store } from '../core/store.ts';
import { bytesOf } from './entry-bytes.ts';

const { QUIET, TOUCHED, COUNT, ONE_COUNT } = State;

/** Entries sampled: one in eight, */
const SHARE = 8;
/** but so many in any case, if there are, */
const FEWEST = 16;
/** and no more than this. */
const MOST = 128;
/** The part of the sample that is the margin. */
const MARGIN = 0.25;
/** Calls closer together than this many ms get the value of the one before. */
const SHORTEST = 1000;
/** After so many ms what was seen counts half. */
const HALF_LIFE = 60_000;
/** An entry is watched for about so long, ms: with less those that are used now and then do not differ from those that never are. */
const WATCHED_FOR = 120_000;
/** No look draws more than this share of the sample anew. */
const MOST_RENEWED = 1 / 8;
/** How much the mean of all counts in the score of one, as a weight: of one that was just drawn nothing else is known. */
const PRIOR = 0.25;
/** What a look counts for at least, whose margin is chosen by little or nothing. */
const LEAST_SURE = 0.02;

/** An entry that is watched. */
interface Watched {
  readonly slot: number;
  /** Tells whether the slot has another entry by now. */
  readonly hash: number;
  readonly bytes: number;
  isMarked: boolean;
  /** Its count of uses when it was marked. */
  count: number;
  /** Whether the mark lets the policy count a use that it would not have counted without. */
  isCountedTwice: boolean;
  /** In what part of the looks so far it had been used. */
  readonly score: FadingMean;
}

/** What a cache had counted at some moment. */
interface Counted {
  readonly hits: number;
  readonly inserts: number;
  /** For room. */
  readonly evicted: number;
  readonly size: number;
}

export class ValueMeter<K, V> {
  readonly #core: CacheCore<K, V>;
  #store: Store | undefined;
  #watched: Watched[] = [];
  /** When the last look was, and what had been counted then; at first, the cache's beginning. */
  #lookedAt: number;
  #before: Counted = { hits: 0, inserts: 0, evicted: 0, size: 0 };
  /** Uses a second for each byte at the margin, and what all entries have on the average: the margin cannot have more. */
  readonly #margin = new FadingMean();
  readonly #mean = new FadingMean();
  /** Entries that are due to be drawn anew, in part. */
  #renewal = 0;
  #random = 1;

  constructor(core: CacheCore<K, V>) {
    this.#core = core;
    this.#lookedAt = core.madeAt;
  }

  /** Uses a second for each byte of the least useful entries. */
  usesPerByte(): number {
    const now = this.#core.options.expiry.clock.steadyNow();
    const passed = now - this.#lookedAt;
    if (this.#margin.weight === 0 || passed >= SHORTEST) {
      this.#look(Math.max(1, passed));
      this.#lookedAt = now;
      this.#before = this.#counted();
      this.#drawSample(passed);
      this.#watched.forEach((entry) => this.#mark(entry));
    }
    return Math.min(this.#margin.value, this.#mean.value);
  }

  #look(passed: number): void {
    const watched = this.#watched.length;
    let present = this.#watched.filter((entry) => this.#isHere(entry));
    const lost = this.#evictedOf(watched - present.length);
    if (present.length === 0) {
      this.#watched = [];
      this.#drawSample(0);
      present = this.#watched;
    }
    const used = new Set(present.filter((entry) => this.#wasUsed(entry)));
    this.#value(present, used, lost, passed);
    for (const entry of present) entry.score.add(used.has(entry) ? 1 : 0, passed, entry.isMarked ? 1 : LEAST_SURE);
    this.#watched = present;
  }

  /** How many of so many entries that have left were evicted for room, going by what the cache has counted. */
  #evictedOf(gone: number): number {
    const { evicted, inserts, size } = this.#before;
    const now = this.#counted();
    const left = now.inserts - inserts - (now.size - size);
    return left <= 0 ? 0 : Math.round(gone * Math.min(1, (now.evicted - evicted) / left));
  }

  /** Values the margin by the last look: first `lost` entries, unused, then those that were used least for each byte. */
  #value(present: readonly Watched[], used: ReadonlySet<Watched>, lost: number, passed: number): void {
    const isFirst = this.#margin.weight === 0;
    const known = leastUsedFirst(present.filter(({ score }) => score.weight > 0));
    const count = Math.ceil((known.length + lost) * MARGIN);
    // At first, when nothing is known, all.
    const margin = count === 0 ? present : known.slice(0, Math.max(0, count - lost));
    const entries = Math.max(count, margin.length);
    if (entries === 0) return this.#add(0, 0, passed, 1);
    const bytes = meanBytes(margin.length > 0 ? margin : present);
    const mean = ((this.#core.store.hits - this.#before.hits) / passed / Math.max(1, this.#core.size)) * 1000;
    const hit = margin.filter((entry) => used.has(entry)).length;
    // Where all were used it is not to be seen how often.
    const unseen = hit === entries ? Math.log(2 * entries) : -Math.log1p(-hit / entries);
    const rate = Math.max((unseen / passed) * 1000, hit === entries ? mean : 0);
    // Of which nobody is known to be the least useful, the margin is as good as all; but the first look is on a whole life.
    const isTold = count > 0 || isFirst;
    this.#add((isTold ? rate : mean) / bytes, mean / bytes, passed, Math.max(LEAST_SURE, meanWeight(known)));
  }

  #add(margin: number, mean: number, passed: number, sure: number): void {
    this.#margin.add(margin, passed, sure);
    this.#mean.add(mean, passed);
  }

  #counted(): Counted {
    const { store, counters, size } = this.#core;
    return { hits: store.hits, inserts: counters.inserts, evicted: counters.evictions.capacity, size };
  }

  #isHere({ slot, hash }: Watched): boolean {
    const { store } = this.#core;
    return store === this.#store && store.slots.isTaken(slot) && store.slots.hashes[slot] === hash;
  }

  /** Whether the entry was used since it was marked; puts its count back to what it would be without the mark. */
  #wasUsed({ slot, count, isCountedTwice, isMarked }: Watched): boolean {
    const { state } = this.#core.store;
    const now = state[slot]!;
    // Never marked: what the policy knows of its whole life.
    if (!isMarked) return (now & (TOUCHED | COUNT)) !== 0;
    const isCounted = (now & COUNT) > count;
    if (isCounted && isCountedTwice) state[slot] = now - ONE_COUNT;
    // A policy that looked for somebody to evict may have taken the bit away; the count stays.
    return isCounted || (now & TOUCHED) !== 0;
  }

  #mark(entry: Watched): void {
    const { state } = this.#core.store;
    const now = state[entry.slot]!;
    entry.isMarked = true;
    entry.isCountedTwice = (now & TOUCHED) !== 0;
    // Whoever was touched has been used; that must not be forgotten with the bit.
    entry.count = entry.isCountedTwice ? Math.max(now & COUNT, ONE_COUNT) : now & COUNT;
    if (entry.isCountedTwice) state[entry.slot] = (now & ~(QUIET | TOUCHED | COUNT)) | entry.count;
  }

  /** Fills up the sample, and draws some of it anew. */
  #drawSample(passed: number): void {
    const { store, size } = this.#core;
    if (store !== this.#store) this.#watched = [];
    this.#store = store;
    const wanted = Math.min(size, MOST, Math.max(FEWEST, Math.floor(size / SHARE)));
    this.#renewal += this.#watched.length * Math.min(MOST_RENEWED, passed / WATCHED_FOR);
    const renewed = Math.floor(this.#renewal);
    this.#renewal -= renewed;
    this.#watched.splice(0, Math.max(this.#watched.length - wanted, renewed));
    const known = new Set(this.#watched.map(({ slot }) => slot));
    for (let tries = wanted * 8; tries > 0 && this.#watched.length < wanted; tries--) {
      const slot = 1 + Math.floor(this.#nextRandom() * store.slots.count);
      if (known.has(slot) || !store.slots.isTaken(slot)) continue;
      known.add(slot);
      const bytes = bytesOf(this.#core, slot);
      this.#watched.push({
        slot,
        hash: store.slots.hashes[slot]!,
        bytes,
        isMarked: false,
        count: 0,
        isCountedTwice: false,
        score: new FadingMean(),
      });
    }
  }

  #nextRandom(): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return this.#random / 2 ** 32;
  }
}

/** The mean of what was seen, each look for as long as it took, and half as much after {@link HALF_LIFE}. */
class FadingMean {
  value = 0;
  weight = 0;

  /** @param sure - from 0 to 1: what it counts for, beside others of the same length */
  add(value: number, ms: number, sure: number = 1): void {
    const faded = 2 ** (-ms / HALF_LIFE);
    const counts = (1 - faded) * sure;
    this.weight = this.weight * faded + counts;
    this.value += ((value - this.value) * counts) / this.weight;
  }
}

/** By uses for each byte, as far as they are known. */
function leastUsedFirst(entries: readonly Watched[]): Watched[] {
  const usual =
    entries.reduce((sum, { score }) => sum + score.value * score.weight, 0) / (entries.length * meanWeight(entries));
  const worth = ({ score, bytes }: Watched): number =>
    (score.value * score.weight + usual * PRIOR) / (score.weight + PRIOR) / bytes;
  return entries.toSorted((a, b) => worth(a) - worth(b));
}

/** How well the entries are known, from 0 to 1. */
function meanWeight(entries: readonly Watched[]): number {
  return entries.length === 0 ? 0 : entries.reduce((sum, { score }) => sum + score.weight, 0) / entries.length;
}

function meanBytes(entries: readonly Watched[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0) / entries.length;
}
