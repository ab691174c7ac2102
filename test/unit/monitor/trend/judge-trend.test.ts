import { describe, expect, test } from 'vitest';
import { FloorHistory, type HeapFloor, judgeTrend, type TrendFinding } from '../../../../src/monitor/trend/index.ts';
import { seededRandom } from './seeded-random.ts';

const MINUTE = 60_000;
const MB = 1024 * 1024;

interface Shape {
  readonly hours?: number;
  readonly everyMinutes?: number;
  readonly noise?: number;
  readonly seed?: number;
  readonly live: (minute: number) => number;
  /** Units of work per minute. */
  readonly load?: (minute: number) => number;
  readonly cached?: (minute: number) => number;
}

function floorsOf({ hours = 12, everyMinutes = 10, noise = MB, seed = 1, live, load, cached }: Shape): HeapFloor[] {
  const random = seededRandom(seed);
  const floors: HeapFloor[] = [];
  let work = 0;
  for (let minute = 0; minute <= hours * 60; minute += everyMinutes) {
    if (load !== undefined) work += load(minute) * everyMinutes;
    floors.push({
      at: 5_000 + minute * MINUTE,
      bytes: live(minute) + (random() - 0.5) * 2 * noise,
      ...(load === undefined ? {} : { work, load: load(minute) }),
      ...(cached === undefined ? {} : { cachedBytes: cached(minute) }),
    });
  }
  return floors;
}

const judge = (shape: Shape): TrendFinding => judgeTrend(floorsOf(shape));
const dayWave = (minute: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * minute) / 1440);

describe('judgeTrend', () => {
  test('finds a leak, its rate with an error that holds it, and its window', () => {
    const finding = judge({ live: (minute) => 100 * MB + minute * 0.2 * MB });
    expect(finding).toMatchObject({ verdict: 'leak', knowsLoad: false, bytesPerWork: null });
    expect(finding.errorPerMinute).toBeGreaterThan(0);
    expect(Math.abs(finding.bytesPerMinute - 0.2 * MB)).toBeLessThan(4 * finding.errorPerMinute);
    expect(finding.bytesPerMinute).toBeCloseTo(0.2 * MB, -4);
    expect(finding.growth).toBeCloseTo((finding.bytesPerMinute * finding.spanMs) / MINUTE, 0);
    expect(finding.reason).toContain('in every part of it');
  });

  test('tells growth by the unit of work', () => {
    const perUnit = 1328;
    const finding = judge({ live: (minute) => 100 * MB + minute * 200 * perUnit, load: () => 200 });
    expect(finding.verdict).toBe('leak');
    expect(finding.knowsLoad).toBe(true);
    expect(Math.abs(finding.bytesPerWork! - perUnit)).toBeLessThan(perUnit * 0.1);
  });

  test('finds a leak that goes by the work done, and one under a daily load', () => {
    const load = (minute: number): number => 100 + 400 * dayWave(minute);
    let leaked = 0;
    const byWork = judge({ hours: 36, load, live: (minute) => 100 * MB + (leaked += load(minute) * 10 * 500) });
    expect(byWork.verdict).toBe('leak');
    const byTime = judge({
      hours: 36,
      load,
      live: (minute) => 100 * MB + 40 * MB * dayWave(minute) + minute * 0.1 * MB,
    });
    expect(byTime.verdict).toBe('leak');
    expect(Math.abs(byTime.bytesPerMinute / (0.1 * MB) - 1)).toBeLessThan(0.3);
  });

  test.each<[string, string[], Shape]>([
    ['floors that stay', ['flat'], { live: () => 100 * MB }],
    [
      'a start that settles',
      ['flat', 'ended', 'unsure'],
      { live: (minute) => 100 * MB + 80 * MB * (1 - Math.exp(-minute / 40)) },
    ],
    ['a step', ['flat', 'ended', 'unsure'], { live: (minute) => (minute > 400 ? 150 : 100) * MB }],
    ['a ramp that has ended', ['flat', 'ended', 'unsure'], { live: (minute) => 100 * MB + Math.min(minute, 80) * MB }],
    ['what falls', ['flat'], { live: (minute) => 300 * MB - minute * 0.2 * MB }],
    [
      'memory that follows the load',
      ['load'],
      {
        hours: 48,
        load: (minute) => 100 + 400 * dayWave(minute),
        live: (minute) => 100 * MB + 60 * MB * dayWave(minute),
      },
    ],
    ['growth too small to matter', ['flat'], { noise: 1000, live: (minute) => 500 * MB + minute * 100 }],
  ])('does not take for a leak: %s', (_what, verdicts, shape) => {
    for (const seed of [1, 2]) {
      const floors = floorsOf({ ...shape, seed });
      // At every moment, not only at the end.
      for (let n = 12; n < floors.length; n += 12)
        expect([n, judgeTrend(floors.slice(0, n)).verdict]).not.toEqual([n, 'leak']);
      expect(verdicts).toContain(judgeTrend(floors).verdict);
    }
  });

  test('a walk at random is rarely called a leak', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const random = seededRandom(seed);
      let bytes = 200 * MB;
      const floors = Array.from({ length: 100 }, (_, i) => ({
        at: i * 5 * MINUTE,
        bytes: (bytes += (random() - 0.5) * MB),
      }));
      if (judgeTrend(floors).verdict === 'leak') alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(3);
  });

  test('takes off what registered caches hold', () => {
    const cached = (minute: number): number => minute * 0.2 * MB;
    const live = (minute: number): number => 100 * MB + cached(minute);
    expect(judge({ live }).verdict).toBe('leak');
    expect(judge({ live, cached }).verdict).toBe('flat');
    const leaking = judge({ live: (minute) => live(minute) + minute * 0.1 * MB, cached });
    expect(leaking.verdict).toBe('leak');
    expect(Math.abs(leaking.bytesPerMinute / (0.1 * MB) - 1)).toBeLessThan(0.1);
  });

  test('growth within the bound of filling caches is theirs, unless their bytes are known', () => {
    const live = (minute: number): number => 100 * MB + minute * 0.1 * MB;
    const within = judgeTrend(floorsOf({ live }), { cacheRoom: 200 * MB });
    expect(within.verdict).toBe('filling');
    expect(within.reason).toContain('200 MiB');
    expect(judgeTrend(floorsOf({ live }), { cacheRoom: 20 * MB }).verdict).toBe('leak');
    expect(judgeTrend(floorsOf({ live, cached: () => 0 }), { cacheRoom: 200 * MB }).verdict).toBe('leak');
  });

  test('says so while there is too little', () => {
    const floors = floorsOf({ live: (minute) => 100 * MB + minute * MB });
    expect(judgeTrend([]).verdict).toBe('few');
    expect(judgeTrend(floors.slice(0, 5)).verdict).toBe('few');
    expect(judgeTrend(floors, { leastSpanMs: 24 * 60 * MINUTE }).verdict).toBe('few');
    expect(judgeTrend(floors.slice(0, 30), { warmUpMs: 6 * 60 * MINUTE }).verdict).toBe('few');
  });

  test('takes floors at one moment, without noise, and all alike', () => {
    expect(judgeTrend(Array.from({ length: 50 }, () => ({ at: 7, bytes: MB }))).verdict).toBe('few');
    expect(judgeTrend(Array.from({ length: 50 }, (_, i) => ({ at: i * 10 * MINUTE, bytes: MB }))).verdict).toBe('flat');
    const straight = Array.from({ length: 50 }, (_, i) => ({ at: i * 10 * MINUTE, bytes: 100 * MB + i * MB }));
    expect(judgeTrend(straight).verdict).toBe('leak');
  });
});

