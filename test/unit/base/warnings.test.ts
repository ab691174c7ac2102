import { afterEach, expect, test, vi } from 'vitest';
import { warn } from '../../../src/base/warnings.ts';

afterEach(() => void vi.restoreAllMocks());

const WARNING = { code: 'PLIM_WARN_OUTPUT_LOST', message: 'The report was lost.' } as const;

test("goes to the process's own warnings, with its code", () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  warn(WARNING);
  expect(emitted).toHaveBeenCalledWith(WARNING.message, { type: 'PlimsollWarning', code: WARNING.code });
});

test('goes to the console where the runtime has no warnings', () => {
  const printed = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.stubGlobal('process', undefined);
  try {
    warn(WARNING);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(printed).toHaveBeenCalledWith('PlimsollWarning [PLIM_WARN_OUTPUT_LOST]: The report was lost.');
});

test('never throws', () => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {
    throw new Error('no');
  });
  expect(() => warn(WARNING)).not.toThrow();
});
