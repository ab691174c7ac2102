import { describe, expect, test } from 'vitest';
import { FINE_SPAN_MS, History } from '../../../src/dashboard/page/history.ts';
import { rowOf, rowsOfHistory } from '../../../src/dashboard/page/rows.ts';

const START = Date.UTC(2026, 0, 1);
const GAP_MS = 90_000;
const DAY_MS = 86_400_000;

/** A history with a row every `stepMs` over `spanMs`; `used` counts the rows. */
function filled(stepMs: number, spanMs: number): History {
  const history = new History();
  for (let at = 0; at <= spanMs; at += stepMs) {
    history.add({ at: START + at, used: at / stepMs, loopP99: at % 60_000 === 4_000 ? 99 : 1 }, GAP_MS);
  }
  return history;
}

describe('History', () => {
  test('has every row of the last hour', () => {
    const { at, used } = filled(2_000, 2 * FINE_SPAN_MS).last(FINE_SPAN_MS);
    expect(at).toHaveLength(1_801);
    expect([at[0], at.at(-1)]).toEqual([START + FINE_SPAN_MS, START + 2 * FINE_SPAN_MS]);
    expect(used.at(-1)).toBe(3_600);
  });

  test('has a day by the minute, with the highest delay of each', () => {
    const { at, used, loopP99 } = filled(2_000, 2 * DAY_MS).last(DAY_MS);
    expect(at.length).toBeGreaterThan(1_430);
    expect(at.length).toBeLessThan(1_450);
    expect(at.at(-1)! - at[0]!).toBeGreaterThan(DAY_MS - 120_000);
    // The newest of a minute for what is a state, the highest for what is a peak.
    expect(used.at(-2)).toBe((2 * DAY_MS) / 2_000 - 1);
    expect(new Set(loopP99.slice(1, -1))).toEqual(new Set([99]));
  });

  test('does not grow when samples come ten times a second', () => {
    const { at } = filled(100, 600_000).last(FINE_SPAN_MS);
    expect(at).toHaveLength(301);
  });

  test('takes nothing in that is older than what is there: a history that comes again changes nothing', () => {
    const history = filled(2_000, 60_000);
    history.add({ at: START + 30_000, used: -1 }, GAP_MS);
    expect(history.last(FINE_SPAN_MS).used).not.toContain(-1);
    expect(history.last(FINE_SPAN_MS).at).toHaveLength(31);
  });

  test('leaves a gap where nobody knows what was', () => {
    const history = filled(2_000, 10_000);
    history.add({ at: START + 10_000 + GAP_MS + 1, used: 7 }, GAP_MS);
    expect(history.last(FINE_SPAN_MS).used.slice(-3)).toEqual([5, null, 7]);
  });

  test('is empty at first, and a break of it nothing', () => {
    const history = new History();
    history.breakLines();
    expect(history.last(FINE_SPAN_MS).at).toEqual([]);
    history.add({ at: START, used: 1 }, GAP_MS);
    expect(history.last(FINE_SPAN_MS).used).toEqual([1]);
  });
});

describe('rows', () => {
  test('take what the process says now before what its monitor read last', () => {
    const row = rowOf({
      time: new Date(START).toISOString(),
      process: { memory: { heapUsed: 10, rss: 30 } },
      monitor: { heap: { usedBytes: 1, floorBytes: 5 }, rssBytes: 2, externalBytes: 4, gc: { share: 0.1 } },
    });
    expect(row).toMatchObject({ at: START, used: 10, rss: 30, floor: 5, external: 4, gcShare: 0.1, loopP99: null });
  });

  test('of a sample that says nothing are not there, or not known', () => {
    for (const rubbish of [null, 7, 'text', [], {}, { time: 'yesterday' }, { time: {} }]) {
      expect(rowOf(rubbish)).toBe(undefined);
    }
    const row = rowOf({ time: new Date(START).toISOString(), monitor: { unavailable: 'no' }, process: { memory: [] } });
    expect(row).toMatchObject({ at: START, used: null, rss: null, floor: null });
  });

  test('of the time before have the floor that was the newest by then', () => {
    const series = {
      samples: { at: [10, 20, 30, 'x', 40], heapUsedBytes: [1, 2, null, 9, 4] },
      floors: { at: [15, 18, 35], heapBytes: [100, 101, 102] },
    };
    expect(rowsOfHistory({ series }).map(({ at, used, floor }) => [at, used, floor])).toEqual([
      [10, 1, null],
      [20, 2, 101],
      [30, null, 101],
      [40, 4, 102],
    ]);
    expect(rowsOfHistory({ series: { unavailable: 'no monitor' } })).toEqual([]);
    expect(rowsOfHistory(null)).toEqual([]);
  });
});
