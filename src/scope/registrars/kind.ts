import { KindError } from '../../base/errors.ts';
import { describeValue } from '../../base/options.ts';

/** The one form of message for a thing of the wrong kind. */
export function wrongKind(name: string, wanted: string, value: unknown): KindError {
  return new KindError('PLIM_ERR_SCOPE_KIND', `Expected \`${name}\` to be ${wanted}, got ${describeValue(value)}.`);
}

/** A function, or an error that names it. */
export function assertFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongKind(name, 'a function', value);
}
