import { describe, expect, test } from 'vitest';
import { isPlimsollError, OptionsError, PlimsollError } from '../../../src/base/errors.ts';
import { describeValue, readChoice, readDuration, readInteger } from '../../../src/base/options.ts';

describe('a value outside its rule', () => {
  test.each<[() => unknown, string]>([
    [() => readInteger('rounds', '1.5', 2), 'Expected `rounds` to be a whole number of at least 2, got "1.5".'],
    [() => readInteger('rounds', 1, 2), 'Expected `rounds` to be a whole number of at least 2, got 1 (number).'],
    [() => readInteger('count', 10, 2, 9), 'Expected `count` to be a whole number from 2 to 9, got 10 (number).'],
    [() => readDuration('ttl', 'soon'), "Expected `ttl` to be a duration such as 500, '30s' or '5m', got \"soon\"."],
    [() => readDuration('ttl', null), "Expected `ttl` to be a duration such as 500, '30s' or '5m', got null."],
    [() => readDuration('ttl', 50, 100), 'Expected `ttl` to be a duration of at least 100 ms, got 50 (number).'],
    [() => readChoice('policy', 'lur', ['lru', 'lfu']), 'Expected `policy` to be one of lru, lfu, got "lur".'],
  ])('%o is refused with option, rule and value', (read, message) => {
    expect(read).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID', message }) as Error);
    expect(read).toThrow(OptionsError);
  });

  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [{}, 'an object'],
    [[1], 'an array'],
    [() => 1, 'a function'],
    [true, 'true (boolean)'],
    [1n, '1 (bigint)'],
    [Symbol('x'), 'Symbol(x)'],
    ['x'.repeat(100), `"${'x'.repeat(57)}..."`],
  ])('%o is described in few words', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});

test('what follows the rule is read', () => {
  expect(readInteger('rounds', ' 7 ', 2)).toBe(7);
  expect(readDuration('ttl', '5m')).toBe(300_000);
  expect(readChoice('policy', 'lru', ['lru', 'lfu'])).toBe('lru');
});

test('our errors are known across copies of the package, and by code', () => {
  const error = new PlimsollError('PLIM_ERR_FILE_UNREADABLE', 'gone', { cause: 1 });
  expect(error).toMatchObject({ name: 'PlimsollError', cause: 1 });
  expect(isPlimsollError(error)).toBe(true);
  expect(isPlimsollError(error, 'PLIM_ERR_FILE_UNREADABLE')).toBe(true);
  expect(isPlimsollError(error, 'PLIM_ERR_FILE_UNWRITABLE')).toBe(false);
  const ofAnotherCopy = Object.assign(new Error('x'), { code: error.code, [Symbol.for('plimsoll.error')]: true });
  expect(isPlimsollError(ofAnotherCopy, 'PLIM_ERR_FILE_UNREADABLE')).toBe(true);
  for (const other of [null, undefined, 'x', new Error('x'), {}]) expect(isPlimsollError(other)).toBe(false);
});
