/** Who may ask for what: every rule by an attack that it stops, and by the request that it lets through. */
import { describe, expect, test } from 'vitest';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { createToken, type SystemApi } from '../../../src/system/index.ts';
import type { SystemOptions } from '../../../src/system/options.ts';
import {
  acting,
  type Asked,
  AUTHORISED,
  bodyOf,
  jsonOf,
  LogLines,
  makeApi,
  requestFor,
  TOKEN,
} from '../../helpers/system-requests.ts';

async function ask(api: SystemApi, target: string, asked: Asked = {}): Promise<[status: number, code: unknown]> {
  const answer = await api.handle(requestFor(target, asked));
  const { 'content-type': type = '' } = answer.headers;
  return [answer.status, type.includes('problem') ? (await jsonOf(answer))['code'] : 'answered'];
}

const ANSWERED = [200, 'answered'];
const DETAILS = ['/info', '/stats', '/resources', '/alerts', '/events'];

describe('the token', () => {
  test.each(DETAILS)('%s is for those who have it', async (path) => {
    const api = makeApi();
    expect(await ask(api, path, { method: 'HEAD' })).toEqual([401, 'token']);
    expect(await ask(api, path, { method: 'HEAD', headers: AUTHORISED })).toEqual(ANSWERED);
    expect((await api.handle(requestFor(path))).headers['www-authenticate']).toBe('Bearer realm="plimsoll"');
  });

  test.each([
    ['none', undefined],
    ['an empty one', 'Bearer '],
    ['another one', `Bearer ${createToken()}`],
    ['its beginning', `Bearer ${TOKEN.slice(0, -1)}`],
    ['one that begins with it', `Bearer ${TOKEN}x`],
    ['another scheme', `Basic ${btoa(`:${TOKEN}`)}`],
    ['two of them', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ['the bare token', TOKEN],
    ['one with a zero byte', `Bearer ${TOKEN}\0`],
    ['one of a megabyte', `Bearer ${'x'.repeat(1_000_000)}`],
  ])('%s opens nothing', async (_what, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    expect(await ask(makeApi(), '/stats', { headers })).toEqual([401, 'token']);
  });

  test('is taken from the header alone: neither address nor cookie', async () => {
    expect(await ask(makeApi(), `/stats?token=${TOKEN}&access_token=${TOKEN}`)).toEqual([401, 'token']);
    expect(await ask(makeApi(), '/stats', { headers: { cookie: `token=${TOKEN}` } })).toEqual([401, 'token']);
  });

  test('may be one of several while it changes', async () => {
    const api = makeApi({ token: [createToken(), TOKEN] });
    expect(await ask(api, '/stats', { headers: AUTHORISED })).toEqual(ANSWERED);
  });

  test('without one nobody is let in, not even this machine', async () => {
    const api = makeApi({ token: undefined });
    for (const path of DETAILS) expect(await ask(api, path)).toEqual([403, 'closed']);
    expect(await ask(api, '/stats', { headers: { authorization: 'Bearer ' } })).toEqual([403, 'closed']);
    expect(await ask(api, '/stats', { headers: { authorization: 'Bearer undefined' } })).toEqual([403, 'closed']);
  });

  test.each(['short', '', 'fifteen-letters', `with a space in it`, 'ünïcödé-tökén-länge', 'x'.repeat(513), 42, null])(
    '%j is refused as a token, and not shown',
    (token) => {
      let thrown: unknown;
      try {
        makeApi({ token: token as string });
      } catch (error) {
        thrown = error;
      }
      expect(isPlimsollError(thrown, 'PLIM_ERR_OPTION_INVALID')).toBe(true);
      if (typeof token === 'string' && token !== '') expect((thrown as Error).message).not.toContain(token);
    },
  );

  test('new ones are long and differ', () => {
    expect(createToken()).toMatch(/^[\w-]{43}$/);
    expect(createToken()).not.toBe(createToken());
  });
});

describe('the defaults', () => {
  test.each(['/livez', '/readyz', '/startupz', '/health'])('%s is open', async (path) => {
    expect(await ask(makeApi({ token: undefined }), path, { address: '203.0.113.9' })).toEqual(ANSWERED);
  });

  test.each(['/gc', '/heapdump', '/caches/users/clear', '/sessions/1/close', '/shed'])(
    '%s is not there until it is enabled by its name',
    async (path) => {
      expect(await ask(makeApi(), path, { method: 'POST', headers: acting('gc') })).toEqual([404, 'missing']);
    },
  );

  test('a snapshot is not to be had until that is enabled, apart from taking one', async () => {
    const api = makeApi({ expose: { heapdump: 'token' }, heapdump: { folder: '/tmp/none' } });
    const name = 'heap-20260101T000000Z-1-0123456789abcdef.heapsnapshot';
    expect(await ask(api, `/heapdump/${name}`, { headers: AUTHORISED })).toEqual([404, 'missing']);
  });

  test('what is switched off is as if it were not there', async () => {
    const api = makeApi({ expose: { health: 'off', metrics: 'off' } });
    expect(await ask(api, '/health', { headers: AUTHORISED })).toEqual([404, 'missing']);
    expect(await ask(api, '/metrics', { headers: AUTHORISED })).toEqual([404, 'missing']);
  });

  test.each<[string, SystemOptions]>([
    ['an endpoint that is not there', { expose: { everything: 'open' } as object }],
    ['an action for everybody', { expose: { gc: 'open' } as object }],
    ['an action for this machine', { expose: { gc: 'loopback' } as object }],
    ['an action without a token', { token: undefined, expose: { gc: 'token' } }],
    ['snapshots without a folder', { expose: { heapdump: 'token' } }],
    ['closing sessions without a broker', { expose: { close: 'token' } }],
    ['a host with a port', { hosts: ['api.example.com:80'] }],
    ['a host that is none', { hosts: ['*'] }],
    ['an origin that is none', { origins: ['ops.example.com'] }],
    ['a base path with dots', { basePath: '/api/../system' }],
    ['a base path without a slash', { basePath: 'system' }],
  ])('%s is refused at the start', (_what, options) => {
    expect(() => makeApi(options)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });
});

describe('this machine', () => {
  test('gets the metrics without a token, nobody else does', async () => {
    expect(await ask(makeApi(), '/metrics')).toEqual(ANSWERED);
    expect(await ask(makeApi(), '/metrics', { address: '::1', headers: { host: '[::1]:9464' } })).toEqual(ANSWERED);
    expect(await ask(makeApi(), '/metrics', { address: '::ffff:127.0.0.1' })).toEqual(ANSWERED);
    expect(await ask(makeApi(), '/metrics', { address: '10.0.0.7' })).toEqual([401, 'token']);
    expect(await ask(makeApi(), '/metrics', { address: undefined })).toEqual([401, 'token']);
    expect(await ask(makeApi(), '/metrics', { address: '10.0.0.7', headers: AUTHORISED })).toEqual(ANSWERED);
  });

  test.each([
    ['X-Forwarded-For', { 'x-forwarded-for': '203.0.113.9' }],
    ['X-Forwarded-For that claims this machine', { 'x-forwarded-for': '127.0.0.1' }],
    ['Forwarded', { forwarded: 'for=203.0.113.9' }],
    ['Via', { via: '1.1 proxy' }],
    ['X-Real-IP', { 'x-real-ip': '203.0.113.9' }],
    ['a public name', { host: 'api.example.com' }],
    ['the address of the pod', { host: '10.0.0.7:9464' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
  ])('is not believed behind a proxy: %s', async (_what, headers) => {
    const api = makeApi({ hosts: ['api.example.com'] });
    expect(await ask(api, '/metrics', { headers })).toEqual([401, 'token']);
  });

  test('is not believed in HTTP/1.0, which nginx speaks to its upstreams', async () => {
    expect(await ask(makeApi(), '/metrics', { httpVersion: '1.0' })).toEqual([401, 'token']);
  });

  test('a proxy cannot be hidden behind more headers than Node.js keeps', async () => {
    expect(await ask(makeApi(), '/metrics', { headerCount: 101 })).toEqual([431, 'headers']);
  });
});

describe('the Host header', () => {
  test.each([
    'localhost',
    'LOCALHOST:80',
    'localhost.',
    '127.0.0.1:9464',
    '127.8.8.8',
    '[::1]:9464',
    '10.1.2.3:80',
    '[fd00::7]',
  ])('%s is answered', async (host) => {
    expect(await ask(makeApi(), '/livez', { headers: { host } })).toEqual(ANSWERED);
  });

  test.each([
    'rebound.attacker.example',
    'localhost.attacker.example',
    '127.0.0.1.nip.io',
    '0.0.0.0:9464',
    '[::]',
    '0x7f.1',
  ])('%s is refused: a name can be bound to any address', async (host) => {
    expect(await ask(makeApi(), '/livez', { headers: { host } })).toEqual([403, 'host']);
    expect(await ask(makeApi(), '/stats', { headers: { ...AUTHORISED, host } })).toEqual([403, 'host']);
  });

  test.each([
    '',
    'a b',
    'a,b',
    'localhost, localhost',
    'user@localhost',
    'localhost:99999999',
    '[::1',
    '[zz]',
    'http://localhost',
    '%31',
    'a/b',
    'localhost\n',
  ])('%j is malformed', async (host) => {
    expect(await ask(makeApi(), '/livez', { headers: { host } })).toEqual([400, 'host']);
  });

  test('names are allowed by list', async () => {
    const api = makeApi({ hosts: ['API.example.com'] });
    expect(await ask(api, '/livez', { headers: { host: 'api.example.com:443' } })).toEqual(ANSWERED);
    expect(await ask(api, '/livez', { headers: { host: 'www.example.com' } })).toEqual([403, 'host']);
  });

  test('what another header says of it counts for nothing', async () => {
    const headers = { host: 'attacker.example', 'x-forwarded-host': 'localhost' };
    expect(await ask(makeApi(), '/livez', { headers })).toEqual([403, 'host']);
  });
});

describe('the path', () => {
  const api = makeApi({ basePath: '/api/system' });

  test.each(['/api/system/stats', '/api/system/stats/', '/api/system/stats?a=1', '/api/system/%73tats'])(
    '%s is found',
    async (target) => {
      expect(await ask(api, target, { headers: AUTHORISED })).toEqual(ANSWERED);
      expect(await ask(api, target)).toEqual([401, 'token']);
    },
  );

  test.each([
    ['/api/system/x/../stats', 400],
    ['/api/system/%2e%2e/system/stats', 400],
    ['/api/system//stats', 400],
    ['/api/system/stats%00', 400],
    ['/api/system/%', 400],
    ['/api/system/%c0%af', 400],
    ['/api/system/..%2fstats', 400],
    ['/api/system/\\stats', 400],
    ['/api/system/a/b/c/d/e', 400],
    ['/api/systemstats', 404],
    ['/stats', 404],
    ['//evil.example/api/system/stats', 404],
    ['http://localhost/api/system/stats', 404],
    ['*', 404],
    ['', 404],
    ['/api/system', 404],
    ['/api/system/STATS', 404],
    ['/api/system/constructor', 404],
    ['/api/system/__proto__', 404],
    [`/api/system/stats?${'a'.repeat(3_000)}`, 414],
  ])('%s is not', async (target, status) => {
    const [found] = await ask(api, target, { headers: AUTHORISED });
    expect(found).toBe(status);
  });

  test('an endpoint is asked by its method', async () => {
    const answer = await api.handle(requestFor('/api/system/stats', { method: 'POST', headers: acting('stats') }));
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
    for (const method of ['OPTIONS', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'get', 'X']) {
      expect(await ask(api, '/api/system/health', { method })).toEqual([405, 'method']);
    }
  });
});

describe('an action', () => {
  const makeActing = (logger = new LogLines()): SystemApi =>
    makeApi({ expose: { clear: 'token' }, logger, origins: ['https://ops.example.com'] });
  const clear = (headers: Record<string, string>, asked: Asked = {}): Promise<[number, unknown]> =>
    ask(makeActing(), '/caches/none/clear', { method: 'POST', ...asked, headers });
  const LET_IN = [404, 'missing'];

  test('needs the token and its name in a header', async () => {
    expect(await clear(acting('clear'))).toEqual(LET_IN);
    expect(await clear({})).toEqual([401, 'token']);
    expect(await clear({ 'x-plimsoll-action': 'clear' })).toEqual([401, 'token']);
    expect(await clear(AUTHORISED)).toEqual([403, 'header']);
    expect(await clear(acting('gc'))).toEqual([403, 'header']);
  });

  test.each([
    ['a cross-site page', { 'sec-fetch-site': 'cross-site' }],
    ['a page of a sibling', { 'sec-fetch-site': 'same-site' }],
    ['a page of another origin in an old browser', { origin: 'https://attacker.example' }],
    ['a page of another port', { origin: 'http://localhost:3000' }],
    ['a page without an origin of its own', { origin: 'null' }],
    ['a malformed origin', { origin: 'localhost:9464' }],
  ])('is not done for %s, token or not', async (_what, headers) => {
    expect(await clear({ ...acting('clear'), ...headers })).toEqual([403, 'cross-site']);
  });

  test.each([
    ['its own page', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:9464' }],
    ['its own page in an old browser', { origin: 'http://localhost:9464' }],
    ['a page that is trusted', { 'sec-fetch-site': 'cross-site', origin: 'https://ops.example.com' }],
  ])('is done for %s', async (_what, headers) => {
    expect(await clear({ ...acting('clear'), ...headers })).toEqual(LET_IN);
  });

  test('is not done by a form, which can send no header of its own', async () => {
    const form = { ...AUTHORISED, 'content-type': 'application/x-www-form-urlencoded' };
    expect(await clear(form, { hasBody: true })).toEqual([403, 'header']);
  });

  test('has no body', async () => {
    const [answer] = [
      await makeActing().handle(
        requestFor('/caches/x/clear', { method: 'POST', headers: acting('clear'), hasBody: true }),
      ),
    ];
    expect([answer.status, answer.headers['connection']]).toEqual([413, 'close']);
  });

  test('that is refused is told of once a minute, by address', async () => {
    const logger = new LogLines();
    const api = makeActing(logger);
    for (let i = 0; i < 1_000; i++) {
      await api.handle(requestFor('/caches/none/clear', { method: 'POST', address: '203.0.113.9' }));
    }
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatch(/clear by 203\.0\.113\.9: denied\. Refused with status 401/);
  });
});

describe('every answer', () => {
  test.each(['/livez', '/stats', '/nothing', '/metrics', '/%'])(
    'to %s is kept nowhere, framed nowhere, and read by no other site',
    async (path) => {
      const { headers } = await makeApi().handle(requestFor(path, { headers: { origin: 'https://attacker.example' } }));
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  test('holds neither the token nor what was asked', async () => {
    const api = makeApi({ expose: { clear: 'token' } });
    const headers = { ...acting('clear'), 'x-secret': 'swordfish' };
    for (const path of [
      '/info',
      '/stats',
      '/resources',
      '/alerts',
      '/health',
      '/metrics',
      '/nope-swordfish',
      '/caches/swordfish/clear',
    ]) {
      const answer = await api.handle(requestFor(path, { method: path.endsWith('clear') ? 'POST' : 'GET', headers }));
      const text = (await bodyOf(answer)) + JSON.stringify(answer.headers);
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain('swordfish');
    }
  });
});
