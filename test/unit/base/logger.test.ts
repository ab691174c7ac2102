import { expect, test } from 'vitest';
import { readLogger } from '../../../src/base/logger.ts';
import type { Logger } from '../../../src/base/logger.ts';

test('takes what is like console or pino, and nothing', () => {
  const pinoLike = Object.assign(() => {}, { debug() {}, warn() {}, error() {}, isLevelEnabled: () => true });
  for (const logger of [console, pinoLike]) expect(readLogger('logger', logger)).toBe(logger);
  expect(readLogger('logger', undefined)).toBeUndefined();
});

test.each([[null], [{}], ['console'], [() => {}], [{ debug() {}, warn() {} }]])('refuses %o', (value) => {
  expect(() => readLogger('logger', value as unknown as Logger)).toThrow(
    expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID', message: expect.stringContaining('`logger`') }),
  );
});
