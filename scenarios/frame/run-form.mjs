// One form of a scenario, run to its end in a process of its own.
import { readOutcome } from './outcome.mjs';
import { runToEnd } from './run-to-end.mjs';

/** Of standard error, what is shown of a run that failed. */
const SHOWN = 800;

/**
 * @param {{ program: string, args: readonly string[], scenario: string, form: string, limitMs: number, stop?: AbortSignal }} start
 * @returns {Promise<{ outcome?: import('./outcome.mjs').Outcome, problem?: string, seconds: number }>} Never rejects.
 */
export async function runForm({ program, args, scenario, form, limitMs, stop }) {
  const begun = performance.now();
  const ended = await runToEnd(program, args, { limitMs, stop, isGroup: true });
  const seconds = (performance.now() - begun) / 1000;
  const read = problemOf(ended, limitMs) ?? readOutcome(ended.output, { scenario, form });
  return read.problem === undefined
    ? { outcome: read.outcome, seconds }
    : { problem: withErrors(read.problem, ended.errors), seconds };
}

/** @param {import('./run-to-end.mjs').Ended} ended @param {number} limitMs @returns {{ problem: string } | undefined} */
function problemOf({ error, isLate, status, signal }, limitMs) {
  if (error !== undefined) return { problem: `it could not be started: ${error.message}` };
  if (isLate) return { problem: `it had not ended after ${limitMs / 1000} s` };
  return status === 0 ? undefined : { problem: `it ended with ${signal ?? `status ${status}`}` };
}

function withErrors(problem, errors) {
  const shown = errors.trim().slice(-SHOWN);
  return shown === '' ? problem : `${problem}\n${shown.replaceAll(/^/gm, '          ')}`;
}
