/** A program that uses `plimsoll`: what has to be true of it, on every runtime and by `import` and `require` alike. */
import { type ErrorCode, isPlimsollError, PlimsollError } from 'plimsoll';

export function use(): Record<string, boolean> {
  const code: ErrorCode = 'PLIM_ERR_FILE_UNREADABLE';
  const error = new PlimsollError(code, 'There is no a.txt.', { cause: 'ENOENT' });
  return {
    'the guard knows our errors': isPlimsollError(error) && isPlimsollError(error, code),
    'the guard knows the code': !isPlimsollError(error, 'PLIM_ERR_OPTION_INVALID'),
    'the guard refuses other errors': !isPlimsollError(new Error('no')) && !isPlimsollError(null),
    'the cause is kept': error.cause === 'ENOENT',
  };
}
