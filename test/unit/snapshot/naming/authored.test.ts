import { expect, test } from 'vitest';
import { isAuthoredKey, isAuthoredName } from '../../../../src/snapshot/naming/authored.ts';

test.each([
  'clients',
  '_events',
  '#private',
  '$scope',
  'utf8',
  'sha256',
  'base64ToUtf',
  'onBeforeUnload',
  'MAX_LISTENERS_PER_CLIENT',
  'XMLHttpRequests',
  'a1b2',
])('%s is a name', (text) => {
  expect(isAuthoredName(text)).toBe(true);
  expect(isAuthoredKey(text)).toBe(true);
});

test.each(['user:created', 'content-type', 'nodejs.util.inspect', 'text/html', 'Symbol.iterator'])(
  '%s is a key, no name',
  (text) => {
    expect(isAuthoredName(text)).toBe(false);
    expect(isAuthoredKey(text)).toBe(true);
  },
);

test.each([
  '',
  '4711',
  'user47110815',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'deadbeef01cafe23',
  '3f2a1b6c-1d2e-4f3a-8b9c-0d1e2f3a4b5c',
  'VqKgHZxWNbTyRLpJ',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc',
  'ann@example.org',
  'Ann Lee',
  '/users/7',
  'a.b.c.d.e.f',
  'line\nbreak',
  'x'.repeat(49),
  'größe',
])('%j is data', (text) => {
  expect(isAuthoredName(text)).toBe(false);
  expect(isAuthoredKey(text)).toBe(false);
});
