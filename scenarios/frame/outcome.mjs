// What one run of one form of a scenario came to: figures, floors over the run, and checks, as one line of JSON.

/**
 * @typedef {object} Figures What the table shows; `null` is what the form or the runtime cannot give.
 * @property {number} floorBytes Heap and buffers left after full collections, at the end of the load.
 * @property {number | null} entries
 * @property {number | null} timers
 * @property {number | null} listeners
 * @property {number | null} descriptors
 * @property {number | null} hitRatio 0 to 1.
 * @property {number | null} throughput Operations a second: printed, never checked.
 * @property {number | null} workLost Deltas, requests or clients that were lost.
 */

/**
 * @typedef {object} Check One row that a run has to hold.
 * @property {string} row
 * @property {string} source Where it stands: `MISSION 1`.
 * @property {string} wanted
 * @property {string} got
 * @property {boolean} holds
 * @property {false} [isKnown] This runtime or this load cannot give it; then it holds.
 */

/**
 * @typedef {object} Outcome
 * @property {string} scenario
 * @property {Form} form
 * @property {number} seed
 * @property {Figures} figures
 * @property {readonly number[]} floors 10 to 200 floors over the run, in bytes.
 * @property {string} axis What they run over.
 * @property {readonly Check[]} checks
 * @property {string} [ran] How much was run, in words.
 * @property {string} [runtime] @default the runtime of the command
 */

/** @typedef {'naive' | 'plimsoll'} Form */

export const FORMS = /** @type {const} */ (['naive', 'plimsoll']);
/** @type {readonly (keyof Figures)[]} */
export const FIGURES = [
  'floorBytes',
  'entries',
  'timers',
  'listeners',
  'descriptors',
  'hitRatio',
  'throughput',
  'workLost',
];
const FEWEST_FLOORS = 10;
const MOST_FLOORS = 200;

/** Rows of one source, as they are checked. */
export class Checks {
  /** @type {Check[]} */
  list = [];
  #source;

  /** @param {string} source */
  constructor(source) {
    this.#source = source;
  }

  /** @param {string} row @param {unknown} wanted @param {unknown} got Plain data: equal as JSON. */
  equal(row, wanted, got) {
    this.#add(row, text(wanted), got, JSON.stringify(wanted) === JSON.stringify(got));
  }

  /** @param {string} row @param {number} most @param {number | null | undefined} got @param {string} [unit] */
  atMost(row, most, got, unit = '') {
    this.#add(row, `at most ${text(most)}${unit}`, got, typeof got === 'number' && got <= most, unit);
  }

  /** @param {string} row @param {number} least @param {number | null | undefined} got @param {string} [unit] */
  atLeast(row, least, got, unit = '') {
    this.#add(row, `at least ${text(least)}${unit}`, got, typeof got === 'number' && got >= least, unit);
  }

  /** @param {string} row @param {string} wanted @param {unknown} got @param {boolean} holds */
  that(row, wanted, got, holds) {
    this.#add(row, wanted, got, holds);
  }

  /** A row that this runtime or this load cannot give. @param {string} row @param {string} why */
  unknown(row, why) {
    this.list.push({ row, source: this.#source, wanted: '-', got: why, holds: true, isKnown: false });
  }

  /** @param {string} row @param {string} wanted @param {unknown} got @param {boolean} holds */
  #add(row, wanted, got, holds, unit = '') {
    this.list.push({ row, source: this.#source, wanted, got: text(got) + unit, holds });
  }
}

/** @param {unknown} value */
function text(value) {
  if (typeof value === 'number' && !Number.isInteger(value))
    return Number(value.toPrecision(5)).toLocaleString('en-US', { maximumSignificantDigits: 5 });
  if (typeof value === 'number') return value.toLocaleString('en-US');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Prints what a run came to: figures that it does not give are not known, and the floor is the last one.
 *
 * @param {Omit<Outcome, 'figures' | 'checks'> & { figures: { [K in keyof Figures]?: Figures[K] | undefined }, checks: Checks }} run
 */
export function printRun({ figures, floors, checks, ...rest }) {
  const given = { floorBytes: floors.at(-1), ...figures };
  const all = Object.fromEntries(FIGURES.map((name) => [name, given[name] ?? null]));
  printOutcome({ ...rest, figures: /** @type {any} */ (all), floors, checks: checks.list });
}

/**
 * Prints the outcome, as the program's one line on standard output.
 *
 * @param {Outcome} outcome
 */
export function printOutcome(outcome) {
  const problem = problemOf(outcome, outcome);
  if (problem !== undefined) throw new Error(`This outcome cannot be printed: ${problem}.`);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/**
 * Reads what a run printed.
 *
 * @param {string} output
 * @param {{ scenario: string, form: string }} expected
 * @returns {{ outcome: Outcome, problem?: undefined } | { outcome?: undefined, problem: string }}
 */
export function readOutcome(output, expected) {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  if (lines.length !== 1) return { problem: `it printed ${lines.length} lines, not one: ${quote(output)}` };
  let outcome;
  try {
    outcome = JSON.parse(lines[0]);
  } catch {
    return { problem: `it printed what is no JSON: ${quote(output)}` };
  }
  const problem = problemOf(outcome, expected);
  return problem === undefined ? { outcome } : { problem: `its outcome is not in order: ${problem}` };
}

/** @param {string} output */
function quote(output) {
  const shown = output.trim();
  return JSON.stringify(shown.length > 120 ? `${shown.slice(0, 120)}...` : shown);
}

/**
 * What is wrong with an outcome, if anything.
 *
 * @param {any} outcome
 * @param {{ scenario: string, form: string }} expected
 * @returns {string | undefined}
 */
function problemOf(outcome, { scenario, form }) {
  if (typeof outcome !== 'object' || outcome === null) return 'it is no object';
  if (outcome.scenario !== scenario) return `it is of the scenario ${quote(String(outcome.scenario))}`;
  if (outcome.form !== form || !FORMS.includes(outcome.form)) return `it is of the form ${quote(String(outcome.form))}`;
  if (!Number.isInteger(outcome.seed)) return 'it has no seed';
  if (typeof outcome.axis !== 'string') return 'its floors run over nothing';
  return problemOfFigures(outcome.figures) ?? problemOfFloors(outcome.floors) ?? problemOfChecks(outcome.checks);
}

/** @param {any} figures */
function problemOfFigures(figures) {
  if (typeof figures !== 'object' || figures === null) return 'it has no figures';
  const isFigure = (value) => value === null || Number.isFinite(value);
  const bad = FIGURES.find((name) => !isFigure(figures[name]));
  if (bad !== undefined) return `its figure ${bad} is neither a number nor null`;
  return figures.floorBytes > 0 ? undefined : 'it has no floor';
}

/** @param {any} floors */
function problemOfFloors(floors) {
  if (!Array.isArray(floors) || floors.length < FEWEST_FLOORS || floors.length > MOST_FLOORS)
    return `it has not ${FEWEST_FLOORS} to ${MOST_FLOORS} floors`;
  return floors.every((floor) => Number.isFinite(floor) && floor > 0) ? undefined : 'one of its floors is no size';
}

/** @param {any} checks */
function problemOfChecks(checks) {
  if (!Array.isArray(checks) || checks.length === 0) return 'it checks nothing';
  const isCheck = (check) =>
    typeof check === 'object' &&
    check !== null &&
    ['row', 'source', 'wanted', 'got'].every((name) => typeof check[name] === 'string') &&
    typeof check.holds === 'boolean';
  return checks.every(isCheck) ? undefined : 'one of its checks is none';
}
