// What a run of the flake bench checks, what is left of it, and what came of it.
import { median } from '../lib/stats.mjs';
import { innocents, leaks } from '../testkit/controls.mjs';

/** @typedef {import('./runner-suite.mjs').Task} Task */
/** @typedef {Task & { verdict: 'pass' | 'fail' | 'unstable', evidence: string, durationMs: number }} Result */

/**
 * What has to be checked in a run: one of each kind, in turn, so that every control comes as often as the others.
 *
 * @param {number} run From 0.
 * @param {number} every Confirm by snapshots in every so many runs.
 * @returns {Task[]}
 */
export function tasksOf(run, every) {
  const of = (list) => Object.keys(list)[run % Object.keys(list).length];
  const leaking = Object.keys(leaks).length;
  // One further in every round: each leaking control has its turn with snapshots.
  const turn = Math.floor(run / leaking) + (run % leaking);
  const snapshots = turn % every === 0 ? 'auto' : 'never';
  return [
    { run, kind: 'leaks', control: of(leaks), snapshots },
    { run, kind: 'innocents', control: of(innocents), snapshots: 'auto' },
  ];
}

/**
 * Tasks that have no result yet.
 *
 * @param {readonly Pick<Task, 'run' | 'kind'>[]} done
 */
export function tasksLeft(runs, every, done) {
  const known = new Set(done.map(({ run, kind }) => `${run} ${kind}`));
  const all = Array.from({ length: runs }, (_, run) => tasksOf(run, every)).flat();
  return all.filter(({ run, kind }) => !known.has(`${run} ${kind}`));
}

/**
 * Counts of what was right and wrong.
 *
 * @param {readonly Result[]} results
 */
export function summarise(results) {
  const [leaking, innocent] = ['leaks', 'innocents'].map((kind) => results.filter((result) => result.kind === kind));
  const saying = (list, verdict) => list.filter((result) => result.verdict === verdict).length;
  return {
    leaking: leaking.length,
    bySnapshots: leaking.filter(({ snapshots }) => snapshots === 'auto').length,
    missed: saying(leaking, 'pass'),
    undecided: saying(leaking, 'unstable'),
    innocent: innocent.length,
    accused: saying(innocent, 'fail'),
    innocentUndecided: saying(innocent, 'unstable'),
    innocentMs: innocent.length === 0 ? null : median(innocent.map(({ durationMs }) => durationMs)),
    withoutSnapshot: innocent.filter(({ evidence }) => evidence === 'growth').length,
    wrong: results.filter(({ kind, verdict }) => verdict === (kind === 'leaks' ? 'pass' : 'fail')),
  };
}
