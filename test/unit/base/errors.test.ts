import { describe, expect, test } from 'vitest';
import { DisposedError, isPlimsollError, KindError, OptionsError, PlimsollError } from '../../../src/errors.ts';

const errors = [
  [new OptionsError('PLIM_ERR_OPTION_INVALID', 'text'), 'OptionsError', Error],
  [new DisposedError('PLIM_ERR_SCOPE_DISPOSED', 'text', { cause: 'why' }), 'DisposedError', ReferenceError],
  [new KindError('PLIM_ERR_SCOPE_KIND', 'text'), 'KindError', TypeError],
] as const;

describe('an error of ours', () => {
  test.each(errors)('%s is known by its brand and its built-in class', (error, name, builtIn) => {
    expect(isPlimsollError(error)).toBe(true);
    expect(error).toBeInstanceOf(PlimsollError);
    expect(error).toBeInstanceOf(builtIn);
    expect(error.name).toBe(name);
    expect(String(error)).toBe(`${name}: text`);
    expect(Object.keys(error)).toEqual(['code']);
  });

  test('keeps its cause', () => {
    expect(errors[1][0].cause).toBe('why');
    expect('cause' in errors[2][0]).toBe(false);
  });

  test('is of its own subclass only', () => {
    expect(errors[1][0] instanceof OptionsError).toBe(false);
    expect(errors[0][0] instanceof OptionsError).toBe(true);
    expect(new PlimsollError('PLIM_ERR_OPTION_INVALID', 'text') instanceof OptionsError).toBe(false);
  });

  test('of another copy of the package is a PlimsollError', () => {
    const foreign = Object.assign(new Error('text'), { code: 'PLIM_ERR_OPTION_INVALID' });
    Object.defineProperty(foreign, Symbol.for('plimsoll.error'), { value: true });
    expect(foreign instanceof PlimsollError).toBe(true);
    expect(foreign instanceof OptionsError).toBe(false);
  });

  test.each([new Error('text'), null, undefined, 'text', { code: 'PLIM_ERR_OPTION_INVALID' }])('is not %s', (value) => {
    expect(value instanceof PlimsollError).toBe(false);
  });
});
