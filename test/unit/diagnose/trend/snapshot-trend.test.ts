import { describe, expect, test } from 'vitest';
import { judgeGrowth } from '../../../../src/diagnose/trend/snapshot-trend.ts';
import type { Growth, Suspect } from '../../../../src/snapshot/index.ts';
import { suspectOf } from '../../../helpers/suspects.ts';

interface Facts {
  readonly first: number;
  readonly second: number;
  readonly survival?: number;
  readonly shares?: readonly number[];
}

function growthOf({ first, second, survival = 0.9, shares = [0.5, 0.2] }: Facts): Growth {
  return {
    bytes: first + second,
    middleBytes: first,
    sharedBytes: 0,
    survival,
    suspects: shares.map((share) => suspectOf({ share })),
    classes: [],
  };
}

const TIMES = [3_000, 6_000, 9_000];
const wordOf = (facts: Facts): string | undefined => judgeGrowth(growthOf(facts), TIMES)?.word;

test.each<[string, Facts, string]>([
  ['even growth that stays', { first: 1000, second: 1000 }, 'leak'],
  ['growth at 0.73 of the rate, the slowest of real leaks', { first: 1000, second: 730, survival: 0.6 }, 'leak'],
  ['growth at a tenth of the rate', { first: 1000, second: 100 }, 'filling'],
  ['growth that has ended', { first: 1000, second: 0 }, 'step'],
  ['growth and then less', { first: 1000, second: -300 }, 'step'],
  ['even growth of which little stays', { first: 1000, second: 1000, survival: 0.2 }, 'churn'],
  ['even growth that many hold', { first: 1000, second: 1000, shares: [0.1, 0.1, 0.1] }, 'unclear'],
  ['growth that nobody holds', { first: 1000, second: 1000, shares: [] }, 'unclear'],
  ['five times the rate in the second part', { first: 1000, second: 5000 }, 'unclear'],
  ['growth in the second part only', { first: 0, second: 1000 }, 'unclear'],
  ['shrinking', { first: -1000, second: -10 }, 'none'],
  ['as much lost as gained', { first: 1000, second: -1000 }, 'none'],
])('%s', (_, facts, word) => {
  expect(wordOf(facts)).toBe(word);
});

describe('where what is in use is replaced all the time', () => {
  const beside = (parts: Partial<Suspect>, times = TIMES): string | undefined => {
    const suspect = suspectOf({ share: 0.6, steps: [300, 300], totals: [1000, 1500, 2000], freed: 0, ...parts });
    return judgeGrowth({ ...growthOf({ first: 500, second: 500, survival: 0.2 }), suspects: [suspect] }, times)?.word;
  };

  test('a holder that gave nothing back is a leak all the same', () => {
    expect(beside({})).toBe('leak');
    expect(beside({ steps: [300, 150] }, [3_000, 9_000, 12_000])).toBe('leak');
  });

  test.each<[string, Partial<Suspect>]>([
    ['a queue that is worked off', { freed: 900 }],
    ['one that held nothing at first', { totals: [3, 1000, 2000] }],
    ['one of little share', { share: 0.4 }],
    ['one that gained in one part', { steps: [500, 100] }],
    ['one that gained in the second only', { steps: [0, 600] }],
  ])('%s is churn', (_, parts) => {
    expect(beside(parts)).toBe('churn');
  });
});

test('the figures behind the word', () => {
  expect(judgeGrowth(growthOf({ first: 1000, second: 800 }), TIMES)).toEqual({
    word: 'leak',
    rate: 0.8,
    survival: 0.9,
    topShare: 0.7,
  });
  expect(judgeGrowth(growthOf({ first: 1000, second: 800, shares: [0.9, 0.9] }), TIMES)!.topShare).toBe(1);
  expect(judgeGrowth(growthOf({ first: 0, second: 800 }), TIMES)!.rate).toBe(Number.POSITIVE_INFINITY);
  expect(judgeGrowth(growthOf({ first: 0, second: 0 }), TIMES)!.rate).toBe(0);
});

test('rates are by time: a short part with little growth is no slow one', () => {
  expect(judgeGrowth(growthOf({ first: 1000, second: 200 }), [0, 10_000, 12_000])!.word).toBe('leak');
});

describe('nothing is said', () => {
  test.each([
    ['one part is under an eighth of the other', [0, 10_000, 11_000]],
    ['or the other of the one', [0, 1_000, 11_000]],
    ['two were taken at once', [0, 0, 10_000]],
    ['all were', [0, 0, 0]],
    ['there are two times', [0, 10_000]],
  ])('when %s', (_, times) => {
    expect(judgeGrowth(growthOf({ first: 1000, second: 1000 }), times)).toBe(undefined);
  });

  test('of two snapshots', () => {
    expect(judgeGrowth({ ...growthOf({ first: 1, second: 1 }), middleBytes: null, survival: null }, TIMES)).toBe(
      undefined,
    );
  });
});
