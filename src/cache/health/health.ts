/**
 * What watches over a cache, at next to no cost.
 *
 * Nothing is looked at on a hit, and no timer runs. The core compares two of its own figures with marks set here: inserts so
 * far, after each insert, and the bytes, after each set of a cache that weighs; and the entries left, after each removal
 * but one for room. Only when a mark is passed is everything judged, and the next marks are set where something may change
 * at the earliest. `clear` and `resize` have it judged as well.
 */
import type { Clock } from '../../base/clock.ts';
import type { WarningCode } from '../../base/warnings.ts';
import type { Counters } from '../stats.ts';
import type { AlertLevel } from '../../base/alert.ts';
import type { CacheAlert } from './alert.ts';
import { Alerts } from './alerts.ts';
import type { OnCallbackError } from './alerts.ts';
import { ByteLevel } from './byte-level.ts';
import { EvictionRate } from './eviction-rate.ts';
import type { HealthFigures } from './figures.ts';
import { Fullness, utilisationOf } from './fullness.ts';
import type { Filling } from './fullness.ts';
import type { ResolvedHealthOptions } from './health-options.ts';
import type { HealthMarks } from './marks.ts';
import { Thrashing } from './thrashing.ts';

/** The cache, as far as its health needs to know it. */
export interface HealthHost {
  readonly size: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly weights: { readonly total: number } | undefined;
  readonly store: { readonly hits: number };
  readonly deadlines: { oldestAge(): number | undefined } | undefined;
  readonly counters: Counters;
  readonly marks: HealthMarks;
  /**
   * Takes out what has expired, then the least useful, until no more than `bytes` are left, `most` entries at most; whether
   * it came to its end. The notices wait.
   */
  shrinkTo(bytes: number, most: number): boolean;
}

/** What belongs to a cache that is watched over. */
export interface HealthSettings {
  readonly name: string | undefined;
  /** What messages call it. */
  readonly title: string;
  readonly options: ResolvedHealthOptions;
  readonly clock: Clock;
  readonly onError: OnCallbackError;
}

/** How a cache is: `critical` and `warning` while something that an alert of that level told of lasts. */
export type HealthStatus = 'healthy' | 'warning' | 'critical';

/** Inserts from one look at everything, and at the clock, to the next: this part of the entries there may be, */
const STEP_PART = 1 / 8;
/** but within these. */
const SHORTEST_STEP = 32;
const LONGEST_STEP = 256;
/** Shares of whole numbers may come out a little too high. */
const ROUNDING = 1e-6;
/** Entries taken out in one call when there are too many bytes: some milliseconds without disposers. */
const MOST_CUT = 10_000;
/** How long something that happened once, and cannot be seen to end, counts as the state of a cache, ms. */
const INCIDENT_LASTS = 600_000;

export class Health {
  readonly #host: HealthHost;
  readonly #title: string;
  readonly #clock: Clock;
  readonly #alerts: Alerts;
  readonly #fullness: Fullness;
  readonly #byteLevel: ByteLevel | undefined;
  readonly #thrashing = new Thrashing();
  readonly #rate = new EvictionRate();
  #nextStep = 0;
  /** The last cut was ended by its limit. */
  #isBehind = false;
  #incidents: Map<WarningCode, { readonly level: AlertLevel; readonly until: number }> | undefined;

  constructor(host: HealthHost, { name, title, options, clock, onError }: HealthSettings) {
    this.#host = host;
    this.#title = title;
    this.#clock = clock;
    this.#alerts = new Alerts(name, options, { clock, onError });
    this.#fullness = new Fullness(options.warnUtilisation);
    this.#byteLevel = options.warnBytes === undefined ? undefined : new ByteLevel(options.warnBytes);
  }

  /** Judges everything, tells of what is new, and cuts the cache back when it has far too many bytes. */
  check(): void {
    const { inserts } = this.#host.counters;
    if (inserts >= this.#nextStep) {
      this.#nextStep = inserts + this.#step();
      this.#noteTime();
    }
    const wereMany = this.#byteLevel === undefined ? undefined : this.#judgeBytes(this.#byteLevel);
    const filling = this.#filling();
    const isFull = this.#fullness.judge(filling);
    const thrashes = this.#thrashing.judge(this.#uses(), filling.size, this.#title);
    this.#setMarks(filling);
    // The user's functions come last: they may call the cache.
    if (wereMany !== undefined) this.#alerts.raise(wereMany.level, 'PLIM_WARN_CACHE_BYTES', wereMany.message);
    if (isFull) this.#alerts.raise('warning', 'PLIM_WARN_CACHE_FULL', this.#fullness.describe(this.#title, filling));
    if (thrashes !== undefined) this.#alerts.raise('warning', 'PLIM_WARN_CACHE_THRASHING', thrashes);
  }

