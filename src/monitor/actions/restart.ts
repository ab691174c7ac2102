import { type Clock, systemClock } from '../../base/clock.ts';
import { invalidOption, readInteger, readName } from '../../base/options.ts';
import { formatDuration } from '../../base/units.ts';
import { now, readText, systemProcess, writeText } from '../../runtime/index.ts';
import type { ActionResult, MonitorAction } from './action.ts';

/** What can end the process in good order; a `Shutdown` fits. */
export interface Restartable {
  begin(reason: string): Promise<unknown>;
}

/** How a process is restarted. */
export interface RestartOptions {
  /** Exit status, by which a supervisor tells it from other ends; a `Shutdown` with `exit: 'zero'` makes it 0. @default 75 */
  readonly status?: number;
  /** File that remembers the last restart, so that it is at most one an hour whatever the supervisor does. @default none */
  readonly file?: string;
  /** Tells the time; for tests. */
  readonly clock?: Clock;
  /** For how long the process has run, ms; for tests. */
  readonly uptime?: () => number;
  /** Sets the status with which the process will end; for tests. */
  readonly setStatus?: (status: number) => void;
}

/** A process that is younger would be restarted for what it does at its start. */
const LEAST_UPTIME_MS = 10 * 60_000;
const LEAST_SPACING_MS = 3_600_000;
/** "Temporary failure" of sysexits.h: the supervisor is to try again. */
const DEFAULT_STATUS = 75;

/**
 * Ends the process in good order, for its supervisor to start it again: never within 10 minutes of its start, and at
 * most once an hour.
 *
 * @throws {PLIM_ERR_OPTION_INVALID}
 */
export function restart(shutdown: Restartable, options: RestartOptions = {}): MonitorAction {
  if (typeof shutdown !== 'object' || shutdown === null || typeof shutdown.begin !== 'function') {
    throw invalidOption('shutdown', 'a `Shutdown`, or something else with `begin`', shutdown);
  }
  const status = readInteger('status', options.status ?? DEFAULT_STATUS, 0, 255);
  const file = options.file === undefined ? undefined : readName('file', options.file);
  const {
    clock = systemClock,
    uptime = now,
    setStatus = (code: number) => systemProcess.suggestStatus(code),
  } = options;
  let hasBegun = false;
  return {
    name: 'restart',
    run: async ({ alert }): Promise<ActionResult> => {
      if (hasBegun) return { outcome: 'refused', message: 'The restart is under way.' };
      const reason = whyNot(uptime(), clock.wallNow(), file);
      if (reason !== undefined) return { outcome: 'refused', message: reason };
      hasBegun = true;
      // A file that cannot be written fails the action before anything has ended: better than restarts without end.
      if (file !== undefined) remember(file, clock.wallNow(), () => (hasBegun = false));
      setStatus(status);
      await shutdown.begin(`restart: ${alert.message}`);
      return { outcome: 'done', message: 'The shutdown is through.' };
    },
  };
}

function whyNot(uptimeMs: number, at: number, file: string | undefined): string | undefined {
  if (uptimeMs < LEAST_UPTIME_MS) {
    return `The process has run for ${formatDuration(uptimeMs)} only; ${formatDuration(LEAST_UPTIME_MS)} are the least.`;
  }
  if (file === undefined) return undefined;
  const last = Number.parseInt(readText(file) ?? '', 10);
  // A time in the future is a clock that was set, and says nothing.
  if (!Number.isFinite(last) || last > at || at - last >= LEAST_SPACING_MS) return undefined;
  return `It was restarted ${formatDuration(at - last)} ago; ${formatDuration(LEAST_SPACING_MS)} are the least.`;
}

function remember(file: string, at: number, onFailure: () => void): void {
  try {
    writeText(file, `${at}\n`, 'w');
  } catch (error) {
    onFailure();
    throw error;
  }
}
