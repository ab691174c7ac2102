/** What the two sides of an isolated session say to each other. All of it is plain data that can be copied. */
import {
  BudgetError,
  DisposedError,
  type ErrorCode,
  isPlimsollError,
  messageOf,
  OptionsError,
  SessionError,
} from '../../base/errors.ts';
import type { AlertText } from '../alert.ts';
import type { OverBudget } from '../budget.ts';
import type { SessionUsage } from '../session.ts';

/** Where the worker finds what is for it among its data. */
export const DATA_KEY = 'plimsoll.session';

/** What a worker must know of its session. */
export interface WorkerSettings {
  /** Bytes; `Infinity` without a limit. */
  readonly limitBytes: number;
  readonly components: readonly (readonly [string, number])[] | undefined;
  readonly warnAt: number;
  readonly onOver: OverBudget;
  /** Options of the store that are plain values. */
  readonly store: Readonly<Record<string, string | number | boolean>>;
}

export interface WorkerStart {
  readonly id: string;
  readonly settings: WorkerSettings;
  /** Of the user. */
  readonly data: unknown;
}

/** What the owner asks for. */
export type Question =
  | { readonly ask: 'call'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly ask: 'store'; readonly method: StoreMethod; readonly args: readonly unknown[] }
  | { readonly ask: 'budget'; readonly method: 'charge' | 'release'; readonly args: readonly unknown[] }
  | { readonly ask: 'usage' }
  | { readonly ask: 'close'; readonly deadlineMs: number };

export type StoreMethod = 'get' | 'peek' | 'has' | 'set' | 'delete' | 'clear';

export type ToWorker = Question & { readonly number: number };

export type FromWorker =
  | { readonly say: 'ready' }
  | { readonly say: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly say: 'failure'; readonly number: number; readonly error: WrittenError }
  | { readonly say: 'alert'; readonly alert: AlertText };

/** @see {@link IsolatedSession.usage} */
export interface IsolatedUsage extends SessionUsage {
  /** The worker's own heap. */
  readonly heap: {
    readonly usedBytes: number;
    readonly limitBytes: number;
    /** Buffers and other memory outside the heap, which its limit does not count. */
    readonly externalBytes: number;
  };
}

/** An error on its way between threads, where classes and codes do not go along by themselves. */
export interface WrittenError {
  /** A copy of it, where it can be copied. */
  readonly error: unknown;
  /** Of an error; copying keeps the names of built-in classes only. */
  readonly name: string | undefined;
  readonly code: string | undefined;
  readonly isOurs: boolean;
}

export function writeError(error: unknown): WrittenError {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return {
    // What is no plain error, such as a DOMException, would arrive empty.
    error: error instanceof Error && !isPlainError(error) ? new Error(error.message) : error,
    name: error instanceof Error ? String(name) : undefined,
    code: typeof code === 'string' ? code : undefined,
    isOurs: isPlimsollError(error),
  };
}

function isPlainError(error: Error): boolean {
  return Object.prototype.toString.call(error) === '[object Error]';
}

/** The same kind of error on this side. */
export function readError({ error, name, code, isOurs }: WrittenError): unknown {
  if (isOurs) return ownError(code as ErrorCode, error);
  if (!(error instanceof Error)) return error;
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  return code === undefined ? error : Object.assign(error, { code });
}

function ownError(code: ErrorCode, error: unknown): Error {
  const message = messageOf(error);
  const options = { cause: error };
  if (code === 'PLIM_ERR_SESSION_BUDGET') return new BudgetError(code, message, options);
  if (code === 'PLIM_ERR_OPTION_INVALID') return new OptionsError(code, message, options);
  if (code === 'PLIM_ERR_CACHE_CLOSED') return new DisposedError(code, message, options);
  return new SessionError(code, message, options);
}
