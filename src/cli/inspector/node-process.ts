import fs from 'node:fs';
import { ProgramError, systemCodeOf } from '../../base/errors.ts';
import { readStatus, readText, sharesOurNetwork } from './proc.ts';

/** What Node writes when its inspector opens: every binary that can do it holds the text, whatever its file is called. */
const INSPECTOR_MARK = 'Debugger listening on ';

/**
 * Refuses every process whose inspector cannot be opened with SIGUSR1, before any signal is sent: the signal ends a
 * program that does not expect it.
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE} with the reason in one sentence.
 *
 * **Cost:** reads the program's binary once (100 MB, usually in the page cache).
 */
export function requireReachableNode(pid: number): void {
  if (!fs.existsSync('/proc/self/status')) {
    throw unreachable(`Finding the inspector of process ${pid} needs /proc, which this system does not have.`);
  }
  const status = readStatus(pid);
  if (status === undefined) throw unreachable(`There is no process ${pid}.`);
  if (pid === process.pid) throw unreachable(`Process ${pid} is this command itself.`);
  if (status.threadGroup !== pid) {
    throw unreachable(`${pid} is a thread of process ${status.threadGroup}: give that number.`);
  }
  if (status.state === 'Z' || status.state === 'X') throw unreachable(`Process ${pid} has ended already.`);
  if (!isNodeBinary(pid, status.uid)) {
    throw unreachable(`Process ${pid} (${commandOf(pid)}) is not Node.js; it was left alone.`);
  }
  if (status.state === 'T' || status.state === 't') {
    throw unreachable(`Process ${pid} is stopped; let it go on first (kill -CONT ${pid}).`);
  }
  if (!sharesOurNetwork(pid)) {
    throw unreachable(`Process ${pid} is in another network namespace (a container); run this command inside it.`);
  }
}

/**
 * Refuses a Node.js that SIGUSR1 would end or pass by.
 *
 * @throws {PLIM_ERR_PROCESS_UNREACHABLE}
 */
export function requireSignalHandler(pid: number): void {
  if (readStatus(pid)?.catchesUsr1 === true) return;
  throw unreachable(
    `Process ${pid} does not open its inspector on SIGUSR1 (started with --disable-sigusr1, or not up yet); ` +
      'start it with --inspect instead.',
  );
}

/** The one form of error for a process that cannot be used. */
export function unreachable(message: string, cause?: unknown): ProgramError {
  return new ProgramError('PLIM_ERR_PROCESS_UNREACHABLE', message, { cause });
}

/** The program's own name, for messages. */
export function commandOf(pid: number): string {
  return readText(`/proc/${pid}/comm`)?.trim() ?? 'unknown';
}

/** Whether a process is Node.js; `false` too for one that may not be looked at. */
export function isNodeProcess(pid: number): boolean {
  try {
    const status = readStatus(pid);
    return status !== undefined && isNodeBinary(pid, status.uid);
  } catch {
    return false;
  }
}

function isNodeBinary(pid: number, uid: number): boolean {
  if (readText(`/proc/${pid}/maps`)?.includes('/libnode.so') === true) return true;
  try {
    return contains(`/proc/${pid}/exe`, INSPECTOR_MARK);
  } catch (error) {
    // Kernel threads have no binary at all.
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw unreachable(
      `Process ${pid} (${commandOf(pid)}) does not let this user look into it: it runs as user ${uid}.`,
      error,
    );
  }
}

/** Whether a file holds `text`, read in pieces. */
export function contains(file: string, text: string): boolean {
  const wanted = Buffer.from(text, 'latin1');
  const piece = Buffer.allocUnsafe(1 << 20);
  const fd = fs.openSync(file, 'r');
  try {
    let kept = 0;
    for (;;) {
      const read = fs.readSync(fd, piece, kept, piece.length - kept, null);
      if (read === 0) return false;
      const filled = kept + read;
      if (piece.subarray(0, filled).includes(wanted)) return true;
      // The text may straddle two pieces.
      kept = Math.min(filled, wanted.length - 1);
      piece.copy(piece, 0, filled - kept, filled);
    }
  } finally {
    fs.closeSync(fd);
  }
}
