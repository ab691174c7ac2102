import { describe, expect, test } from 'vitest';
import { type Columns, layersOf, stack, trendOf } from '../../../src/dashboard/page/layers.ts';
import { COLUMNS } from '../../../src/dashboard/page/rows.ts';
import { compareCells } from '../../../src/dashboard/page/sorting.ts';

function columns(row: Readonly<Record<string, number | null>>): Columns {
  return Object.fromEntries(COLUMNS.map((name) => [name, [row[name] ?? null]])) as unknown as Columns;
}

/** Rest, outside, above the floor, floor. */
function layers(row: Readonly<Record<string, number | null>>): (number | null)[] {
  return layersOf(columns(row)).map(([value]) => value!);
}

describe('layers', () => {
  test('add up to all that the process has', () => {
    expect(layers({ rss: 100, external: 10, used: 40, floor: 30 })).toEqual([50, 10, 10, 30]);
  });

  test('do not show a floor that is newer and higher than what is in use', () => {
    expect(layers({ rss: 100, external: 10, used: 25, floor: 30 })).toEqual([65, 10, 0, 25]);
  });

  test('without a floor, or from outside without what is in use, show what there is', () => {
    expect(layers({ rss: 100, external: 10, used: 40 })).toEqual([50, 10, 40, null]);
    expect(layers({ rss: 100, external: 10, floor: 30 })).toEqual([60, 10, null, 30]);
    expect(layers({ rss: 100 })).toEqual([null, null, null, null]);
  });

  test('never go below nothing: buffers need not be in memory', () => {
    expect(layers({ rss: 50, external: 90, used: 40, floor: 30 })).toEqual([0, 90, 10, 30]);
  });
});

describe('stack', () => {
  test('puts the first on top of those after it, and leaves lines alone', () => {
    expect(
      stack(
        [
          [1, 1],
          [2, null],
          [4, 4],
          [9, 9],
        ],
        [true, true, true, false],
      ),
    ).toEqual([
      [7, 5],
      [6, null],
      [4, 4],
      [9, 9],
    ]);
  });
});

describe('trend', () => {
  test('ends at the newest floor, with its rate', () => {
    expect(trendOf([0, 60_000, 120_000, 180_000], [10, null, 30, null], 10)).toEqual([10, 20, 30, 40]);
  });

  test('is not drawn below nothing, nor where there is no rate or floor', () => {
    expect(trendOf([0, 60_000], [null, 5], 10)).toEqual([null, 5]);
    expect(trendOf([0, 60_000], [1, 5], null)).toEqual([null, null]);
    expect(trendOf([0, 60_000], [null, null], 1)).toEqual([null, null]);
  });
});

test('rows are sorted by figures or by names, what is not known last either way', () => {
  const sorted = (direction: 'ascending' | 'descending', values: (number | string | null)[]): unknown[] =>
    [...values].sort((a, b) => compareCells(a, b, direction));
  expect(sorted('descending', [1, null, 10, 2])).toEqual([10, 2, 1, null]);
  expect(sorted('ascending', [1, null, 10, 2])).toEqual([1, 2, 10, null]);
  expect(sorted('ascending', ['b', null, 'a'])).toEqual(['a', 'b', null]);
});
