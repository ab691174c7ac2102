/** The API within real frameworks: the same answers, whatever it is mounted in. */
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { expressMiddleware } from '../../../src/system/adapters/express.ts';
import { fastifyPlugin } from '../../../src/system/adapters/fastify.ts';
import { answerNode } from '../../../src/system/adapters/node-answer.ts';
import { koaMiddleware } from '../../../src/system/adapters/koa.ts';
import { nodeListener } from '../../../src/system/adapters/node.ts';
import { EventClient } from '../../../src/system/events/client.ts';
import type { BodyStream, SystemApi } from '../../../src/system/index.ts';
import { askRaw, sendRaw } from '../../helpers/raw-http.ts';
import { acting, AUTHORISED, makeApi } from '../../helpers/system-requests.ts';

const BASE = '/api/system';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function listen(server: http.Server): Promise<number> {
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Servers with the API at {@link BASE} and a page `/` of their own, each way in which it can be mounted. */
const MOUNTS: Readonly<Record<string, (make: (basePath?: string) => SystemApi) => Promise<number>>> = {
  'node:http': (make) => listen(http.createServer(nodeListener(make(BASE), (_, response) => response.end('app')))),

  'Express, at its base path': (make) => {
    const app = express();
    app.use(expressMiddleware(make(BASE)));
    app.get('/', (_, response) => void response.send('app'));
    return listen(http.createServer(app));
  },

  'Express, mounted, with the base path as well': (make) => {
    const app = express();
    app.use(BASE, expressMiddleware(make(BASE)));
    app.get('/', (_, response) => void response.send('app'));
    return listen(http.createServer(app));
  },

  'Express, mounted, behind body parsers and a proxy that is trusted': (make) => {
    const app = express();
    app.set('trust proxy', true);
    app.use(express.json(), express.urlencoded({ extended: true }), express.text());
    app.use(BASE, expressMiddleware(make()));
    app.get('/', (_, response) => void response.send('app'));
    return listen(http.createServer(app));
  },

  'Express, in a router of a router': (make) => {
    const [app, outer, inner] = [express(), express.Router(), express.Router()];
    inner.use('/system', expressMiddleware(make()));
    app.use('/api', outer.use(inner));
    app.get('/', (_, response) => void response.send('app'));
    return listen(http.createServer(app));
  },

  'Fastify, at its base path': async (make) => {
    const app = fastify();
    await app.register(fastifyPlugin(make(BASE)));
    app.get('/', (_, reply) => reply.send('app'));
    await app.listen({ port: 0, host: '127.0.0.1' });
    ends.push(() => app.close());
    return (app.server.address() as AddressInfo).port;
  },

  'Fastify, by a prefix': async (make) => {
    const app = fastify();
    await app.register(fastifyPlugin(make()), { prefix: BASE });
    app.get('/', (_, reply) => reply.send('app'));
    await app.listen({ port: 0, host: '127.0.0.1' });
    ends.push(() => app.close());
    return (app.server.address() as AddressInfo).port;
  },

  Koa: (make) => {
    const app = new Koa();
    app.use(koaMiddleware(make(BASE)));
    app.use((context) => void (context.body = 'app'));
    const callback = app.callback();
    return listen(http.createServer((request, response) => void callback(request, response)));
  },
};

const makeExposed = (basePath?: string): SystemApi =>
  makeApi({ expose: { clear: 'token' }, ...(basePath === undefined ? {} : { basePath }) });

describe.each(Object.keys(MOUNTS))('%s', (name) => {
  const mount = (): Promise<number> => MOUNTS[name]!(makeExposed);

  test('what is open, what needs the token, and what is not there', async () => {
    const at = `http://127.0.0.1:${await mount()}`;
    const health = await fetch(`${at}${BASE}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'pass' }]);
    expect(health.headers.get('content-type')).toBe('application/health+json; charset=utf-8');
    expect((await fetch(`${at}${BASE}/stats`)).status).toBe(401);
    expect((await fetch(`${at}${BASE}/stats`, { headers: AUTHORISED })).status).toBe(200);
    expect((await fetch(`${at}${BASE}/nothing`)).status).toBe(404);
    expect((await fetch(`${at}${BASE}/gc`, { method: 'POST', headers: acting('gc') })).status).toBe(404);
    const app = await fetch(`${at}/`);
    expect([app.status, await app.text()]).toEqual([200, 'app']);
  });

  test('metrics for this machine, and for nobody whose address a header tells', async () => {
    const at = `http://127.0.0.1:${await mount()}${BASE}/metrics`;
    const plain = await fetch(at);
    expect([plain.status, plain.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(await plain.text()).toContain('\nprocess_resident_memory_bytes ');
    const open = await fetch(at, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
    expect(await open.text()).toMatch(/\n# EOF\n$/);
    for (const header of ['x-forwarded-for', 'forwarded']) {
      expect((await fetch(at, { headers: { [header]: '127.0.0.1' } })).status).toBe(401);
    }
  });

  test('a HEAD has the headers and no body', async () => {
    const answer = await fetch(`http://127.0.0.1:${await mount()}${BASE}/livez`, { method: 'HEAD' });
    expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([200, '', 'no-store']);
  });

  test('an action', async () => {
    using cache = new Cache<string, number>({ name: 'adapters', maxEntries: 10 });
    cache.set('a', 1);
    const url = `http://127.0.0.1:${await mount()}${BASE}/caches/adapters/clear`;
    const denied = await fetch(url, { method: 'POST', headers: { 'x-plimsoll-action': 'clear' } });
    expect([denied.status, cache.size]).toEqual([401, 1]);
    const done = await fetch(url, { method: 'POST', headers: acting('clear') });
    expect([done.status, await done.json(), cache.size]).toEqual([
      200,
      { outcome: 'done', message: 'Entries cleared: 1.', entries: 1 },
      0,
    ]);
  });

  test('a form of another site, with or without a body that somebody has parsed, does nothing', async () => {
    using cache = new Cache<string, number>({ name: 'adapters', maxEntries: 10 });
    cache.set('a', 1);
    const url = `http://127.0.0.1:${await mount()}${BASE}/caches/adapters/clear`;
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://attacker.example' };
    for (const headers of [form, { ...form, ...AUTHORISED }, { ...form, ...acting('clear') }]) {
      const { status } = await fetch(url, { method: 'POST', headers, body: 'confirm=yes' });
      expect([401, 403]).toContain(status);
    }
    expect(cache.size).toBe(1);
  });

  test('a body is not read, however long it says that it is', async () => {
    const port = await mount();
    const head = [`POST ${BASE}/caches/none/clear HTTP/1.1`, 'Host: localhost', 'Content-Length: 100000000000'];
    const authorised = Object.entries(acting('clear')).map(([header, value]) => `${header}: ${value}`);
    const answer = await askRaw(port, [...head, ...authorised], 'x'.repeat(1_000));
    expect([answer.status, /connection: close/i.test(answer.head)]).toEqual([413, true]);
  });

  test('events come as they happen, and end with the client', async () => {
    const port = await mount();
    const headers = Object.entries(AUTHORISED).map(([header, value]) => `${header}: ${value}\r\n`);
    const request = `GET ${BASE}/events HTTP/1.1\r\nHost: localhost\r\n${headers.join('')}\r\n`;
    const received = await sendRaw(port, request, (text) => text.includes('event: sample'));
    expect(received).toMatch(/^HTTP\/1\.1 200 .*content-type: text\/event-stream/is);
    expect(received).toContain('event: hello\ndata: {"epoch"');
  });

  test('a malformed Host is an answer and no end', async () => {
    const port = await mount();
    for (const host of ['a b', '[', 'x:y', '%00', 'localhost:80:80']) {
      expect((await askRaw(port, [`GET ${BASE}/livez HTTP/1.1`, `Host: ${host}`])).status).toBe(400);
    }
    expect(
      (await askRaw(port, [`GET ${BASE}/livez HTTP/1.1`, 'Host: localhost', 'Host: attacker.example'])).status,
    ).toBe(400);
    expect((await askRaw(port, [`GET ${BASE}/livez HTTP/1.1`, 'Host: rebound.example'])).status).toBe(403);
    expect((await askRaw(port, [`GET ${BASE}/livez HTTP/1.1`, 'Host: localhost'])).status).toBe(200);
  });

  test('what nginx sends by default is not taken for this machine', async () => {
    const port = await mount();
    expect((await askRaw(port, [`GET ${BASE}/metrics HTTP/1.0`, `Host: 127.0.0.1:${port}`])).status).toBe(401);
  });
});

describe('requests of the web', () => {
  test('Hono, mounted', async () => {
    const app = new Hono();
    app.mount(BASE, makeExposed().fetch);
    app.get('/', (context) => context.text('app'));
    expect(await (await app.request('/')).text()).toBe('app');
    expect((await app.request(`${BASE}/stats`, { headers: AUTHORISED })).status).toBe(200);
    expect((await app.request(`${BASE}/stats`)).status).toBe(401);
    // Nothing tells the address of the caller, so nobody is this machine.
    expect((await app.request(`${BASE}/metrics`)).status).toBe(401);
    expect((await app.request(`${BASE}/nothing`)).status).toBe(404);
  });

  test('Hono, routed, keeps the base path', async () => {
    const app = new Hono();
    const api = makeExposed(BASE);
    app.all(`${BASE}/*`, (context) => api.fetch(context.req.raw));
    expect((await app.request(`${BASE}/info`, { headers: AUTHORISED })).status).toBe(200);
  });

  test('an address that is handed in counts, a second argument of a framework does not', async () => {
    const api = makeExposed();
    const request = (): Request => new Request('http://localhost/metrics');
    expect((await api.fetchFrom(request(), '127.0.0.1')).status).toBe(200);
    const fetch = api.fetch as (...all: unknown[]) => Promise<Response>;
    expect((await fetch(request(), { address: '127.0.0.1' }, '127.0.0.1')).status).toBe(401);
  });

  test('the name in the Host header goes before the one in the URL', async () => {
    const request = new Request('http://localhost/livez', { headers: { host: 'rebound.example' } });
    expect((await makeExposed().fetch(request)).status).toBe(403);
    expect((await makeExposed().fetch(new Request('http://rebound.example/livez'))).status).toBe(403);
  });

  test('events end when their reader goes', async () => {
    const answer = await makeExposed().fetch(new Request('http://localhost/events', { headers: AUTHORISED }));
    const reader = answer.body!.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toContain('event: hello');
    await reader.cancel();
  });
});

describe('a client that takes nothing', () => {
  const stuck = async (
    body: BodyStream,
  ): Promise<{ readonly response: http.ServerResponse; readonly client: net.Socket }> => {
    const api = { handle: () => Promise.resolve({ status: 200, headers: {}, body }) } as never;
    const server = http.createServer((request, response) => {
      server.emit('asked', response);
      void answerNode(api, request, response, { target: '/', isMounted: false });
    });
    const client = net.connect(await listen(server), '127.0.0.1').pause();
    ends.push(() => client.destroy());
    client.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [response] = (await once(server, 'asked')) as [http.ServerResponse];
    return { response, client };
  };

  test('of events is cut off, and what waited for it is let go', async () => {
    let left = 0;
    const events = new EventClient(['hello'], 1_000_000, () => left++);
    const { response } = await stuck(events);
    const closed = once(response, 'close');
    while (!events.signal.aborted) {
      events.push('x'.repeat(100_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    expect([response.destroyed, response.writableFinished, left]).toEqual([true, false, 1]);
  });

  test('and goes ends what was read for it', async () => {
    let isEnded = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1_000_000);
      } finally {
        isEnded = true;
      }
    }
    const { response, client } = await stuck(endless());
    const closed = once(response, 'close');
    client.destroy();
    await closed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(isEnded).toBe(true);
  });

  test('whose stream fails is cut off, and not told that it is whole', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'half';
      throw new Error('disk');
    }
    const { response, client } = await stuck(failing());
    client.resume();
    await once(client, 'close');
    expect(response.writableFinished).toBe(false);
  });
});

test('HTTP/2', async () => {
  const server = http2.createServer(nodeListener(makeApi()));
  ends.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  ends.unshift(() => session.close());
  const stream = session.request({ ':path': '/stats', ...AUTHORISED });
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  expect([headers[':status'], headers['cache-control']]).toEqual([200, 'no-store']);
  stream.close();
});
