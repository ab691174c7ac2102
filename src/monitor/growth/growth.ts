import { FloorHistory, type judgeTrend, type TrendFinding } from '../trend/index.ts';
import { recentRate } from './recent-rate.ts';

/** How something grows: what the judge of long trends says, and the rate of the last minutes. */
export interface Growth {
  /** `null` before there was anything to judge. */
  readonly finding: TrendFinding | null;
  /** Units per minute over the last ten minutes; `null` when they do not tell. */
  readonly recentPerMinute: number | null;
  /** The newest value. */
  readonly value: number | null;
  /** How often it was judged. */
  readonly judgements: number;
}

/** One value of what may grow, at a moment in ms; `work` as counted by then. */
export interface GrowthPoint {
  readonly at: number;
  readonly value: number;
  readonly work: number;
}

/** Judging takes some ms; nothing that takes hours to show needs it more often, ms. */
const JUDGE_EVERY_MS = 5 * 60_000;
/** The last minutes, and the most points of them that are kept. */
const RECENT_MS = 10 * 60_000;
const RECENT_POINTS = 30;

/** Judges a series of many hours. */
export type TrendJudge = typeof judgeTrend;

/** One series, and what is to be said of its growth. */
export class GrowthTracker {
  readonly #history: FloorHistory = new FloorHistory();
  readonly #judge: TrendJudge;
  /** Bytes that one unit stands for in the judge, which thinks in bytes. */
  readonly #weight: number;
  readonly #recent: GrowthPoint[] = [];
  #finding: TrendFinding | null = null;
  #judgements = 0;
  #judgedAt = -Infinity;
  #isNew = false;
  #rate: number | null | undefined;

  /** @param weight - bytes of one unit */
  constructor(judge: TrendJudge, weight: number = 1) {
    this.#judge = judge;
    this.#weight = weight;
  }

  /** @param cachedBytes - what registered caches hold of the value */
  add(point: GrowthPoint, cachedBytes?: number): void {
    const { at, value, work } = point;
    const floor = { at, bytes: value * this.#weight, ...(work > 0 ? { work } : {}) };
    this.#history.add(cachedBytes === undefined ? floor : { ...floor, cachedBytes });
    this.#isNew = true;
    this.#rate = undefined;
    this.#keepRecent(point);
  }

  /** Since when there is something new to judge that may be judged; `Infinity` while there is none. */
  dueSince(at: number): number {
    const due = this.#judgedAt + JUDGE_EVERY_MS;
    return this.#isNew && at >= due ? due : Infinity;
  }

  /** Judges anew. **Cost:** 5 to 20 ms. @param cacheRoom - what caches may still take, bytes */
  judge(at: number, cacheRoom: number = 0): void {
    this.#finding = this.#inUnits(this.#judge(this.#history.floors(), { cacheRoom }));
    this.#judgements++;
    this.#judgedAt = at;
    this.#isNew = false;
  }

  /** What is to be said at a moment. */
  growth(at: number): Growth {
    this.#rate ??= recentRate(this.#recent.filter((point) => at - point.at <= RECENT_MS));
    return {
      finding: this.#finding,
      recentPerMinute: this.#rate,
      value: this.#recent.at(-1)?.value ?? null,
      judgements: this.#judgements,
    };
  }

  clear(): void {
    this.#history.clear();
    this.#recent.length = 0;
    this.#finding = null;
    this.#judgedAt = -Infinity;
    this.#isNew = false;
    this.#rate = undefined;
  }

  /** Points are spaced so that the kept ones cover the last minutes; of those too near to one another the lowest stays. */
  #keepRecent(point: GrowthPoint): void {
    const last = this.#recent.at(-1);
    const slot = (at: number): number => Math.floor(at / (RECENT_MS / RECENT_POINTS));
    if (last !== undefined && slot(last.at) === slot(point.at)) {
      if (point.value < last.value) this.#recent[this.#recent.length - 1] = point;
      return;
    }
    this.#recent.push(point);
    if (this.#recent.length > RECENT_POINTS) this.#recent.shift();
  }

  #inUnits(finding: TrendFinding): TrendFinding {
    if (this.#weight === 1) return finding;
    const scaled = (bytes: number): number => bytes / this.#weight;
    return {
      ...finding,
      bytesPerMinute: scaled(finding.bytesPerMinute),
      errorPerMinute: scaled(finding.errorPerMinute),
      bytesPerWork: finding.bytesPerWork === null ? null : scaled(finding.bytesPerWork),
      growth: scaled(finding.growth),
    };
  }
}
