/** Whatever is asked: an answer, never a throw, never a 5xx without a cause, and never a secret. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import type { SystemRequest } from '../../../src/system/index.ts';
import { SystemApi } from '../../../src/system/index.ts';
import { holds } from '../../helpers/properties.ts';
import { bodyOf, LogLines, sessionsOf, TOKEN } from '../../helpers/system-requests.ts';

const SECRETS = [TOKEN, 'sk-key-of-a-cache', 'value-of-a-cache', 'swordfish'];
const cache = new Cache<string, string>({ name: 'fuzzed', maxEntries: 10, secretKeys: true });
cache.set('sk-key-of-a-cache', 'value-of-a-cache');
process.env['FUZZ_SECRET'] = 'swordfish';
afterAll(() => {
  delete process.env['FUZZ_SECRET'];
  return cache.close();
});

const logger = new LogLines();
const errors: unknown[] = [];
const api = new SystemApi({
  token: TOKEN,
  basePath: '/api/system',
  shutdown: false,
  logger,
  gc: { maxPause: 1 },
  expose: { gc: 'token', clear: 'token', close: 'token', shed: 'token', heapdumpDownload: 'token' },
  heapdump: { folder: '/nonexistent/plimsoll' },
  sessions: sessionsOf(
    () => [1],
    (id) => id.length > 3,
  ),
  shed: { status: () => ({ share: 0, shed: [] }) },
  checks: { well: () => true, ill: () => Promise.reject(new Error('swordfish')) },
  onError: (_part, error) => errors.push(error),
});

const WORDS = [
  'livez',
  'readyz',
  'startupz',
  'health',
  'info',
  'stats',
  'resources',
  'alerts',
  'metrics',
  'events',
  'dashboard',
  'gc',
  'heapdump',
  'caches',
  'sessions',
  'shed',
  'clear',
  'close',
  'fuzzed',
  '..',
  '.',
  '',
  '%2e%2e',
  '%00',
  '%',
  '\\',
  'constructor',
  '__proto__',
];
const word = fc.constantFrom(...WORDS);
const anyText = fc.string({ maxLength: 30 });
const target = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.array(word, { maxLength: 4 }), fc.option(anyText))
      .map(([words, query]) => `/api/system/${words.join('/')}${query === null ? '' : `?${query}`}`),
  },
  { weight: 1, arbitrary: anyText },
  { weight: 1, arbitrary: anyText.map((text) => `/api/system/${text}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '*',
      '//',
      'http://localhost/api/system/stats',
      '/api/system?limit=-1',
      '/api/system/resources?limit=1e400&kind=__proto__',
    ),
  },
);
const headers = fc.record(
  {
    host: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('localhost', '127.0.0.1:80', '[::1]') }, anyText),
    authorization: fc.oneof(fc.constant(`Bearer ${TOKEN}`), fc.constant('Bearer x'), anyText),
    'x-plimsoll-action': fc.oneof(fc.constantFrom('gc', 'clear', 'close', 'shed'), anyText),
    origin: fc.oneof(fc.constantFrom('http://localhost', 'null', 'https://evil.example'), anyText),
    'sec-fetch-site': fc.oneof(fc.constantFrom('same-origin', 'cross-site', 'none'), anyText),
    accept: fc.oneof(
      fc.constantFrom('application/openmetrics-text', '*/*;q=0', 'application/vnd.spring-boot.actuator.v3+json'),
      anyText,
    ),
    'last-event-id': anyText,
    'x-forwarded-for': anyText,
  },
  { requiredKeys: ['host'] },
);
/** An order as it should be, so that some come through. */
const order = fc
  .tuple(
    fc.constantFrom(['gc', 'gc'], ['caches/fuzzed/clear', 'clear'], ['sessions/some/close', 'close'], ['shed', 'shed']),
    fc.boolean(),
  )
  .map(([[path, action], hasBody]) => ({
    method: 'POST',
    target: `/api/system/${path}`,
    headers: { host: 'localhost', authorization: `Bearer ${TOKEN}`, 'x-plimsoll-action': action },
    headerCount: 3,
    hasBody,
    address: '127.0.0.1',
    httpVersion: '1.1',
    isMounted: false,
  }));
const anyRequest = fc.record({
  method: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST') },
    fc.constantFrom('PUT', 'OPTIONS', 'TRACE', 'get', ''),
    anyText,
  ),
  target,
  headers,
  headerCount: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }) }, fc.constantFrom(100, 101, 1e9)),
  hasBody: fc.boolean(),
  address: fc.oneof(fc.constantFrom('127.0.0.1', '::1', '::ffff:127.0.0.1', undefined, '203.0.113.9'), anyText),
  httpVersion: fc.constantFrom('1.0', '1.1', '2.0', undefined),
  isMounted: fc.boolean(),
});

const request = fc.oneof({ weight: 9, arbitrary: anyRequest }, order);

/** Reads a body, of a stream what comes first. */
async function readSome(answer: Awaited<ReturnType<SystemApi['handle']>>): Promise<string> {
  if (typeof answer.body === 'string') return bodyOf(answer);
  const iterator = answer.body[Symbol.asyncIterator]();
  const { value } = await iterator.next();
  await iterator.return?.();
  return String(value);
}

function authorizationOf(headers: object): unknown {
  return (headers as { readonly authorization?: string }).authorization;
}

test('any request', async () => {
  const statuses = new Set<number>();
  await holds(
    fc.asyncProperty(request, async ({ headers, ...asked }) => {
      const full: SystemRequest = {
        ...asked,
        header: (name) => (headers as Record<string, string | undefined>)[name] ?? null,
      };
      const answer = await api.handle(full);
      statuses.add(answer.status);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.headers['cache-control']).toBe('no-store');
      const text = `${await readSome(answer)}${JSON.stringify(answer.headers)}`;
      for (const secret of SECRETS) {
        // What a check says is for those who are authorised.
        const isTold = secret === 'swordfish' && authorizationOf(headers) === `Bearer ${TOKEN}`;
        if (!isTold) expect(text).not.toContain(secret);
      }
      // Nothing is required and nothing broken: the one cause there can be is an order to shed, which the probe tells.
      if (answer.status >= 500) expect([answer.status, asked.target]).toEqual([503, expect.stringContaining('readyz')]);
      // Nobody without the token gets details or has anything done.
      if (authorizationOf(headers) !== `Bearer ${TOKEN}`) expect(text).not.toMatch(/"pid"|"outcome":"done"/);
    }),
    1_500,
  );
  expect(errors).toEqual([]);
  for (const status of [200, 400, 401, 403, 404, 405, 413, 431]) expect(statuses).toContain(status);
  for (const line of logger.lines) for (const secret of SECRETS) expect(line).not.toContain(secret);
});

test('what an adapter gets wrong is an answer all the same', async () => {
  const broken = {
    method: 'GET',
    target: '/api/system/stats',
    headerCount: 1,
    hasBody: false,
    header: () => {
      throw new Error('gone');
    },
  };
  const answer = await api.handle(broken);
  expect(answer.status).toBe(500);
  expect(errors.splice(0)).toEqual([new Error('gone')]);
});
