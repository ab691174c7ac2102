import { describe, expect, test } from 'vitest';
import { chainErrors, SuppressedError } from '../../../src/scope/disposable.ts';

describe('SuppressedError', () => {
  test('has the form that TC39 gives it', () => {
    const error = new SuppressedError('later', 'earlier', 'message');
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, error.error, error.suppressed]).toEqual([
      'SuppressedError',
      'message',
      'later',
      'earlier',
    ]);
    expect(Object.keys(error)).toEqual([]);
    expect(String(new SuppressedError(1, 2))).toBe('SuppressedError');
  });
});

describe('chainErrors', () => {
  test('leaves a single one as it is, and tells the last of several', () => {
    expect(chainErrors([undefined])).toBe(undefined);
    expect(chainErrors(['a', 'b'])).toMatchObject({ error: 'b', suppressed: 'a' });
    const error = chainErrors(['a', 'b', new Error('c')]) as Error;
    expect(error.message).toBe('c (after 2 other errors, see `suppressed`)');
    expect(error).toMatchObject({ suppressed: { error: 'b', suppressed: 'a' } });
  });
});
