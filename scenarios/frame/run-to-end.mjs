// A process, run to its end.
import { spawn } from 'node:child_process';

const KILLED_AFTER_MS = 2000;

/** What ends a process that is under way: none of them outlives this one. @type {Set<() => void>} */
const running = new Set();
process.once('exit', () => {
  for (const kill of running) kill();
});

/**
 * @typedef {object} Ended
 * @property {string} output What it wrote to standard output.
 * @property {string} errors What it wrote to standard error.
 * @property {number | null} status
 * @property {string | null} signal
 * @property {boolean} isLate Whether it was ended because its time was over.
 * @property {Error} [error] Why it could not be started.
 */

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ limitMs?: number, stop?: AbortSignal, isGroup?: boolean, onText?: (text: string, child: import('node:child_process').ChildProcess) => void }} [options]
 *   `limitMs`: after so long it gets SIGTERM, and SIGKILL two seconds later. `stop` kills it at once. `isGroup`: with it ends
 *   whatever it has started. `onText` is told what it writes to either output.
 * @returns {Promise<Ended>} Never rejects.
 */
export function runToEnd(program, args, { limitMs, stop, isGroup = false, onText = () => {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: isGroup });
    const ended = { output: '', errors: '', status: null, signal: null, isLate: false };
    const read = (stream, name) =>
      child[stream].setEncoding('utf8').on('data', (text) => {
        ended[name] += text;
        onText(text, child);
      });
    read('stdout', 'output');
    read('stderr', 'errors');
    const kill = () => {
      if (isGroup) killGroup(child);
      else child.kill('SIGKILL');
      // What it has started elsewhere may hold its outputs open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    running.add(kill);
    stop?.addEventListener('abort', kill);
    const askToEnd = () => {
      ended.isLate = true;
      child.kill('SIGTERM');
    };
    const timers =
      limitMs === undefined ? [] : [setTimeout(askToEnd, limitMs), setTimeout(kill, limitMs + KILLED_AFTER_MS)];
    const settle = (end) => {
      for (const timer of timers) clearTimeout(timer);
      stop?.removeEventListener('abort', kill);
      running.delete(kill);
      resolve({ ...ended, ...end });
    };
    child.once('error', (error) => settle({ error }));
    // What it has left behind would hold its outputs open.
    if (isGroup) child.once('exit', () => killGroup(child));
    child.once('close', (status, signal) => settle({ status, signal }));
  });
}

function killGroup({ pid }) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
