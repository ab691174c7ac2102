/**
 * One key for the arguments of a call.
 *
 * Safe rather than clever: equal keys mean equal arguments. Text, numbers, booleans, bigints, `null` and `undefined` are
 * told apart by type and value; the number of arguments counts. Objects and functions are refused, because two that look
 * alike are not the same, and one that is changed still is: the caller knows what identifies them, and gives a `key`.
 */
import { OptionsError } from '../../base/errors.ts';

/** Begins every key made of several parts, so that no single text argument is taken for one. */
const MARK = '\u0000';

/** What a single argument may be, to be the key itself. */
type Primitive = string | number | bigint | boolean | null | undefined;

/** The key of a call's arguments. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` for an object, a function or a symbol */
export function argumentKey(args: readonly unknown[]): Primitive {
  const first = args[0];
  if (args.length === 1 && isPlain(first) && !(typeof first === 'string' && first.startsWith(MARK))) return first;
  return MARK + args.map(partOf).join('');
}

function isPlain(value: unknown): value is Primitive {
  return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}

/** One argument as text that says where it ends. */
function partOf(value: unknown): string {
  if (!isPlain(value)) {
    throw new OptionsError(
      'PLIM_ERR_OPTION_INVALID',
      `Expected a \`key\` function for calls with ${typeof value === 'object' ? 'an object' : `a ${typeof value}`} among the arguments, such as (user) => user.id.`,
    );
  }
  if (typeof value === 'string') return `s${value.length}:${value}`;
  // `null` is no object here; all others are told apart by the first letter of their type but bigint and boolean.
  return value === null ? 'null;' : `${typeof value}${String(value)};`;
}
