import { messageOf } from '../../base/errors.ts';
import { formatBytes } from '../../base/units.ts';
import { warn } from '../../base/warnings.ts';

/** What a cache tells its owner outside any call: errors of the functions it was given, and entries it did not take. */
export class Complaints {
  readonly #name: string;
  readonly #onError: ((error: unknown) => void) | undefined;
  #hasWarnedOfCallback = false;
  #hasWarnedOfRejection = false;

  constructor(name: string | undefined, onError: ((error: unknown) => void) | undefined) {
    this.#name = name === undefined ? 'A cache' : `The cache '${name}'`;
    this.#onError = onError;
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
    const message = `${this.#name} was given a \`${which}\` that threw: ${messageOf(error)}. It goes on; later errors are not shown.`;
    warn({ code: 'PLIM_WARN_CACHE_CALLBACK', message });
  }

  /** An entry was not stored. Said once per cache. */
  rejected(bytes: number, maxBytes: number): void {
    if (this.#hasWarnedOfRejection) return;
    this.#hasWarnedOfRejection = true;
    const why =
      bytes > maxBytes
        ? `it weighs ${formatBytes(bytes)}, and the bound is ${formatBytes(maxBytes)}`
        : 'there was no room: all other entries are in use';
    const message = `${this.#name} did not store an entry: ${why}. \`stats().rejected\` counts these; this is said once.`;
    warn({ code: 'PLIM_WARN_CACHE_REJECTED', message });
  }
}
