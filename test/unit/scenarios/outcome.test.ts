import { describe, expect, test } from 'vitest';
import { Checks, readOutcome } from '../../../scenarios/frame/outcome.mjs';

const EXPECTED = { scenario: 'one', form: 'naive' };

function outcome(changes: object = {}): string {
  const figures = {
    floorBytes: 5,
    entries: null,
    timers: 0,
    listeners: null,
    descriptors: 3,
    hitRatio: 0.5,
    throughput: 10,
    workLost: null,
  };
  const checks = [{ row: 'a', source: 'b', wanted: '0', got: '0', holds: true }];
  const floors = Array.from({ length: 10 }, (_, i) => i + 1);
  return JSON.stringify({ ...EXPECTED, seed: 1, figures, floors, axis: 'days', checks, ...changes });
}

const problemOf = (output: string): string | undefined => readOutcome(output, EXPECTED).problem;

describe('an outcome', () => {
  test('in order is read', () => {
    expect(readOutcome(`${outcome()}\n`, EXPECTED).outcome).toMatchObject({ ...EXPECTED, axis: 'days' });
  });

  test.each([
    ['', 'it printed 0 lines, not one: ""'],
    [`hello\n${outcome()}`, 'it printed 2 lines, not one'],
    ['hello', 'it printed what is no JSON: "hello"'],
    ['x'.repeat(500), `"${'x'.repeat(120)}..."`],
    ['null', 'it is no object'],
    ['7', 'it is no object'],
    [outcome({ scenario: 'other' }), 'it is of the scenario "other"'],
    [outcome({ form: 'plimsoll' }), 'it is of the form "plimsoll"'],
    [outcome({ seed: 'one' }), 'it has no seed'],
    [outcome({ axis: 3 }), 'its floors run over nothing'],
    [outcome({ figures: undefined }), 'it has no figures'],
    [outcome({ figures: { floorBytes: 5 } }), 'its figure entries is neither a number nor null'],
    [outcome({ floors: [1, 2] }), 'it has not 10 to 200 floors'],
    [outcome({ floors: Array.from({ length: 201 }, () => 1) }), 'it has not 10 to 200 floors'],
    [outcome({ floors: Array.from({ length: 10 }, () => null) }), 'one of its floors is no size'],
    [outcome({ checks: [] }), 'it checks nothing'],
    [outcome({ checks: [{ row: 'a', holds: true }] }), 'one of its checks is none'],
  ])('that is none is refused: %#', (output, problem) => {
    expect(problemOf(output)).toContain(problem);
  });

  test('without a floor is refused', () => {
    const { figures } = JSON.parse(outcome()) as { figures: object };
    expect(problemOf(outcome({ figures: { ...figures, floorBytes: null } }))).toContain('it has no floor');
  });
});

describe('checks', () => {
  const checks = new Checks('MISSION 9');
  checks.equal('same', [1, 'a'], [1, 'a']);
  checks.equal('other', 1, 2);
  checks.atMost('small', 1000, 1000);
  checks.atMost('large', 1000, 1000.5, ' ms');
  checks.atMost('nothing', 1, null);
  checks.atMost('no number', 1, Number.NaN);
  checks.atLeast('enough', 2, 3);
  checks.atLeast('too few', 2, 1);
  checks.that('said', 'yes', 'no', false);
  checks.equal('not quite', 0.123456, 0.123457);
  checks.unknown('not here', 'there is none');

  test('hold or not', () => {
    const held = checks.list.filter(({ holds }) => holds).map(({ row }) => row);
    expect(held).toEqual(['same', 'small', 'enough', 'not here']);
  });

  test('say what was wanted and what came', () => {
    expect(checks.list.slice(0, 4)).toEqual([
      { row: 'same', source: 'MISSION 9', wanted: '[1,"a"]', got: '[1,"a"]', holds: true },
      { row: 'other', source: 'MISSION 9', wanted: '1', got: '2', holds: false },
      { row: 'small', source: 'MISSION 9', wanted: 'at most 1,000', got: '1,000', holds: true },
      { row: 'large', source: 'MISSION 9', wanted: 'at most 1,000 ms', got: '1,000.5 ms', holds: false },
    ]);
  });
});
