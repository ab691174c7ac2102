// What the command prints: one table over all runs, then their checks.
import { formatTable } from '../../bench/lib/table.mjs';
import { formatFigure, sparkline, wrapped } from './format.mjs';
import { FIGURES } from './outcome.mjs';

export const TITLES = ['floor', 'entries', 'timers', 'listeners', 'descriptors', 'hit ratio', 'ops/s', 'work lost'];

/** Holds a figure and its name together where a line is broken. */
const NO_BREAK = '\u00a0';

/** @typedef {{ scenario: string, form: string, runtime?: string, seconds: number, outcome?: import('./outcome.mjs').Outcome, problem?: string }} Run */

/** @param {Run} run */
export function titleOf({ scenario, form, runtime }) {
  return [scenario, form, ...(runtime === undefined ? [] : [`on ${runtime}`])].join(' ');
}

/** @param {readonly Run[]} runs @param {number} [width] Of the terminal: a table that is wider becomes lines. */
export function formatRuns(runs, width = Infinity) {
  const rows = runs.map((run) => {
    const { outcome } = run;
    if (outcome === undefined) return [titleOf(run), ...FIGURES.map(() => '-'), 'failed'];
    return [
      titleOf(run),
      ...FIGURES.map((name) => formatFigure(name, outcome.figures[name])),
      sparkline(outcome.floors, { range: scaleOf(run, runs) }),
    ];
  });
  const table = formatTable(['', ...TITLES, 'floors over the run'], rows);
  const widest = Math.max(...table.split('\n').map((line) => line.length));
  return widest <= width ? table : rows.map((row) => linesOf(row, width)).join('\n\n');
}

/** A row below each other: what it is of, its figures, its floors. */
function linesOf([title, ...cells], width) {
  const floors = cells.pop();
  const figures = cells.map((cell, at) => `${TITLES[at]} ${cell}`.replaceAll(' ', NO_BREAK)).join(', ');
  return [title, wrapped(`  ${figures}`, width, '  ').replaceAll(NO_BREAK, ' '), `  ${floors}`].join('\n');
}

/** The floors of all forms of a scenario on one runtime: they share a scale, which begins at nothing. */
function scaleOf({ scenario, runtime }, runs) {
  const alike = runs.filter((run) => run.scenario === scenario && run.runtime === runtime);
  return [0, ...alike.flatMap(({ outcome }) => outcome?.floors ?? [])];
}

/** @param {readonly Run[]} runs @param {number} [width] Of the terminal. */
export function formatChecks(runs, width = Infinity) {
  return runs
    .map((run) => {
      const title = `${titleOf(run)}, ${run.seconds.toFixed(1)} s`;
      if (run.outcome === undefined) return `${title}\n  FAILED  ${run.problem}`;
      const lines = run.outcome.checks.map((check) => {
        const line = `  ${VERDICTS[verdictOf(check)]}  ${check.source}  ${check.row}: ${check.got} (${check.wanted})`;
        return wrapped(line, width, ' '.repeat(11));
      });
      return [title, ...lines].join('\n');
    })
    .join('\n\n');
}

const VERDICTS = { held: 'held   ', missed: 'MISSED ', unknown: 'unknown' };

/** @param {import('./outcome.mjs').Check} check @returns {'held' | 'missed' | 'unknown'} */
export function verdictOf({ holds, isKnown = true }) {
  if (!isKnown) return 'unknown';
  return holds ? 'held' : 'missed';
}

/** How many rows held, in words. @param {readonly Run[]} runs */
export function countRows(runs) {
  const verdicts = runs.flatMap(({ outcome }) => outcome?.checks ?? []).map(verdictOf);
  const count = (wanted) => verdicts.filter((verdict) => verdict === wanted).length;
  const unknown = count('unknown') === 0 ? '' : `, ${count('unknown')} not known`;
  return `${count('held')} of ${count('held') + count('missed')} rows held${unknown}`;
}

/** What fails the command, a line each. @param {readonly Run[]} runs */
export function faultsOf(runs) {
  return runs.flatMap((run) =>
    run.outcome === undefined
      ? [`${titleOf(run)}: ${run.problem}`]
      : run.outcome.checks
          .filter(({ holds }) => !holds)
          .map(({ row, wanted, got }) => `${titleOf(run)}: ${row}: ${got}, wanted ${wanted}`),
  );
}
