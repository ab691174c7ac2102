import { expect, test } from 'vitest';
import { formatFigure, sparkline, wrapped } from '../../../scenarios/frame/format.mjs';
import { countRows, faultsOf, formatChecks, formatRuns } from '../../../scenarios/frame/report.mjs';
import { figures } from '../../helpers/scenario-figures.ts';

test.each([
  ['floorBytes', 3 * 2 ** 20, '3.0 MiB'],
  ['hitRatio', 0.9317, '93.2 %'],
  ['throughput', 123, '123'],
  ['throughput', 1234, '1.2 k'],
  ['throughput', 123_456, '123 k'],
  ['entries', 12_345, '12,345'],
  ['timers', 0, '0'],
  ['workLost', null, '-'],
])('the figure %s of %s is %s', (name, value, shown) => {
  expect(formatFigure(name, value)).toBe(shown);
});

test('a sparkline goes from the least to the greatest', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([5, 5, 5])).toBe('▁▁▁');
  expect(sparkline([5], { range: [0, 10] })).toBe('▅');
});

test('a sparkline of many values keeps their peaks', () => {
  const values = Array.from({ length: 200 }, (_, i) => (i === 77 ? 7 : 0));
  const line = sparkline(values, { width: 20 });
  expect(line).toHaveLength(20);
  expect(line).toMatch(/^▁+█▁+$/);
});

const outcome = {
  scenario: 'one',
  form: 'naive' as const,
  seed: 1,
  figures,
  floors: [1, 2].map((n) => n * 2 ** 20),
  axis: 'days',
  checks: [
    { row: 'no delta lost', source: 'MISSION 1', wanted: '0', got: '0', holds: true },
    { row: 'timers', source: 'MISSION 1', wanted: '0', got: '3', holds: false },
  ],
};
const runs = [
  { scenario: 'one', form: 'naive', seconds: 1.5, outcome },
  { scenario: 'one', form: 'plimsoll', runtime: 'Bun', seconds: 0.1, problem: 'it ended with status 1\n  oops' },
];

test('the table has a line for each run, one that failed too', () => {
  const [titles, naive, failed] = formatRuns(runs).split('\n');
  expect(titles!.trim().split(/ {2,}/)).toEqual([
    'floor',
    'entries',
    'timers',
    'listeners',
    'descriptors',
    'hit ratio',
    'ops/s',
    'work lost',
    'floors over the run',
  ]);
  expect(naive!.trim().split(/ {2,}/)).toEqual(['one naive', '1.0 MiB', '1', '0', '-', '9', '-', '10', '2', '▅█']);
  expect(failed).toMatch(/^ {2}one plimsoll on Bun .*failed$/);
});

test('in a narrow terminal the table is lines, and none is wider', () => {
  expect(formatRuns(runs, 40).split('\n')).toEqual([
    'one naive',
    '  floor 1.0 MiB, entries 1, timers 0,',
    '  listeners -, descriptors 9,',
    '  hit ratio -, ops/s 10, work lost 2',
    '  ▅█',
    '',
    'one plimsoll on Bun',
    '  floor -, entries -, timers -,',
    '  listeners -, descriptors -,',
    '  hit ratio -, ops/s -, work lost -',
    '  failed',
  ]);
  expect(formatChecks([runs[0]!], 30).split('\n')).toEqual([
    'one naive, 1.5 s',
    '  held     MISSION 1  no delta',
    '           lost: 0 (0)',
    '  MISSED   MISSION 1  timers:',
    '           3 (0)',
  ]);
});

test.each([
  ['a line that fits', 16, 'a line that fits'],
  ['a line that does not', 10, 'a line\n  that\n  does not'],
  ['averylongwordindeed is kept', 10, 'averylongwordindeed\n  is kept'],
  ['averylongwordindeed', 5, 'averylongwordindeed'],
  ['a longwordindeed', 3, 'a\n  longwordindeed'],
])('%j is broken at %i characters', (line, width, lines) => {
  expect(wrapped(line, width, '  ')).toBe(lines);
});

test('rows are counted, those apart that cannot be known', () => {
  expect(countRows(runs)).toBe('1 of 2 rows held');
  const unknown = {
    row: 'collections',
    source: 'MISSION 4',
    wanted: '-',
    got: 'no',
    holds: true,
    isKnown: false as const,
  };
  const run = { ...runs[0]!, outcome: { ...outcome, checks: [...outcome.checks, unknown] } };
  expect(countRows([run])).toBe('1 of 2 rows held, 1 not known');
  expect(formatChecks([run])).toContain('  unknown  MISSION 4  collections: no (-)');
});

test('checks are listed as held or missed, and what fails the command is named', () => {
  expect(formatChecks(runs)).toBe(
    [
      'one naive, 1.5 s',
      '  held     MISSION 1  no delta lost: 0 (0)',
      '  MISSED   MISSION 1  timers: 3 (0)',
      '',
      'one plimsoll on Bun, 0.1 s',
      '  FAILED  it ended with status 1',
      '  oops',
    ].join('\n'),
  );
  expect(faultsOf(runs)).toEqual([
    'one naive: timers: 3, wanted 0',
    'one plimsoll on Bun: it ended with status 1\n  oops',
  ]);
  expect(
    faultsOf([runs[0]!].map((run) => ({ ...run, outcome: { ...outcome, checks: [outcome.checks[0]!] } }))),
  ).toEqual([]);
});
