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
 * `-ln(1 - p) / t` uses a second of each entry, as if uses came at random; the least useful cannot be used more than the
 * mean, which bounds it where nearly all were used. Values of earlier calls count half after a minute.
 *
 * What was evicted for room meanwhile belongs to the margin, as unused. Of what has left otherwise nothing is concluded.
 *
 * An eighth of the sample is drawn anew each time. A sampled entry that is not used ages one look faster in the adaptive
 * policy; that is all the policy notices.
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

/** An entry that is watched. */
interface Watched {
  readonly slot: number;
  /** Tells whether the slot has another entry by now. */
  readonly hash: number;
  readonly bytes: number;
  /** Its count of uses when it was marked, to be put back after a use that it should not count twice; -1: it may go up. */
  count: number;
  isMarked: boolean;
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
  /** Uses a second for each byte at the margin. */
  readonly #usesPerByte = new FadingMean();
  #random = 1;

  constructor(core: CacheCore<K, V>) {
    this.#core = core;
    this.#lookedAt = core.madeAt;
  }

  /** Uses a second for each byte of the least useful entries. */
  usesPerByte(): number {
    const now = this.#core.options.expiry.clock.steadyNow();
    const passed = now - this.#lookedAt;
    if (this.#usesPerByte.weight > 0 && passed < SHORTEST) return this.#usesPerByte.value;
    this.#look(Math.max(1, passed));
    this.#lookedAt = now;
    this.#before = this.#counted();
    this.#drawSample();
    this.#watched.forEach((entry) => this.#mark(entry));
    return this.#usesPerByte.value;
  }

  #look(passed: number): void {
    const watched = this.#watched.length;
    let present = this.#watched.filter((entry) => this.#isHere(entry));
    const lost = this.#evictedOf(watched - present.length);
    if (present.length === 0) {
      this.#watched = [];
      this.#drawSample();
      present = this.#watched;
    }
    const used = new Set(present.filter((entry) => this.#wasUsed(entry)));
    this.#usesPerByte.add(this.#valueOf(present, used, lost, passed / 1000), passed);
    for (const entry of present) entry.score.add(used.has(entry) ? 1 : 0, passed);
    this.#watched = present;
  }

  /** How many of so many entries that have left were evicted for room, going by what the cache has counted. */
  #evictedOf(gone: number): number {
    const { evicted, inserts, size } = this.#before;
    const now = this.#counted();
    const left = now.inserts - inserts - (now.size - size);
    return left <= 0 ? 0 : Math.round(gone * Math.min(1, (now.evicted - evicted) / left));
  }

  /** Uses a second for each byte at the margin: first `lost` entries, unused, then those that were used least for each byte. */
  #valueOf(present: readonly Watched[], used: ReadonlySet<Watched>, lost: number, seconds: number): number {
    if (present.length === 0) return 0;
    const known = present.filter(({ score }) => score.weight > 0);
    known.sort((a, b) => a.score.value / a.bytes - b.score.value / b.bytes);
    const count = Math.ceil((known.length + lost) * MARGIN);
    // At first, when nothing is known, all.
    const margin = count === 0 ? present : known.slice(0, Math.max(0, count - lost));
    const share = margin.filter((entry) => used.has(entry)).length / Math.max(count, margin.length);
    const mean = (this.#core.store.hits - this.#before.hits) / seconds / this.#core.size;
    const bytes = present.reduce((sum, entry) => sum + entry.bytes, 0) / present.length;
    const marginBytes = margin.reduce((sum, entry) => sum + entry.bytes, 0) / margin.length;
    return Math.min(Math.abs(Math.log(1 - share)) / seconds, mean) / (margin.length > 0 ? marginBytes : bytes);
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
  #wasUsed({ slot, count, isMarked }: Watched): boolean {
    const { state } = this.#core.store;
    // Never marked: what the policy knows of its whole life.
    if (!isMarked) return (state[slot]! & (TOUCHED | COUNT)) !== 0;
    if ((state[slot]! & TOUCHED) === 0) return false;
    if (count >= 0) state[slot] = (state[slot]! & ~COUNT) | count;
    return true;
  }

  #mark(entry: Watched): void {
    const { state } = this.#core.store;
    const now = state[entry.slot]!;
    entry.isMarked = true;
    entry.count = -1;
    if ((now & TOUCHED) === 0) return;
    // Whoever was touched has been used; that must not be forgotten with the bit.
    entry.count = Math.max(now & COUNT, ONE_COUNT);
    state[entry.slot] = (now & ~(QUIET | TOUCHED | COUNT)) | entry.count;
  }

  /** Fills up the sample, and draws an eighth of it anew. */
  #drawSample(): void {
    const { store, size } = this.#core;
    if (store !== this.#store) this.#watched = [];
    this.#store = store;
    const wanted = Math.min(size, MOST, Math.max(FEWEST, Math.floor(size / SHARE)));
    this.#watched.splice(0, Math.max(this.#watched.length - wanted, Math.floor(this.#watched.length / 8)));
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
        count: -1,
        isMarked: false,
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

  add(value: number, ms: number): void {
    const faded = 2 ** (-ms / HALF_LIFE);
    this.weight = this.weight * faded + 1 - faded;
    this.value += ((value - this.value) * (1 - faded)) / this.weight;
  }
}
