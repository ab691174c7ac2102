import { expect, test } from 'vitest';
import { drawChart } from '../../../scenarios/frame/chart.mjs';
import { makePage } from '../../../scenarios/frame/page.mjs';
import { figures } from '../../helpers/scenario-figures.ts';

const MIB = 2 ** 20;
const chart = {
  title: 'Store & <cache>',
  axis: 'days',
  lines: [
    { form: 'naive' as const, label: 'naive', floors: [1, 2, 3].map((n) => n * MIB) },
    { form: 'plimsoll' as const, label: 'plimsoll', floors: [1, 1, 1].map((n) => n * MIB) },
  ],
};

test('a chart is the same for the same figures, has words for those who do not see it, and runs nothing', () => {
  const svg = drawChart(chart);
  expect(svg).toBe(drawChart(chart));
  expect(svg).toContain('<title id="title">Store &amp; &lt;cache&gt;</title>');
  expect(svg).toContain('naive: from 1.0 MiB to 3.0 MiB; plimsoll: from 1.0 MiB to 1.0 MiB.');
  expect(svg).toContain('prefers-color-scheme:dark');
  expect(svg).not.toMatch(/<script|on\w+=|href|url\(/);
});

test('a chart begins at nothing, and its lines end where their figures are', () => {
  const svg = drawChart(chart);
  const lines = [...svg.matchAll(/points="([^"]+)"/g)].map((match) =>
    match[1]!.split(' ').map((point) => point.split(',').map(Number)),
  );
  // 4 MiB at the top (18), 0 at the bottom (214).
  expect(lines[0]).toEqual([
    [72, 165],
    [330, 116],
    [588, 67],
  ]);
  expect(lines[1]!.map(([, y]) => y)).toEqual([165, 165, 165]);
  expect([...svg.matchAll(/>([\d.]+ MiB)<\/text>/g)].map((match) => match[1])).toEqual([
    '0 MiB',
    '1 MiB',
    '2 MiB',
    '3 MiB',
    '4 MiB',
  ]);
});

test('labels of lines that end together do not lie on each other', () => {
  const svg = drawChart({ ...chart, lines: chart.lines.map((line) => ({ ...line, floors: [MIB, MIB] })) });
  const places = [...svg.matchAll(/x="596" y="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(places).toHaveLength(2);
  expect(Math.abs(places[0]! - places[1]!)).toBeGreaterThanOrEqual(15);
});

const outcomeOf = (form: 'naive' | 'plimsoll', more: object = {}) => ({
  scenario: 'one',
  form,
  seed: 7,
  figures,
  floors: Array.from({ length: 10 }, () => MIB),
  axis: 'days',
  checks: [{ row: 'a | b', source: 'MISSION 1', wanted: '<1', got: '0', holds: form === 'naive' }],
  ...more,
});

test('the page has a table, and of each scenario a chart and its checks', () => {
  const outcomes = [
    outcomeOf('naive', { ran: '30 days' }),
    outcomeOf('plimsoll'),
    outcomeOf('plimsoll', { runtime: 'Bun 1' }),
  ];
  const files = makePage([{ title: 'One', about: 'About it.', date: '2026-01-01', node: '20', outcomes }]);
  expect([...files.keys()]).toEqual(['scenarios/one.svg', 'scenarios.md']);
  const page = files.get('scenarios.md')!;
  expect(page).toContain('| one | naive | 1.0 MiB | 1 | 0 | - | 9 | - | 10 | 2 |\n| one | plimsoll | ');
  expect(page).toContain('| one | plimsoll, Bun 1 |');
  expect(page).toContain('## One\n\nAbout it.\n\n![');
  expect(page).toContain('Seed 7; 30 days. 2026-01-01, Node.js 20.');
  expect(page).toContain('| a \\| b | MISSION 1 | &lt;1 | 0 | held |');
  expect(page).toContain('| **missed** |');
  // What another runtime holds is counted in its own way.
  expect(files.get('scenarios/one.svg')!.match(/<polyline/g)).toHaveLength(2);
});
