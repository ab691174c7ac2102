import { afterEach, expect, test, vi } from 'vitest';
import { readVariable } from '../../../src/base/environment.ts';
import { readDuration } from '../../../src/base/options.ts';

afterEach(() => void vi.restoreAllMocks());

const read = (text: string | undefined): number | undefined =>
  readVariable({ PERIOD: text }, 'PERIOD', (name, value) => readDuration(name, value, 1000));

test('reads a good value by its rule', () => {
  expect(read('30s')).toBe(30_000);
});

test('takes what is missing or empty for unset, silently', () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  expect([read(undefined), read('')]).toEqual([undefined, undefined]);
  expect(emitted).not.toHaveBeenCalled();
});

test('takes rubbish for unset, and warns with the name, the rule and the value', () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  expect([read('soon'), read('5ms')]).toEqual([undefined, undefined]);
  expect(emitted.mock.calls).toEqual([
    [
      "Expected `PERIOD` to be a duration such as 500, '30s' or '5m', got \"soon\". The default is used.",
      { type: 'PlimsollWarning', code: 'PLIM_WARN_ENVIRONMENT_INVALID' },
    ],
    [
      'Expected `PERIOD` to be a duration of at least 1000 ms, got "5ms". The default is used.',
      { type: 'PlimsollWarning', code: 'PLIM_WARN_ENVIRONMENT_INVALID' },
    ],
  ]);
});
