/** A guard on real servers, in every way in which it is put there. */
import express from 'express';
import fastify from 'fastify';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { liveOf } from '../../../src/base/registry.ts';
import { guardMiddleware } from '../../../src/guard/adapters/express.ts';
import { guardPlugin } from '../../../src/guard/adapters/fastify.ts';
import { type Guard, guard, type GuardOptions, optionsFromEnv } from '../../../src/guard/index.ts';
import { LoadLine, Monitor, Shedder } from '../../../src/monitor/index.ts';
import { Shutdown } from '../../../src/scope/index.ts';
import { SystemApi } from '../../../src/system/index.ts';
import { MIB } from '../../helpers/fake-memory.ts';
import { MonitorDesk } from '../../helpers/monitor-desk.ts';
import { AUTHORISED, TOKEN } from '../../helpers/system-requests.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function listen(server: http.Server): Promise<string> {
  ends.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function kept(guarded: Guard): Guard {
  ends.push(() => guarded.close());
  return guarded;
}

function hello(_request: http.IncomingMessage, response: http.ServerResponse): void {
  response.end('hello');
}

/** A service that says hello at `/`, guarded, each way in which it can be: where it listens, and its guard. */
const WAYS: Readonly<Record<string, (options: GuardOptions) => Promise<[string, Guard]>>> = {
  'node:http': async (options) => {
    const server = http.createServer(hello);
    const guarded = kept(guard(server, options));
    return [await listen(server), guarded];
  },
  'node:http, its handler being added later': async (options) => {
    const server = http.createServer();
    const guarded = kept(guard(server, options));
    server.on('request', hello);
    return [await listen(server), guarded];
  },
  'Express, by its server': async (options) => {
    const app = express();
    app.get('/', (_, response) => void response.send('hello'));
    const server = app.listen(0, '127.0.0.1');
    const guarded = kept(guard(server, options));
    await once(server, 'listening');
    return [await listen(server), guarded];
  },
  'Express, by its middleware': async (options) => {
    const middleware = guardMiddleware(options);
    const app = express();
    app.use(middleware, express.json());
    app.get('/', (_, response) => void response.send('hello'));
    const server = http.createServer(app);
    middleware.guard.drain(server);
    kept(middleware.guard);
    return [await listen(server), middleware.guard];
  },
  'Fastify, by its plugin': async (options) => {
    const app = fastify();
    await app.register(guardPlugin, options);
    app.get('/', (_, reply) => reply.send('hello'));
    await app.listen({ port: 0, host: '127.0.0.1' });
    ends.push(() => app.close());
    const { guard: guarded } = app as unknown as { guard: Guard };
    return [await listen(app.server), guarded];
  },
};

