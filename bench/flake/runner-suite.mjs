// One test under some runner: checks the controls it is told, one after the other, and writes a line for each. Loaded by
// the few lines of each runner's own (flake.mjs writes them), inside a project that has the package installed.
import { appendFileSync } from 'node:fs';

/** @typedef {{ run: number, kind: 'leaks' | 'innocents', control: string, snapshots: 'auto' | 'never' }} Task */

/**
 * @param {typeof import('plimsoll/test').measureLeak} measureLeak
 * @param {{ leaks: object, innocents: object }} controls
 * @param {{ tasks: readonly Task[], out: string, until: number }} plan
 */
export async function checkAll(measureLeak, controls, { tasks, out, until }) {
  for (const task of tasks) {
    if (Date.now() > until) return;
    const { work, end } = controls[task.kind][task.control]();
    const result = await measureLeak(work, { name: task.control, snapshots: task.snapshots });
    end?.();
    const { verdict, reason, evidence, calls, iterations, durationMs, growth, leaks } = result;
    const named = leaks.map(({ sentence }) => sentence);
    appendFileSync(
      out,
      `${JSON.stringify({ ...task, verdict, reason, evidence, calls, iterations, durationMs, growth, named })}\n`,
    );
  }
}
