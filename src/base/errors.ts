/**
 * Every error that Plimsoll raises: one class per way of handling it, one code per way of failing.
 *
 * `code` is the contract; messages may be reworded. A code is never reused. Use {@link isPlimsollError} instead of
 * `instanceof` where two copies of the package may meet.
 */

/** Every error code with the sentence that `docs/errors.md` explains at length. */
export const ERROR_CODES = {
  PLIM_ERR_OPTION_INVALID: 'An option has a value outside its rule.',
  PLIM_ERR_OPTION_UNKNOWN: 'An option that does not exist was given.',
  PLIM_ERR_SNAPSHOT_FORMAT: 'The file is no V8 heap snapshot, or is damaged.',
  PLIM_ERR_SNAPSHOT_TRUNCATED: 'The heap snapshot ends before its graph does.',
  PLIM_ERR_SNAPSHOT_UNRELATED: 'The snapshots were taken of different processes and share no object ids.',
  PLIM_ERR_SNAPSHOT_REFUSED: 'Taking a snapshot would need more memory, disk or time than is allowed.',
  PLIM_ERR_FILE_UNREADABLE: 'A file could not be read.',
  PLIM_ERR_FILE_UNWRITABLE: 'A file or folder could not be written.',
  PLIM_ERR_PROGRAM_MISSING: 'The program to run does not exist.',
  PLIM_ERR_PROGRAM_FOREIGN: 'The program to run is not JavaScript that this Node.js can start.',
  PLIM_ERR_PROGRAM_START: 'The program could not be started.',
  PLIM_ERR_PROCESS_UNREACHABLE: 'The process does not exist, is not Node.js, or does not let us in.',
  PLIM_ERR_SCOPE_DISPOSED: 'A scope that is closing or closed was used.',
  PLIM_ERR_SCOPE_KIND: 'What was given to a scope is not of the kind that was asked for.',
  PLIM_ERR_SCOPE_TIMEOUT: 'Something that a scope owns did not end in its time.',
  PLIM_ERR_CACHE_CLOSED: 'A closed cache was used.',
  PLIM_ERR_CACHE_DISPOSE_TIMEOUT: 'A value that left a cache was not disposed of in time.',
  PLIM_ERR_CACHE_LEASE_OVER: 'The value of a lease that is over was asked for.',
  PLIM_ERR_CACHE_LOAD_CYCLE: 'A load asked for its own key, and would wait for itself.',
  PLIM_ERR_SHUTDOWN_OVER: 'Something wanted to take part in a shutdown that was past it.',
  PLIM_ERR_SHUTDOWN_TIMEOUT: 'A part of the shutdown did not end in its time.',
  PLIM_ERR_AUDIT_ENGINE: 'No linter that can run the audit is installed.',
  PLIM_ERR_AUDIT_FAILED: 'The linter that runs the audit failed.',
  PLIM_ERR_AUDIT_BASELINE: 'The baseline of the audit is no baseline.',
  PLIM_ERR_WATCHER_CLOSED: 'A closed retention watcher was used.',
  PLIM_ERR_SESSION_BUDGET: 'A session wanted more than its budget has left.',
  PLIM_ERR_SESSION_CLOSED: 'A session or a broker that is closing or closed was used.',
  PLIM_ERR_SESSION_REFUSED: 'There was no room for another session.',
  PLIM_ERR_SESSION_TIMEOUT: 'Something that a session waits for did not happen in time.',
  PLIM_ERR_SESSION_WORKER: 'The worker of an isolated session failed, or has ended.',
  PLIM_ERR_POOL_FULL: 'A pool of scopes is full, and all in it are pinned.',
  PLIM_ERR_POOL_CLOSED: 'A closed pool, or a lazy value that was let go of for good, was used.',
  PLIM_ERR_POOL_TIMEOUT: 'Nothing was given back to a pool in time.',
  PLIM_ERR_POOL_RELEASE: 'Something was given back to a pool that is not out.',
  PLIM_ERR_TIER_DOWN: 'The second tier is not asked at present: it failed too often.',
  PLIM_ERR_TIER_TIMEOUT: 'The second tier did not answer in time.',
  PLIM_ERR_TIER_BUSY: 'Too many calls of the second tier are under way.',
  PLIM_ERR_TIER_FAILED: 'The second tier failed, or refused a call.',
  PLIM_ERR_TIER_VALUE: 'A value cannot be written to the second tier.',
  PLIM_ERR_TIER_CLOSED: 'A closed tiered cache was used.',
  PLIM_ERR_LEAK_FOUND: 'A check for leaks found one.',
  PLIM_ERR_LEAK_UNSTABLE: 'A check for leaks could not decide, and was told to fail then.',
  PLIM_ERR_LEAK_RETAINED: 'An object that was to be collected is still held.',
  PLIM_ERR_LEAK_UNRELEASED: 'Something that was opened was not closed.',
  PLIM_ERR_LEAK_COLLECTOR: 'Garbage cannot be collected on demand in this runtime.',
  PLIM_ERR_LEAK_BASELINE: 'The file of accepted leaks is no such file.',
  PLIM_ERR_GUARD_TWICE: 'A server that is guarded already was to be guarded again.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Marks our errors across copies of the package, where `instanceof` cannot. */
const BRAND = Symbol.for('plimsoll.error');

/**
 * Base of every error of ours. `instanceof PlimsollError` also holds for those that must be a built-in class of error,
 * and for errors of another copy of the package.
 */
export class PlimsollError extends Error {
  /** Stable name of what went wrong. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  override get name(): string {
    return this.constructor.name;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // Subclasses inherit this method; they mean their own prototype.
    return this === PlimsollError ? isPlimsollError(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/** An option, argument or variable with a value outside its rule. */
export class OptionsError extends PlimsollError {}

/** A heap snapshot that is damaged, truncated or something else. */
export class SnapshotFormatError extends PlimsollError {
  /** Byte offset in the file at which reading could not go on. */
  readonly offset: number;

  constructor(code: ErrorCode, message: string, offset: number, options?: { cause?: unknown }) {
    super(code, message, options);
    this.offset = offset;
  }
}

/** Snapshots that cannot be taken or compared, although each file is sound. */
export class SnapshotError extends PlimsollError {}

/** A file or folder that cannot be read or written; `cause` is the system's error. */
export class FileError extends PlimsollError {}

/** A program or process that cannot be started or reached. */
export class ProgramError extends PlimsollError {}

/** The use of something that has ended; a `ReferenceError` too, as TC39's disposable stacks throw. */
export class DisposedError extends ReferenceError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** A value of the wrong kind; a `TypeError` too, as TC39's disposable stacks throw, and lru-cache. */
export class KindError extends TypeError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** A load that can never end. */
export class LoadError extends PlimsollError {}

/** Something that took longer than it was allowed to. */
export class TimeoutError extends PlimsollError {}

/** An audit that cannot be run, or whose files cannot be understood. */
export class AuditError extends PlimsollError {}

/** Something that a limit leaves no room for. */
export class BudgetError extends PlimsollError {}

/** A session whose worker cannot do what was asked. */
export class SessionError extends PlimsollError {}
/** A second tier that failed, refused, or could not be asked; `cause` is its own error. */
export class TierError extends PlimsollError {}
/** A leak that a test found, or one that it could neither find nor rule out. */
export class LeakError<T = unknown> extends PlimsollError {
  /** What leaks, as data: what {@link code} says it is. */
  readonly leaks: readonly T[];

  constructor(code: ErrorCode, message: string, leaks: readonly T[], options?: { cause?: unknown }) {
    super(code, message, options);
    this.leaks = leaks;
  }
}

/** Whether `value` is an error of ours, and of `code` when one is given; works across copies of the package. */
export function isPlimsollError(value: unknown, code?: ErrorCode): value is PlimsollError {
  if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
  return code === undefined || ('code' in value && value.code === code);
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code (`ENOSPC`, `EACCES`, ...) of anything that was thrown, if it has one. */
export function systemCodeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
