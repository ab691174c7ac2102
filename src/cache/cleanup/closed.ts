import { DisposedError } from '../../base/errors.ts';

/** What a closed cache says to whoever uses it. */
export function closedError(name: string | undefined): DisposedError {
  const which = name === undefined ? 'The cache' : `The cache '${name}'`;
  return new DisposedError('PLIM_ERR_CACHE_CLOSED', `${which} is closed and cannot be used any more.`);
}
