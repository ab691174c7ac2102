// What each tool finds of work that leaks, and accuses of work that does not: the leak-test kit, memlab's growth analyses,
// Jest's --detectLeaks and vitest's --logHeapUsage, over the same controls.
import { innocents, leaks } from './controls.mjs';
import { checkByJest, checkByKit, checkByMemlab, checkByVitest } from './contenders.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { builtFile, distOption } from '../lib/dist.mjs';
import { formatTable } from '../lib/table.mjs';

export const description = 'what a check for leaks finds and wrongly accuses, beside memlab, Jest and vitest';

export const options = {
  only: { kind: 'text', value: '', help: 'the controls whose name has this in it' },
  dist: distOption,
};

/** @typedef {{ says: 'leak' | 'none' | 'undecided', names: boolean, ms: number }} Answer What a tool says of a control. */

/** By name; each gives an answer for every control it is asked of. */
const CONTENDERS = {
  'plimsoll/test': checkByKit,
  'memlab 2.0.5': checkByMemlab,
  'jest 30.5.2 --detectLeaks': checkByJest,
  'vitest 4.1.12 --logHeapUsage': checkByVitest,
};

/** Every control under every tool. */
export async function run({ only, dist }) {
  builtFile(dist, 'testkit/index.js');
  const controls = [
    ...Object.keys(leaks).map((name) => ({ kind: 'leaks', name })),
    ...Object.keys(innocents).map((name) => ({ kind: 'innocents', name })),
  ].filter(({ name }) => name.includes(only));
  if (controls.length === 0) throw new BenchFailure(`No control has '${only}' in its name.`);
  const figures = {};
  for (const [contender, check] of Object.entries(CONTENDERS)) {
    console.log(`${contender} ...`);
    const answers = await check(controls, dist);
    figures[contender] = summarise(controls, answers);
  }
  return { figures, report: formatReport(figures) };
}

/** Counts of one tool's answers. @param {readonly Answer[]} answers In the order of the controls. */
export function summarise(controls, answers) {
  const of = (kind) => answers.filter((_, at) => controls[at].kind === kind);
  const saying = (kind, says) =>
    controls.filter((control, at) => control.kind === kind && answers[at].says === says).map(({ name }) => name);
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    leaking: of('leaks').length,
    found: saying('leaks', 'leak').length,
    named: of('leaks').filter(({ says, names }) => says === 'leak' && names).length,
    missed: saying('leaks', 'none'),
    innocent: of('innocents').length,
    accused: saying('innocents', 'leak'),
    undecided: [...saying('leaks', 'undecided'), ...saying('innocents', 'undecided')],
    medianMs: times[times.length >> 1],
    longestMs: times.at(-1),
  };
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const rows = Object.entries(figures).map(([contender, one]) => [
    contender,
    `${one.found} of ${one.leaking}`,
    one.named,
    `${one.accused.length} of ${one.innocent}`,
    one.undecided.length,
    `${(one.medianMs / 1000).toFixed(1)} s`,
    `${(one.longestMs / 1000).toFixed(1)} s`,
  ]);
  const titles = ['tool', 'found', 'holder named', 'accused', 'undecided', 'a check, median', 'longest'];
  const lists = Object.entries(figures).flatMap(([contender, { missed, accused }]) => [
    ...(missed.length > 0 ? [`  ${contender} missed: ${missed.join(', ')}`] : []),
    ...(accused.length > 0 ? [`  ${contender} accused: ${accused.join(', ')}`] : []),
  ]);
  return [formatTable(titles, rows), '', ...lists].join('\n');
}
