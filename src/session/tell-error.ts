import { isPlimsollError, messageOf } from '../base/errors.ts';
import { warn } from '../base/warnings.ts';

/** Tells of an error that nobody waits for: the user's `onError`, else the process. Never throws. */
export function tellError(where: string, onError: ((error: unknown) => void) | undefined, error: unknown): void {
  let told = error;
  try {
    if (onError !== undefined) return onError(error);
  } catch (thrown) {
    told = thrown;
  }
  const code = isPlimsollError(told) ? ` (${told.code})` : '';
  warn({ code: 'PLIM_WARN_POOL_FAILED', message: `In the ${where}: ${messageOf(told)}${code}` });
}
