import { formatBytes } from '../../base/units.ts';
import { warn } from '../../base/warnings.ts';
import type { WarningCode } from '../../base/warnings.ts';
import { shownError } from '../shown-key.ts';

/** Makes an alert of a warning. */
type RaiseWarning = (level: 'warning', code: WarningCode, message: string) => void;

/** What a cache tells its owner outside any call: errors of the functions it was given, and entries it did not take. */
export class Complaints {
  readonly #name: string;
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #isSecret: boolean;
  #hasWarnedOfCallback = false;
  #hasWarnedOfRejection = false;

  constructor(name: string | undefined, onError: ((error: unknown) => void) | undefined, isSecret: boolean = false) {
    this.#isSecret = isSecret;
    this.#name = name === undefined ? 'A cache' : `The cache '${name}'`;
    this.#onError = onError;
  }

  /** What messages call the cache, at their beginning. */
  get title(): string {
    return this.#name;
  }

  /** The user's function `which` threw. Without `onError`, the first such error of a cache is a warning. */
  callback(which: string, error: unknown): void {
    try {
      if (this.#onError !== undefined) {
        this.#onError(error);
        return;
      }
    } catch {
      // A handler of errors that throws as well: what is left is the warning.
    }
    if (this.#hasWarnedOfCallback) return;
    this.#hasWarnedOfCallback = true;
    const message = `${this.#name} was given a \`${which}\` that threw: ${this.shown(error)}. It goes on; later errors are not shown.`;
    warn({ code: 'PLIM_WARN_CACHE_CALLBACK', message });
  }

  /** What a message says of an error of the user's. */
  shown(error: unknown): string {
    return shownError(error, this.#isSecret);
  }

  /** Some or all of a dump could not be read. */
  notRestored(damaged: number, problem: string): void {
    const what = damaged === 0 ? 'a dump' : `${damaged} ${damaged === 1 ? 'entry' : 'entries'} of a dump`;
    warn({ code: 'PLIM_WARN_CACHE_RESTORE', message: `${this.#name} could not restore ${what}: ${problem}.` });
  }

  /** An entry was not stored. Said once per cache. */
  rejected(bytes: number, maxBytes: number, raise: RaiseWarning): void {
    if (this.#hasWarnedOfRejection) return;
    this.#hasWarnedOfRejection = true;
    const why =
      bytes > maxBytes
        ? `it weighs ${formatBytes(bytes)}, and the bound is ${formatBytes(maxBytes)}`
        : 'there was no room: all other entries are in use';
    const message = `${this.#name} did not store an entry: ${why}. \`stats().rejected\` counts these; this is said once.`;
    raise('warning', 'PLIM_WARN_CACHE_REJECTED', message);
  }
}
