import fs from 'node:fs';

/** Fields of `/proc/<pid>/stat` after the name, which may itself hold blanks and brackets; none where it is missing. */
function statFields(pid: number | 'self'): readonly string[] {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Nearly everywhere; where pages are larger a process only seems smaller than it is. */
const PAGE_BYTES = 4_096;

/** Where `num_threads` stands among them. */
const THREADS_FIELD = 17;

/** Whether a process runs; one that has ended and whose parent has not looked yet does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const state = statFields(pid)[0];
  return state !== 'Z' && state !== 'X';
}

/** Open descriptors and threads of a process; `null` where the system does not tell. **Cost:** grows with both. */
export function countOpen(pid: number): { readonly descriptors: number; readonly threads: number } | null {
  try {
    const descriptors = fs.readdirSync(`/proc/${pid}/fd`).length;
    return { descriptors, threads: Number(statFields(pid)[THREADS_FIELD]) };
  } catch {
    return null;
  }
}

/** Memory of a process that is in RAM, bytes; `null` where the system does not tell. */
export function residentBytes(pid: number): number | null {
  try {
    const pages = Number(fs.readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
    return pages > 0 ? pages * PAGE_BYTES : null;
  } catch {
    return null;
  }
}

/**
 * Whether Ctrl-C on a terminal reaches all that we started without our help: we are in the group that the terminal
 * sends it to. `null` where the system does not tell.
 */
export function isInForeground(): boolean | null {
  const fields = statFields('self');
  const [group, terminalGroup] = [fields[2], fields[5]];
  if (group === undefined || terminalGroup === undefined) return null;
  return group === terminalGroup;
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already: nothing is left to be told.
  }
}
