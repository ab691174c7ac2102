// What the broker and its monitor promise of a whole process: each in one of its own. In real time.
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../frame/run-to-end.mjs';
import { isBun } from '../frame/measure.mjs';

/** @typedef {import('../frame/outcome.mjs').Checks} Checks */

const HEAP_OF_24_MB = '--max-old-space-size=24';

/** Runs one of the programs beside this one on Node.js; gives its end, and what it said as JSON. */
async function run(name, flags, ...args) {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const { output, status, signal } = await runToEnd(process.execPath, [...flags, script, ...args]);
  return { end: signal ?? status, said: output === '' ? {} : JSON.parse(output) };
}

/** A heap that is above 90 % full. @param {Checks} checks */
export async function checkPressure(checks) {
  const [told, shed] = [
    'heap above 90 % full: told',
    'and refused, of 300 requests each of low, normal and high priority',
  ];
  if (isBun) {
    for (const row of [told, shed]) checks.unknown(row, 'Bun tells nothing of the limit of its heap');
    return;
  }
  const { said } = await run('pressure.mjs', ['--expose-gc', '--max-old-space-size=200']);
  const { level = 'none', value = 0, before = [], refused = [] } = said;
  checks.that(told, 'at 0.9 or more', `${level} at ${Number(value).toFixed(3)}`, level !== 'none' && value >= 0.9);
  const [low, normal, high] = refused;
  checks.that(shed, 'the less important first', refused, low > normal && normal > high && normal > 0);
  checks.equal('and refused before', [0, 0, 0], before);
}

/** Growth above 1 MB/min for ten minutes. @param {Checks} checks */
export async function checkRestart(checks) {
  if (isBun) {
    checks.unknown('restarted when growth above 1 MB/min has lasted', 'Bun tells nothing of collections');
    return;
  }
  const { end, said } = await run('restart.mjs', ['--expose-gc']);
  checks.that(
    'restarted when growth above 1 MB/min has lasted',
    '10 to 20 minutes',
    `${said.minutes} minutes`,
    said.minutes >= 10 && said.minutes <= 20,
  );
  checks.equal(
    'in good order: status for the supervisor, sessions and listeners left',
    [75, 0, 0],
    [end, said.sessions, said.listeners],
  );
}

/** Large text and JSON. @param {Checks} checks */
export async function checkStreams(checks) {
  const row = 'items of 48 MB of JSON, lines of 48 MB of text, and of the budget still in use, with a heap of 24 MB';
  if (isBun) {
    checks.unknown(row, 'Bun has no limit for its heap');
    return;
  }
  const { said } = await run('large.mjs', [HEAP_OF_24_MB], 'plimsoll');
  checks.equal(row, [48_000, 48_000, 0], [said.items, said.lines, said.used]);
}

/** @param {Checks} checks */
export async function checkAtOnce(checks) {
  const { end } = await run('large.mjs', [HEAP_OF_24_MB], 'naive');
  checks.equal('48 MB of JSON parsed at once, with a heap of 24 MB, end the process by', 'SIGABRT', end);
}
