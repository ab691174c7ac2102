import { afterEach, expect, test, vi } from 'vitest';
import { serviceOrSkip } from '../../helpers/service.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('tests of a service that is there are not skipped', () => {
  expect(serviceOrSkip('redis-server', true, { CI: 'true' })).toBe(false);
  expect(serviceOrSkip('redis-server', true, {})).toBe(false);
});

test('tests of a missing service are skipped with a printed reason', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(serviceOrSkip('redis-server', false, {})).toBe(true);
  expect(warn).toHaveBeenCalledExactlyOnceWith('skipped: redis-server is missing');
});

test('in CI a missing service is an error', () => {
  expect(() => serviceOrSkip('redis-server', false, { CI: 'true' })).toThrow('redis-server is missing');
});
