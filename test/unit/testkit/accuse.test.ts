import { describe, expect, test } from 'vitest';
import { excuseBy } from '../../../src/testkit/accepted/excuse.ts';
import { accuse, multipleOf } from '../../../src/testkit/check/accuse.ts';
import { suspectsByCount } from '../../../src/testkit/check/counts.ts';
import { nextPrime, planConfirmation } from '../../../src/testkit/check/plan.ts';
import { reportedOf } from '../../helpers/suspects.ts';

const confirmed = { calls: 93, rounds: 3, bytes: 100_000 };
const nobody = excuseBy({ accepted: [], known: [], day: '2026-11-29' });

describe('multipleOf', () => {
  test.each([
    [93, 1],
    [94, 1],
    [186, 2],
    [95, 1],
    [9300, 100],
    [130, null],
    [40, null],
    [0, null],
  ])('%d things in 93 calls: %s a call', (count, perCall) => {
    expect(multipleOf(count, 93)).toBe(perCall);
  });
});

describe('accuse', () => {
  test('accuses by a multiple of the calls, whatever the bytes', () => {
    const { leaks } = accuse([reportedOf({ count: 93, bytes: 100 })], confirmed, nobody);
    expect(leaks).toMatchObject([{ perCall: 1, countPerRound: 31, owner: 'cachedClients' }]);
  });

  test('accuses by bytes, whatever the count, and nobody for neither', () => {
    expect(accuse([reportedOf({ count: 1, bytes: 50_000 })], confirmed, nobody).leaks).toMatchObject([
      { perCall: null },
    ]);
    expect(accuse([reportedOf({ count: 30, bytes: 1000 })], confirmed, nobody)).toEqual({ leaks: [], ignored: [] });
  });

  test('does not accuse a store that shows a bound it has not reached', () => {
    const { leaks, ignored } = accuse([reportedOf({ kind: 'filling', count: 93 })], confirmed, nobody);
    expect(leaks).toEqual([]);
    expect(ignored).toMatchObject([{ because: 'filling' }]);
  });

  test('leaves its own frames out of the path', () => {
    const path = [
      'scope of a function',
      'variable driver',
      '#work of Driver (driver.js:3)',
      'variable last',
      'closures last',
    ];
    const { leaks } = accuse([reportedOf({ count: 93, path })], confirmed, nobody);
    expect(leaks[0]!.path).toEqual(['scope of the work', 'variable last', 'closures last']);
  });
});

describe('excuses', () => {
  const excused = (parts: Parameters<typeof reportedOf>[0], lists: Partial<Parameters<typeof excuseBy>[0]>) =>
    accuse(
      [reportedOf({ count: 93, ...parts })],
      confirmed,
      excuseBy({ accepted: [], known: [], day: '2026-11-29', ...lists }),
    ).ignored;

  test('an accepted leak, up to its last day', () => {
    const entry = { fingerprint: '0123456789abcdef', sentence: '', reason: 'ticket 7' };
    expect(excused({}, { accepted: [entry] })).toMatchObject([{ because: 'baseline', reason: 'ticket 7' }]);
    expect(excused({}, { accepted: [{ ...entry, expires: '2026-11-29' }] })).toHaveLength(1);
    expect(excused({}, { accepted: [{ ...entry, expires: '2026-11-28' }] })).toHaveLength(0);
  });

  test('a known leak, when all its patterns fit', () => {
    const known = { reason: 'their bug 12', file: 'src/agent', leaked: /^OpenAI/ };
    expect(excused({}, { known: [known] })).toMatchObject([{ because: 'known', reason: 'their bug 12' }]);
    expect(excused({}, { known: [{ ...known, owner: 'other' }] })).toEqual([]);
  });

  test.each([
    ['console of Jest', { owner: 'console._buffer', path: ['[key]', '_buffer of console', '[] of Array'] }],
    [
      'mock of Jest',
      {
        owner: 'f.<value in WeakMap _mockState>.calls',
        path: [
          'variable f',
          '<value in WeakMap _mockState> of mockConstructor() node_modules/jest-mock/build/index.js:115',
        ],
      },
    ],
    [
      'mock of vitest',
      { owner: 'REGISTERED_MOCKS[key].mock.calls', path: ['module node_modules/@vitest/spy/dist/index.js'] },
    ],
    ['mock of node:test', { owner: 'MockFunctionContext.#calls', path: ['#calls of MockFunctionContext'] }],
    ['source maps of Jest', { file: 'node_modules/@jest/source-map/build/index.js', owner: 'SourceMapCache.loaded' }],
  ])('%s', (_what, parts) => {
    expect(excused(parts, {})).toMatchObject([{ because: 'runner' }]);
  });

  test('not what only sounds like a mock', () => {
    expect(excused({ owner: 'calls', path: ['module src/phone.mjs', 'variable calls'] }, {})).toEqual([]);
    expect(excused({ owner: 'mockups', path: ['module src/design.mjs', 'variable mockups'] }, {})).toEqual([]);
  });
});

describe('suspectsByCount', () => {
  test('names types that grew by a multiple of the calls, and no part of the engine', () => {
    const before = new Map([
      ['Array', 10],
      ['Structure', 5],
      ['Promise', 7],
    ]);
    const after = new Map([
      ['Array', 103],
      ['Structure', 98],
      ['Promise', 20],
      ['Thing', 186],
    ]);
    const found = suspectsByCount(before, after, { name: 'work', calls: 93, rounds: 3 });
    expect(found.map(({ leaked, count }) => `${leaked} ${count}`)).toEqual(['Thing 186', 'Array 93']);
    const other = suspectsByCount(before, after, { name: 'other work', calls: 93, rounds: 3 });
    expect(other[0]!.fingerprint).not.toBe(found[0]!.fingerprint);
  });
});

describe('planConfirmation', () => {
  test('is a prime number of calls a round, enough to stand out', () => {
    expect([1, 2, 3, 4, 9, 20.5].map(nextPrime)).toEqual([2, 2, 3, 5, 11, 23]);
    const plan = { callsSoFar: 1000, callMs: 0.01, rate: 1024, isLumpy: false };
    expect(planConfirmation(plan).iterations).toBe(23);
    expect(planConfirmation({ ...plan, rate: 16 }).iterations).toBeGreaterThan(1000);
  });

  test('takes as many calls again where growth comes in steps, and few where they are slow or large', () => {
    const plan = { callsSoFar: 9000, callMs: 0.01, rate: 16, isLumpy: true };
    expect(planConfirmation(plan).iterations).toBeGreaterThanOrEqual(3000);
    expect(planConfirmation({ ...plan, callMs: 200 }).iterations).toBe(2);
    expect(planConfirmation({ ...plan, rate: 1024 * 1024 }).iterations).toBe(2);
  });
});
