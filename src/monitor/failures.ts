import { messageOf } from '../base/errors.ts';
import { warn } from '../base/warnings.ts';

/** Where goes what throws inside a monitor, be it ours or the program's: never into the program. */
export class Failures {
  readonly #onError: ((error: unknown, what: string) => void) | undefined;
  readonly #warned: Set<string> = new Set();

  constructor(onError: ((error: unknown, what: string) => void) | undefined) {
    this.#onError = onError;
  }

  /** Runs something that may throw; whether it did not. */
  guard = (what: string, run: () => void): boolean => {
    try {
      run();
      return true;
    } catch (error) {
      this.tell(error, what);
      return false;
    }
  };

  /** Tells of an error: to `onError`, else by one warning for each `what`. */
  tell = (error: unknown, what: string): void => {
    try {
      if (this.#onError !== undefined) return this.#onError(error, what);
    } catch {
      // It is told of by the warning then.
    }
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    warn({ code: 'PLIM_WARN_MONITOR_FAILED', message: `In a monitor failed: ${what}: ${messageOf(error)}` });
  };
}