  /** Entries have left other than for room: judges whether it is still nearly full. Calls nobody. */
  settle(): void {
    const filling = this.#filling();
    if (this.#fullness.settle(filling)) this.#setMarks(filling);
  }

  /** The bounds are other ones: what was evicted under the old ones proves nothing. */
  rebounded(): void {
    this.#thrashing.restart();
    this.settle();
    this.check();
  }

  /** Entries were evicted, but not by a set. */
  evicted(): void {
    this.settle();
    this.#noteTime();
  }

  /** Something happened that the owner should know of. */
  alert(level: AlertLevel, code: WarningCode, message: string): void {
    this.#alerts.raise(level, code, message);
  }

  /** {@link alert}, of what counts as the state of the cache for ten minutes: nobody can see whether it still matters. */
  incident(level: AlertLevel, code: WarningCode, message: string): void {
    this.#incidents ??= new Map();
    this.#incidents.set(code, { level, until: this.#clock.steadyNow() + INCIDENT_LASTS });
    this.alert(level, code, message);
  }

  /** The last 50 alerts, oldest first. */
  alerts(): CacheAlert[] {
    return this.#alerts.list();
  }

  /** The state of the cache and what it comes from. That it is full is none: a bounded cache is meant to be. */
  status(): { readonly status: HealthStatus; readonly reasons: WarningCode[] } {
    this.#noteFewerBytes();
    const levels = new Map<WarningCode, AlertLevel>();
    const level = this.#byteLevel?.level ?? 'ok';
    if (level !== 'ok') levels.set('PLIM_WARN_CACHE_BYTES', level);
    if (this.#thrashing.isOpen) levels.set('PLIM_WARN_CACHE_THRASHING', 'warning');
    const now = this.#clock.steadyNow();
    for (const [code, incident] of this.#incidents ?? []) if (now < incident.until) levels.set(code, incident.level);
    const worst = [...levels.values()].includes('critical') ? 'critical' : 'warning';
    return { status: levels.size === 0 ? 'healthy' : worst, reasons: [...levels.keys()] };
  }

  /** What is worked out of the counts when somebody asks. */
  figures(): HealthFigures {
    this.#noteTime();
    const { maxEntries, store, counters, deadlines } = this.#host;
    const lookups = store.hits + counters.misses;
    return {
      capacity: maxEntries === Infinity ? undefined : maxEntries,
      utilisation: utilisationOf(this.#filling()),
      hitRatio: lookups === 0 ? undefined : store.hits / lookups,
      evictionsPerMinute: this.#rate.perMinute(this.#evictions(), this.#clock.steadyNow()),
      oldestMs: deadlines?.oldestAge(),
    };
  }

  /** Counts what was deleted since the last set. Cutting back is left to the next one. */
  #noteFewerBytes(): void {
    const filling = this.#filling();
    if (this.#byteLevel === undefined || filling.bytes! > this.#byteLevel.warnBytes) return;
    this.#byteLevel.judge(filling.bytes!);
    this.#setMarks(filling);
  }

  #judgeBytes(byteLevel: ByteLevel): { readonly level: AlertLevel; readonly message: string } | undefined {
    const { weights } = this.#host;
    const from = weights!.total;
    const reached = byteLevel.judge(from);
    if (byteLevel.level === 'critical' && from > byteLevel.warnBytes) {
      const cut = this.#cut(byteLevel, from);
      return reached === undefined
        ? undefined
        : { level: 'critical', message: byteLevel.describeCut(this.#title, cut) };
    }
    this.#isBehind = false;
    return reached === undefined ? undefined : { level: reached, message: byteLevel.describe(this.#title, from) };
  }

  #cut(byteLevel: ByteLevel, from: number): { from: number; to: number; expired: number; evicted: number } {
    const { weights, counters } = this.#host;
    const before = { ...counters.evictions };
    this.#isBehind = !this.#host.shrinkTo(byteLevel.warnBytes, MOST_CUT);
    byteLevel.judge(weights!.total);
    this.settle();
    const { expired, pressure } = counters.evictions;
    return { from, to: weights!.total, expired: expired - before.expired, evicted: pressure - before.pressure };
  }

  #setMarks(filling: Filling): void {
    const { counters, marks } = this.#host;
    const { size, maxEntries, maxBytes, bytes } = filling;
    const { isOpen, mark, end } = this.#fullness;
    const untilFull = isOpen ? Infinity : Math.ceil(mark * maxEntries - size - ROUNDING);
    marks.checkAt = Math.min(this.#nextStep, counters.inserts + Math.max(1, untilFull));
    // Entries do not tell how many bytes are left.
    const endSize = maxBytes === Infinity ? end * maxEntries : Infinity;
    marks.sizeBelow = isOpen ? endSize : 0;
    if (bytes === undefined) return;
    const steps = [mark * maxBytes, ...(this.#byteLevel?.marks ?? [])];
    marks.bytesAbove = this.#isBehind ? 0 : Math.min(...steps.filter((at) => at > bytes));
    marks.bytesBelow = Math.max(0, ...steps.filter((at) => at <= bytes));
  }

  #step(): number {
    return Math.max(SHORTEST_STEP, Math.min(LONGEST_STEP, Math.floor(this.#host.maxEntries * STEP_PART)));
  }

  #filling(): Filling {
    const { size, maxEntries, maxBytes, weights } = this.#host;
    return { size, maxEntries, maxBytes, bytes: weights?.total };
  }

  #noteTime(): void {
    this.#rate.note(this.#evictions(), this.#clock.steadyNow());
  }

  #uses(): { hits: number; misses: number; evicted: number; unused: number } {
    const { counters, store } = this.#host;
    const { misses, evictions, evictedUnused } = counters;
    return { hits: store.hits, misses, evicted: evictions.capacity, unused: evictedUnused };
  }

  #evictions(): number {
    const { capacity, pressure } = this.#host.counters.evictions;
    return capacity + pressure;
  }
}
