/** TC39's explicit resource management, as far as a runtime may lack it. */

import { messageOf } from '../base/errors.ts';

/** Two errors of one disposal: `error` came later, `suppressed` before it. */
export interface SuppressedErrorLike extends Error {
  readonly error: unknown;
  readonly suppressed: unknown;
}

type SuppressedErrorClass = new (error: unknown, suppressed: unknown, message?: string) => SuppressedErrorLike;

class OwnSuppressedError extends Error implements SuppressedErrorLike {
  declare readonly error: unknown;
  declare readonly suppressed: unknown;

  constructor(error: unknown, suppressed: unknown, message?: string) {
    super(message);
    const field = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });
    Object.defineProperties(this, { error: field(error), suppressed: field(suppressed) });
  }
}
Object.defineProperty(OwnSuppressedError, 'name', { value: 'SuppressedError' });
Object.defineProperty(OwnSuppressedError.prototype, 'name', {
  value: 'SuppressedError',
  writable: true,
  configurable: true,
});

/** The runtime's own `SuppressedError` (Node 24, Bun), or one of the same behaviour. */
export const SuppressedError: SuppressedErrorClass =
  (globalThis as { SuppressedError?: SuppressedErrorClass }).SuppressedError ?? OwnSuppressedError;

/** One error for all those of a disposal, given in order of time; a single one stays what it is. */
export function chainErrors(errors: readonly unknown[]): unknown {
  return errors.reduce((before, error, at) => {
    const others = at === 1 ? 'another error' : `${at} other errors`;
    return new SuppressedError(error, before, `${messageOf(error)} (after ${others}, see \`suppressed\`)`);
  });
}
