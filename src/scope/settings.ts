/** What may be set for a scope, read once. */
import { type Clock, systemClock } from '../base/clock.ts';
import { invalidOption, readChoice, readDuration, readFunction, readName } from '../base/options.ts';
import { warn } from '../base/warnings.ts';
import { type EntryFailure, nameEntry } from './entry.ts';
import type { TraceMode } from './trace.ts';

/** Why a scope ends: its work is done, it failed, or it was told to stop. */
export type EndCause = 'done' | 'error' | 'signal';

/** What a scope has of its own. */
export interface ChildOptions {
  /** What it is called in lists, reports and errors. @default 'scope' */
  readonly name?: string;
  /** Ends everything at once instead of one after the other, newest first. @default false */
  readonly parallel?: boolean;
  /**
   * How long its closing may take: milliseconds or text such as `'10s'`. What has not ended by then is reported and
   * left behind. A scope within another also keeps to what that one has left. @default no limit
   */
  readonly deadline?: number | string;
}

/** @see {@link Scope} */
export interface ScopeOptions extends ChildOptions {
  /**
   * For which entries it is recorded where they were opened: `'all'` suits tests and development, `'sampled'` (one in 1,021,
   * and the first of each kind or name) production. **Cost:** 5-20 us for each that is recorded. @default 'sampled'
   */
  readonly traces?: TraceMode;
  /**
   * Told of what failed with nobody waiting: after `dispose()` had returned, after an entry had timed out, in a scope that
   * closed by `endWith`. @default the process is warned, with `PLIM_WARN_SCOPE_FAILED`
   */
  readonly onError?: (error: unknown, failure: EntryFailure) => void;
  /**
   * Warns with `PLIM_WARN_SCOPE_ABANDONED` when the scope is garbage-collected with something still open in it. Nothing
   * is disposed of then. **Cost:** about 3 us a scope. @default false
   */
  readonly warnAbandoned?: boolean;
  /** Tells the time and waits. @default the system's */
  readonly clock?: Clock;
}

/** What scopes have in common with those within them. */
export interface Settings {
  readonly traces: TraceMode;
  readonly onError: (error: unknown, failure: EntryFailure) => void;
  readonly warnAbandoned: boolean;
  readonly clock: Clock;
}

function warnOfFailure(error: unknown, { entry }: EntryFailure): void {
  const text = error instanceof Error ? error.message : String(error);
  warn({ code: 'PLIM_WARN_SCOPE_FAILED', message: `The ${nameEntry(entry)} failed to end: ${text}` });
}

const DEFAULTS: Settings = {
  traces: 'sampled',
  onError: warnOfFailure,
  warnAbandoned: false,
  clock: systemClock,
};

/** A user's function that is called where nothing may throw. */
function guarded(onError: (error: unknown, failure: EntryFailure) => void): Settings['onError'] {
  return (error, failure) => {
    try {
      onError(error, failure);
    } catch (thrown) {
      warnOfFailure(thrown, failure);
    }
  };
}

function readFlag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalidOption(name, 'true or false', value);
  return value;
}

function readClock(clock: Clock): Clock {
  if (typeof clock?.steadyNow !== 'function' || typeof clock.startTimer !== 'function') {
    throw invalidOption('clock', 'a Clock', clock);
  }
  return clock;
}

/** The settings of an outermost scope. */
export function readSettings({ traces, onError, warnAbandoned, clock }: ScopeOptions): Settings {
  if (traces === undefined && onError === undefined && warnAbandoned === undefined && clock === undefined) {
    return DEFAULTS;
  }
  readFunction('onError', onError);
  return {
    traces: traces === undefined ? DEFAULTS.traces : readChoice('traces', traces, ['all', 'sampled', 'off']),
    onError: onError === undefined ? DEFAULTS.onError : guarded(onError),
    warnAbandoned: warnAbandoned === undefined ? DEFAULTS.warnAbandoned : readFlag('warnAbandoned', warnAbandoned),
    clock: clock === undefined ? DEFAULTS.clock : readClock(clock),
  };
}

/** {@link ChildOptions}, checked. */
export interface Own {
  readonly name: string;
  readonly isParallel: boolean;
  readonly deadlineMs: number;
}

let lastPlain: Own = { name: 'scope', isParallel: false, deadlineMs: Infinity };

/** A scope's own options, checked. Scopes that have no more than the name of the one before, as those of requests, share them. */
export function readOwn(options: ChildOptions): Own {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { name = 'scope', parallel, deadline } = options;
  const isParallel = parallel === undefined ? false : readFlag('parallel', parallel);
  const deadlineMs = deadline === undefined ? Infinity : readDuration('deadline', deadline);
  const isPlain = !isParallel && deadlineMs === Infinity;
  if (isPlain && name === lastPlain.name) return lastPlain;
  const own = { name: readName('name', name), isParallel, deadlineMs };
  if (isPlain) lastPlain = own;
  return own;
}

/** Why a scope is to end. */
export function readCause(cause: unknown = 'done'): EndCause {
  return readChoice('cause', cause, ['done', 'error', 'signal']);
}
