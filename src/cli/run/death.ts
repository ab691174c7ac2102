/** What is known of the end of a thread, for the judge of deaths. */
import { type Death, judgeDeath } from '../../diagnose/death.ts';
import type { ProgramEnd } from './child.ts';
import { isAlive } from './process-state.ts';
import type { WatchedThread } from './watched-thread.ts';

/** What shells and launchers give for a child that a signal has ended. */
const SIGNAL_OF_STATUS: Readonly<Record<number, 'SIGABRT' | 'SIGKILL'>> = { 134: 'SIGABRT', 137: 'SIGKILL' };
/** A bare Node.js without any heap of a program's, about, bytes. */
const BARE_BYTES = 45 * 1024 * 1024;

/** How the process we started ended, where we have started one. */
export interface DirectEnd {
  readonly pid: number;
  readonly end: ProgramEnd | undefined;
}

/** Whether a thread's process died of memory; `undefined` for one that lives, or has said that it ends. */
export function deathOf(thread: WatchedThread, direct: DirectEnd): Death | undefined {
  const { pid, survivorLimitBytes, memoryLimitBytes } = thread.hello;
  if (thread.hasExited || thread.isLauncher || isAlive(pid)) return undefined;
  const signal = signalOf(pid, direct);
  if (signal === undefined) return undefined;
  const last = thread.floors.at(-1);
  const outside = last === undefined ? BARE_BYTES : last.rss - last.heapTotal;
  return judgeDeath({
    signal,
    oomKills: thread.oomKills(),
    heapBytes: last?.heapUsed ?? 0,
    residentHeapBytes: Math.max(0, thread.residentBytes - outside),
    limitBytes: survivorLimitBytes,
    memoryLimitBytes,
    hasNearLimitShot: thread.nearLimitFile !== undefined,
  });
}

/** `null` when nobody knows, `undefined` for an end that memory has no part in. */
function signalOf(pid: number, { pid: directPid, end }: DirectEnd): 'SIGABRT' | 'SIGKILL' | null | undefined {
  const { signal = null, status = null } = end ?? {};
  if (signal === 'SIGABRT' || signal === 'SIGKILL') return signal;
  const passedOn = SIGNAL_OF_STATUS[status ?? 0];
  if (passedOn !== undefined) return passedOn;
  // Of what we have started ourselves we know the end.
  return pid === directPid && end !== undefined ? undefined : null;
}
