/**
 * `npm run test:runtimes`: what every supported runtime can do, against the table in docs/runtimes.md, and the suites on
 * each of them. Programs are tested on Node.js too when PLIMSOLL_RUNTIME_PROGRAMS is set: three minutes each.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DIST } from '../helpers/program.ts';
import { missing, runtimes } from '../helpers/runtimes.ts';
import { serviceOrSkip } from '../helpers/service.ts';
import { patternOf } from './exceptions.mjs';
import { FEATURES } from './features.mjs';

type Found = Record<string, boolean>;

interface Row {
  readonly feature: string;
  readonly cells: Readonly<Record<string, string>>;
  readonly without: string;
}

const thisOne = {
  name: `Node.js ${process.versions.node.split('.')[0]}`,
  program: process.execPath,
  version: process.versions.node,
  flags: [] as readonly string[],
};
const all = [thisOne, ...runtimes.filter(({ name }) => name !== thisOne.name)];
/** Longest time of one test and of a whole suite, ms: a runtime that hangs is ended. */
const LIMITS = {
  unit: { test: 120_000, suite: 420_000 },
  program: { test: 240_000, suite: 900_000 },
};
const PROGRAMS = process.env['PLIMSOLL_RUNTIME_PROGRAMS'] !== undefined;

function featuresOf(program: string): Found {
  const { stdout, stderr } = spawnSync(program, ['test/runtimes/features.mjs'], { encoding: 'utf8', timeout: 60_000 });
  expect(stdout, stderr).toMatch(/^\{/);
  return JSON.parse(stdout) as Found;
}

/** The rows of the first table of docs/runtimes.md. */
function readTable(page: string): Row[] {
  const lines = /^\| feature .*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page)!;
  const cellsOf = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [, ...titles] = cellsOf(lines[0].split('\n')[0]!);
  return lines[1]!
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [feature = '', ...cells] = cellsOf(line);
      const named = Object.fromEntries(titles.map((title, at) => [title, cells[at] ?? '']));
      return { feature, cells: named, without: named['without it'] ?? '' };
    });
}

const page = fs.readFileSync('docs/runtimes.md', 'utf8');
const table = readTable(page);

function runSuite(runtime: (typeof all)[number], project: keyof typeof LIMITS, found: Found): void {
  const vitest = path.resolve('node_modules/vitest/vitest.mjs');
  const limits = LIMITS[project];
  const pattern = patternOf(found);
  const args = [vitest, 'run', '--project', project, '--reporter=dot', `--testTimeout=${limits.test}`];
  const filter = pattern === '' ? [] : ['--testNamePattern', pattern];
  const env = { ...process.env, PLIMSOLL_DIST: DIST, NO_COLOR: '1' };
  const options = { env, encoding: 'utf8', timeout: limits.suite, killSignal: 'SIGKILL' } as const;
  const ended = spawnSync(runtime.program, [...runtime.flags, ...args, ...filter], options);
  const text = `${ended.stdout}\n${ended.stderr}`;
  expect(ended.status, text.slice(-6_000)).toBe(0);
  const [, passed] = /Tests +(\d+) passed/.exec(text)!;
  console.log(`${runtime.name} (${runtime.version}), ${project}: ${passed} tests passed`);
}

test.skipIf(serviceOrSkip(missing.join('; '), missing.length === 0))('every runtime is installed', () => {
  expect(missing).toEqual([]);
});

test('docs/runtimes.md has a row for each feature, and a reason wherever one is missing', () => {
  expect(table.map(({ feature }) => feature)).toEqual(Object.keys(FEATURES));
  const lacking = table.filter(({ cells }) => Object.values(cells).includes('no'));
  expect(lacking.filter(({ without }) => without.length < 10)).toEqual([]);
});

describe.each(all)('$name', (runtime) => {
  const found: Found = {};

  test('does what docs/runtimes.md says', () => {
    Object.assign(found, featuresOf(runtime.program));
    const said = Object.fromEntries(table.map(({ feature, cells }) => [feature, cells[runtime.name] === 'yes']));
    expect(found).toEqual(said);
    for (const { cells } of table) expect(cells[runtime.name]).toMatch(/^(?:yes|no)$/);
  });

  // The running one has its suite in `npm test`.
  test.skipIf(runtime === thisOne)('passes the unit tests', () => runSuite(runtime, 'unit', found));

  test.skipIf(!PROGRAMS || runtime === thisOne || runtime.name === 'Bun')('passes the program tests', () =>
    runSuite(runtime, 'program', found),
  );
});