describe.each(Object.entries(WAYS))('%s', (_way, make) => {
  const statusesOf = async (at: string, headers: Record<string, string> = {}): Promise<Record<string, number>> => {
    const paths = [
      'livez',
      'readyz',
      'startupz',
      'health',
      'metrics',
      'info',
      'stats',
      'resources',
      'alerts',
      'dashboard',
    ];
    const asked = paths.map(async (path) => [path, (await fetch(`${at}/api/system/${path}`, { headers })).status]);
    return Object.fromEntries(await Promise.all(asked)) as Record<string, number>;
  };

  test('its own requests go through, and are counted as work', async () => {
    const [at, { monitor }] = await make({});
    expect(await (await fetch(at)).text()).toBe('hello');
    expect((await fetch(`${at}/elsewhere`)).status).toBe(_way.startsWith('node') ? 200 : 404);
    await fetch(`${at}/api/system/livez`);
    expect(monitor?.status().work?.count).toBe(2);
  });

  test('long addresses of its own are its own', async () => {
    const [at] = await make({});
    expect((await fetch(`${at}/?search=${'x'.repeat(3_000)}`)).status).toBe(200);
    expect((await fetch(`${at}/api/system/livez?${'x'.repeat(3_000)}`)).status).toBe(414);
  });

  test('without a token nothing but the probes is open, to this machine neither', async () => {
    const [at] = await make({ dashboard: { html: '<p>page', contentSecurityPolicy: "default-src 'self'" } });
    const open = { livez: 200, readyz: 200, startupz: 200 };
    const shut = { health: 403, metrics: 403, info: 403, stats: 403, resources: 403, alerts: 403 };
    expect(await statusesOf(at)).toEqual({ ...open, ...shut, dashboard: 404 });
    const gc = await fetch(`${at}/api/system/gc`, { method: 'POST', headers: { 'x-plimsoll-action': 'gc' } });
    expect(gc.status).toBe(404);
  });

  test('with the token all that reads is open', async () => {
    const page = { html: '<p>page', contentSecurityPolicy: "default-src 'self'" };
    const [at] = await make({ system: { token: TOKEN }, dashboard: page });
    const statuses = await statusesOf(at, AUTHORISED);
    expect(Object.entries(statuses).filter(([, status]) => status !== 200)).toEqual([]);
    expect((await statusesOf(at))['health']).toBe(401);
    const stats = (await (await fetch(`${at}/api/system/stats`, { headers: AUTHORISED })).json()) as object;
    expect(stats).toMatchObject({ monitor: { isRunning: true }, loadLine: { isRunning: true }, shed: { share: 0 } });
  });

  test('short of memory it refuses the program’s requests and still answers the probes', async () => {
    const desk = new MonitorDesk({ interval: '1s' });
    const [at] = await make({ monitor: desk.monitor });
    expect((await fetch(at)).status).toBe(200);
    desk.memory.floor(990 * MIB);
    const refused = await fetch(at, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect([refused.status, Number(refused.headers.get('retry-after')) >= 5]).toEqual([503, true]);
    expect((await fetch(`${at}/api/system/livez`)).status).toBe(200);
    // What refuses everything is not to be sent anything.
    expect((await fetch(`${at}/api/system/readyz`)).status).toBe(503);
    desk.memory.floor(100 * MIB);
    expect((await fetch(at)).status).toBe(200);
  });

  test('closed, the service goes on without it', async () => {
    const [at, guarded] = await make({});
    if (_way.startsWith('Fastify')) return;
    await guarded.close();
    await guarded.close();
    expect(guarded.monitor?.isRunning).toBe(false);
    expect(guarded.loadLine?.status().isRunning).toBe(false);
    expect(await (await fetch(at)).text()).toBe('hello');
  });
});

test('Fastify: the requests of its own tests pass here too, and closing it ends the guard', async () => {
  const app = fastify();
  await app.register(guardPlugin, { system: { basePath: '/ops' } });
  app.get('/', (_, reply) => reply.send('hello'));
  expect((await app.inject('/')).body).toBe('hello');
  expect((await app.inject('/ops/livez')).statusCode).toBe(200);
  const { guard: guarded } = app as unknown as { guard: Guard };
  expect(guarded.monitor?.status().work?.count).toBe(1);
  const parts = Shutdown.shared().list().length;
  await app.close();
  expect(guarded.monitor?.isRunning).toBe(false);
  expect(parts - Shutdown.shared().list().length).toBe(4);
});

test('Fastify: bad options reject where the application begins', async () => {
  const app = fastify();
  app.register(guardPlugin, { loadLine: { high: 2 } });
  await expect(app.ready()).rejects.toSatisfy((error) => isPlimsollError(error, 'PLIM_ERR_OPTION_INVALID'));
  expect(liveOf('monitor')).toEqual([]);
});

test('HTTP/2: its requests pass here as well', async () => {
  const server = http2.createServer((_request, response) => response.end('hello'));
  kept(guard(server));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  ends.push(
    () => server.close(),
    () => client.close(),
  );
  const ask = async (path: string): Promise<unknown> => {
    const stream = client.request({ ':path': path });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    stream.resume();
    return headers[':status'];
  };
  expect(await Promise.all([ask('/'), ask('/api/system/livez'), ask('/api/system/stats')])).toEqual([200, 200, 403]);
});

test('a request that asks whether it may send its body is refused before it does', async () => {
  const desk = new MonitorDesk({ interval: '1s' });
  const server = http.createServer(hello).on('checkContinue', (_request, response) => response.end('go on'));
  kept(guard(server, { monitor: desk.monitor }));
  const at = await listen(server);
  desk.memory.floor(990 * MIB);
  const request = http.request(at, { method: 'POST', headers: { expect: '100-continue' } });
  request.flushHeaders();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  expect(response.statusCode).toBe(503);
  request.destroy();
});

describe('what it starts', () => {
  test('it ends, however often', async () => {
    const server = http.createServer(hello);
    const before = countsOf(server);
    for (let i = 0; i < 200; i++) {
      await using guarded = guard(server, { system: { token: TOKEN } });
      expect(guarded.monitor?.isRunning).toBe(true);
      expect(countsOf(server)).not.toEqual(before);
    }
    expect(countsOf(server)).toEqual(before);
  });

  test.each([
    { loadLine: { high: 7 } },
    { shed: { retryAfter: 'soon' } },
    { system: { token: 'short' } },
    { monitor: { interval: 1 } },
    { shutdown: { exit: 'now' } },
    { drain: { idleGrace: 'no' } },
  ])('is ended when an option is refused: %j', async (options) => {
    const server = http.createServer(hello);
    const before = countsOf(server);
    const made = (): Guard => guard(server, options as unknown as GuardOptions);
    if ('drain' in options) await made().close();
    else expect(made).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
    expect(countsOf(server)).toEqual(before);
  });

  test('is left to whoever made it when it was running', async () => {
    using monitor = new Monitor().start();
    using loadLine = new LoadLine();
    await guard(http.createServer(), { monitor, loadLine }).close();
    expect([monitor.isRunning, loadLine.status().isRunning]).toEqual([true, false]);
  });
});

/** What a guard adds to its process and its server. */
function countsOf(server: http.Server): object {
  return {
    monitors: liveOf('monitor').length,
    parts: Shutdown.shared().list().length,
    own: Object.hasOwn(server, 'emit'),
    listeners: server.eventNames().map((name) => [name, server.listenerCount(name)]),
  };
}

describe('several servers', () => {
  test('share what they ask for without options, until the last one ends', async () => {
    const first = guard(http.createServer());
    const second = guard(http.createServer());
    const special = guard(http.createServer(), { monitor: { interval: '1s' } });
    expect([second.monitor === first.monitor, second.loadLine === first.loadLine]).toEqual([true, true]);
    expect([second.shedder === first.shedder, second.system === first.system]).toEqual([true, false]);
    expect([special.monitor === first.monitor, special.loadLine === first.loadLine]).toEqual([false, true]);
    await first.close();
    expect(second.monitor?.isRunning).toBe(true);
    await second.close();
    expect(second.monitor?.isRunning).toBe(false);
    expect([special.monitor?.isRunning, special.loadLine?.status().isRunning]).toEqual([true, true]);
    await special.close();
    expect([liveOf('monitor'), special.loadLine?.status().isRunning]).toEqual([[], false]);
    // The next one begins anew.
    const next = kept(guard(http.createServer()));
    expect([next.monitor === first.monitor, next.monitor?.isRunning]).toEqual([false, true]);
  });

  test('one guard takes further servers, and lets go of them', async () => {
    const [inner, outer] = [http.createServer(hello), http.createServer(hello)];
    const guarded = kept(guard(outer));
    const letGo = guarded.add(inner);
    const at = await listen(inner);
    expect((await fetch(`${at}/api/system/readyz`)).status).toBe(200);
    letGo();
    letGo();
    expect(await (await fetch(`${at}/api/system/readyz`)).text()).toBe('hello');
    expect(() => guarded.add(outer)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_GUARD_TWICE' }));
  });

  test('a server has one guard at a time', async () => {
    const server = http.createServer(hello);
    const first = guard(server);
    expect(() => guard(server)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_GUARD_TWICE' }));
    expect(liveOf('monitor')).toHaveLength(1);
    await first.close();
    await guard(server).close();
    expect(() => first.add(server)).toThrow(/not closed/);
  });

  test('whoever puts something of its own around the server’s events keeps it', async () => {
    const server = http.createServer(hello);
    const seen: unknown[] = [];
    const guarded = guard(server);
    // oxlint-disable-next-line typescript/unbound-method -- as agents do.
    const inner = server.emit;
    server.emit = function (this: http.Server, ...args: Parameters<typeof inner>) {
      seen.push(args[0]);
      return Reflect.apply(inner, this, args);
    } as typeof inner;
    const at = await listen(server);
    await fetch(`${at}/api/system/livez`);
    await guarded.close();
    expect(await (await fetch(`${at}/api/system/livez`)).text()).toBe('hello');
    expect(seen.filter((name) => name === 'request')).toHaveLength(2);
  });
});

describe('options', () => {
  test('every part can be left out', () => {
    const off = { monitor: false, loadLine: false, shutdown: false, drain: false, system: false } as const;
    const guarded = kept(guard(http.createServer(), off));
    const { monitor, loadLine, shedder, system } = guarded;
    expect([monitor, loadLine, shedder, system]).toEqual([undefined, undefined, undefined, undefined]);
    expect(guarded.shutdown.list().map(({ name }) => name)).toEqual(['guard']);
    expect(kept(guard(http.createServer(), { shed: false })).shedder).toBeUndefined();
  });

  test('every part can be handed in', async () => {
    using shutdown = Shutdown.shared();
    using monitor = new Monitor();
    const loadLine = new LoadLine();
    const shed = new Shedder(monitor);
    using system = new SystemApi({ basePath: '/mine', shutdown: false });
    const server = http.createServer(hello);
    const guarded = kept(guard(server, { monitor, loadLine, shed, shutdown, system }));
    const parts = [guarded.monitor, guarded.loadLine, guarded.shedder, guarded.shutdown, guarded.system];
    expect(parts).toEqual([monitor, loadLine, shed, shutdown, system]);
    expect((await fetch(`${await listen(server)}/mine/livez`)).status).toBe(200);
    await guarded.close();
    expect(shutdown.list()).toEqual([]);
  });

  test.each([
    [null, /`options`/],
    [{ monitor: 'yes' }, /`monitor`.*got "yes"/],
    [{ loadLine: null }, /`loadLine`.*got null/],
    [{ drain: 3 }, /`drain`/],
    [{ logger: {} }, /`logger`/],
    [{ monitor: false, shed: {} }, /`monitor`/],
    [{ dashboard: '<p>' }, /`dashboard`/],
    [{ system: false, dashboard: { html: '', contentSecurityPolicy: '' } }, /`dashboard`/],
  ])('%j is refused', (options, message) => {
    const made = (): Guard => guard(http.createServer(), options as unknown as GuardOptions);
    expect(made).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID', message: expect.stringMatching(message) }),
    );
  });

  test.each([[null], [{}], [express()], [new EventTarget()]])('no server: %o', (server) => {
    expect(() => guard(server as unknown as http.Server)).toThrow(/Expected `server`/);
  });

  test('a logger hears of all parts', async () => {
    const lines: string[] = [];
    const write = (_fields: object, message: string): void => void lines.push(message);
    const logger = { debug: write, warn: write, error: write };
    const desk = new MonitorDesk({ interval: '1s' });
    const server = http.createServer(hello);
    kept(guard(server, { monitor: desk.monitor, logger, system: { token: TOKEN, expose: { shed: 'token' } } }));
    const headers = { ...AUTHORISED, 'x-plimsoll-action': 'shed' };
    await fetch(`${await listen(server)}/api/system/shed`, { method: 'POST', headers });
    expect(lines).toEqual([expect.stringContaining('plimsoll system: shed by 127.0.0.1')]);
  });

  test('come from the environment; rubbish is the default, and no token is ever shown', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', note);
    ends.push(() => process.off('warning', note));
    expect(optionsFromEnv({})).toEqual({ monitor: {}, shutdown: {}, system: {} });
    const env = {
      MEMORY_MONITOR_INTERVAL: '2s',
      PLIMSOLL_SHUTDOWN_DELAY: '1s',
      PLIMSOLL_SYSTEM_TOKEN: `${TOKEN}, ${TOKEN}-next`,
      PLIMSOLL_SYSTEM_HOSTS: 'api.example.com',
    };
    expect(optionsFromEnv(env)).toEqual({
      monitor: { interval: 2_000 },
      shutdown: { delay: 1_000 },
      system: { token: [TOKEN, `${TOKEN}-next`], hosts: ['api.example.com'] },
    });
    expect(optionsFromEnv({ PLIMSOLL_SYSTEM_TOKEN: 'hunter2', PLIMSOLL_SYSTEM_HOSTS: 'a b' }).system).toEqual({});
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings.some((text) => text.includes('PLIMSOLL_SYSTEM_TOKEN'))).toBe(true);
    expect(warnings.join('\n')).not.toContain('hunter2');
  });
});
