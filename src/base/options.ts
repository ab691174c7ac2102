import { OptionsError } from './errors.ts';
import { parseBytes, parseDuration } from './units.ts';

/** How a value is shown in a message: short, on one line, with its type where the text alone would not tell. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (value === null) return 'null';
  switch (typeof value) {
    case 'object':
      return Array.isArray(value) ? 'an array' : 'an object';
    case 'function':
      return 'a function';
    case 'number':
    case 'bigint':
    case 'boolean':
      return `${value} (${typeof value})`;
    case 'symbol':
      return value.toString();
    default:
      return 'undefined';
  }
}

/** The one form of message for a value outside its rule. */
export function invalidOption(name: string, rule: string, value: unknown): OptionsError {
  return new OptionsError(
    'PLIM_ERR_OPTION_INVALID',
    `Expected \`${name}\` to be ${rule}, got ${describeValue(value)}.`,
  );
}

/** A whole number from `min` to `max`, given as a number or in digits. */
export function readInteger(name: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw invalidOption(name, `a whole number ${range}`, value);
}

/** Milliseconds, given as a number or as text such as `'30s'`; at least `min`. */
export function readDuration(name: string, value: unknown, min: number = 0): number {
  const ms = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined;
  if (ms === undefined) throw invalidOption(name, "a duration such as 500, '30s' or '5m'", value);
  if (ms < min) throw invalidOption(name, `a duration of at least ${min} ms`, value);
  return ms;
}

/** One of a fixed set of words. */
export function readChoice<T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalidOption(name, `one of ${choices.join(', ')}`, value);
  return found;
}

/** Bytes, given as a number or as text such as `'64MB'`; whole, and at least `min`. */
export function readBytes(name: string, value: unknown, min: number = 0): number {
  const bytes = typeof value === 'string' || typeof value === 'number' ? parseBytes(value) : undefined;
  if (bytes === undefined) throw invalidOption(name, "a size such as 65536, '64KB' or '1.5GB'", value);
  if (bytes < min) throw invalidOption(name, `a size of at least ${min} B`, value);
  return bytes;
}

/** A text that is not empty. */
export function readName(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidOption(name, 'a text that is not empty', value);
}

/** `true` or `false`. */
export function readBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidOption(name, 'true or false', value);
}

/** A function, or nothing. */
export function readFunction<F>(name: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw invalidOption(name, 'a function', value);
}
