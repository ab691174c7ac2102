import { now, readText } from '../../runtime/index.ts';
import type { WatcherIdentity } from '../wire.ts';
import { giveThreadBack } from './mark.ts';

/** How often is looked whether the watcher is still there, ms. */
const LOOK_EVERY_MS = 1_000;
/** Where the time at which a process was started stands in `/proc/<pid>/stat`, after its name. */
const START_FIELD = 19;

/** When a process was started, in ticks since the machine was; `null` where that cannot be read. */
export function startOf(pid: number): string | null {
  const text = readText(`/proc/${pid}/stat`);
  return text === null ? null : (text.slice(text.lastIndexOf(')') + 2).split(' ')[START_FIELD] ?? null);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's, and therefore there.
    return (error as { readonly code?: unknown }).code === 'EPERM';
  }
}

/**
 * Ties a probe that was put into a running program to its watcher: when that is gone, however it went, the probe
 * leaves. **Cost:** about 20 us a second.
 */
export class PlimsollProbeTether {
  readonly #session: string;
  readonly #watcher: WatcherIdentity;
  #lookedAt: number = now();

  constructor(session: string, watcher: WatcherIdentity) {
    this.#session = session;
    this.#watcher = watcher;
  }

  /** Whether the watcher is gone, or has taken its folder away. */
  isCut(): boolean {
    const at = now();
    if (at - this.#lookedAt < LOOK_EVERY_MS) return false;
    this.#lookedAt = at;
    return !this.#isFolderThere() || !this.#isWatcherThere();
  }

  /** Leaves nothing of the watch in this thread, and no folder that nobody would remove any more. */
  letGo(): void {
    giveThreadBack();
    if (this.#isWatcherThere()) return;
    try {
      process.getBuiltinModule('node:fs').rmSync(this.#session, { recursive: true, force: true });
    } catch {
      // Somebody else's by now, or read-only: the program has no part in it.
    }
  }

  #isFolderThere(): boolean {
    return process.getBuiltinModule('node:fs').existsSync(this.#session);
  }

  #isWatcherThere(): boolean {
    const start = startOf(this.#watcher.pid);
    return start === null ? isRunning(this.#watcher.pid) : start === this.#watcher.start;
  }
}
