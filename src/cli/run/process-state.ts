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