describe('FloorHistory', () => {
  test('stays small, and knows the recent past best', () => {
    const history = new FloorHistory();
    for (let i = 0; i < 20_000; i++)
      history.add({ at: i * 1000, bytes: 100 * MB + i, work: i, load: 60, cachedBytes: i });
    const floors = history.floors();
    expect(floors.length).toBeLessThan(500);
    expect(floors.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
    expect(floors.at(-1)).toEqual({
      at: 19_999_000,
      bytes: 100 * MB + 19_999,
      work: 19_999,
      load: 60,
      cachedBytes: 19_999,
      count: 1,
    });
    for (let i = 1; i < floors.length; i++) {
      expect(floors[i]!.at).toBeGreaterThan(floors[i - 1]!.at);
      expect(floors[i]!.bytes - 100 * MB).toBeCloseTo(floors[i]!.at / 1000);
    }
    history.clear();
    expect(history.floors()).toEqual([]);
  });

  test('judges a merged history as the whole one', () => {
    const floors = floorsOf({ hours: 60, everyMinutes: 1, live: (minute) => 100 * MB + minute * 0.05 * MB });
    const history = new FloorHistory();
    for (const floor of floors) history.add(floor);
    expect(history.floors().length).toBeLessThan(floors.length / 5);
    const [merged, whole] = [judgeTrend(history.floors()), judgeTrend(floors)];
    expect(merged.verdict).toBe('leak');
    expect(Math.abs(merged.bytesPerMinute / whole.bytesPerMinute - 1)).toBeLessThan(0.05);
  });

  test('leaves out what is no floor, and what comes too late', () => {
    const history = new FloorHistory();
    history.add({ at: 10, bytes: 5 });
    for (const floor of [
      { at: 9, bytes: 5 },
      { at: 11, bytes: Number.NaN },
      { at: Number.NaN, bytes: 1 },
    ])
      history.add(floor);
    expect(history.floors()).toEqual([{ at: 10, bytes: 5, count: 1 }]);
  });

  test('forgets of a merged point what one of the two did not know', () => {
    const history = new FloorHistory();
    for (let i = 0; i < 200; i++) history.add(i % 2 === 0 ? { at: i, bytes: i } : { at: i, bytes: i, work: i });
    expect(history.floors()[0]).not.toHaveProperty('work');
  });
});
