/** Servers under load that are told to end, by their real clients' eyes. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo, type Server } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { drain, trackConnections } from '../../src/scope/drain/index.ts';
import { DIST, StartedProgram } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const key = fs.readFileSync('test/fixtures/drain/localhost-key.pem');
const cert = fs.readFileSync('test/fixtures/drain/localhost-cert.pem');
const trust = { host: '127.0.0.1', ca: cert, rejectUnauthorized: false };

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function get(options: https.RequestOptions): Promise<{ body: string; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const module = options.protocol === 'http:' ? http : https;
    const request = module.get({ ...trust, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('error', reject).on('end', () => resolve({ body, connection: response.headers.connection }));
    });
    request.on('error', reject);
  });
}

describe('an HTTPS server', () => {
  test.each([true, false])('answers, says that it ends, and closes (tracked before: %s)', async (isTracked) => {
    const server = https.createServer({ key, cert }, (request, response) => {
      setTimeout(() => response.end('done'), request.url === '/slow' ? 400 : 0);
    });
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
    });
    if (isTracked) trackConnections(server);
    const port = await listen(server);
    const agents = [1, 2, 3].map(() => new https.Agent({ keepAlive: true, maxSockets: 1 }));
    for (const agent of agents) expect((await get({ port, agent })).connection).toBe('keep-alive');
    // One that never gets through its handshake, one that never asks, one that speaks something else.
    const handshaking = tls.connect({ port, ...trust }).on('error', () => {});
    const silent = tls.connect({ port, ...trust }).on('error', () => {});
    await once(silent, 'secureConnect');
    const upgrading = https.request({ port, ...trust, headers: { connection: 'Upgrade', upgrade: 'test' } }).end();
    const [, upgraded] = (await once(upgrading, 'upgrade')) as [unknown, tls.TLSSocket];
    const upgradedEnd = once(upgraded.resume(), 'close');
    const slow = get({ port, agent: agents[0], path: '/slow' });
    await sleep(100);
    const ended = drain(server, { socketGrace: 200, idleGrace: 1_000 });
    await sleep(50);
    expect(await get({ port, agent: agents[1] })).toEqual({ body: 'done', connection: 'close' });
    expect(await slow).toEqual({ body: 'done', connection: 'close' });
    expect(await ended).toMatchObject({ isClosed: true, requests: 2, destroyed: 0, errors: [] });
    await upgradedEnd;
    for (const agent of agents) agent.destroy();
    handshaking.destroy();
    silent.destroy();
  });
});

/** Several turns of `nextTick`, and none of the event loop: clients have called connect, the server has accepted nobody. */
async function ticks(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => process.nextTick(resolve));
}

describe('connections that the system has taken for the server, which has not looked yet', () => {
  test('are accepted and answered, however many there are', async () => {
    const server = http.createServer((_request, response) => response.end('done'));
    const port = await listen(server);
    const answers = Array.from({ length: 400 }, () =>
      get({ port, host: '127.0.0.1', protocol: 'http:', agent: false }),
    );
    await ticks();
    const ended = drain(server);
    expect(await Promise.all(answers)).toEqual(answers.map(() => ({ body: 'done', connection: 'close' })));
    expect(await ended).toMatchObject({ isClosed: true, requests: 400, destroyed: 0 });
  });

  test('do not keep the server open for ever: it stops listening though clients never stop to come', async () => {
    const server = http.createServer((_request, response) => response.end('done'));
    const port = await listen(server);
    let isOver = false;
    const come = (): void => {
      if (isOver) return;
      const socket = net.connect(port, '127.0.0.1').on('error', () => {});
      socket.once('connect', () => socket.destroy());
      setImmediate(come);
    };
    come();
    expect(await drain(server, { deadline: '5s' })).toMatchObject({ isClosed: true });
    isOver = true;
    expect(server.listening).toBe(false);
  });
});

test('a request that waits to be read on a blocked event loop does not pass for silence', async () => {
  const server = http.createServer((_request, response) => response.end('done'));
  const port = await listen(server);
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  const ask = (): void => void socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const closed = once(socket, 'close');
  ask();
  await once(socket, 'data');
  const ended = drain(server, { idleGrace: 1_000 });
  await sleep(100);
  let answer = '';
  socket.on('data', (text: string) => (answer += text));
  // After sockets were read, in between what others do then, and before timers fire.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  ask();
  for (const until = performance.now() + 1_400; performance.now() < until; );
  await closed;
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\nConnection: close\r\n/);
  expect(await ended).toMatchObject({ isClosed: true, idleClosed: 0 });
});

describe('an HTTP/2 server over TLS that speaks HTTP/1 as well', () => {
  test('ends both kinds of connections', async () => {
    const server = http2.createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
      setTimeout(() => response.end('done'), request.url === '/slow' ? 500 : 0);
    });
    trackConnections(server);
    const port = await listen(server);
    const session = http2.connect(`https://127.0.0.1:${port}`, trust);
    const idle = http2.connect(`https://127.0.0.1:${port}`, trust);
    await Promise.all([once(session, 'connect'), once(idle, 'connect')]);
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    expect((await get({ port, agent })).connection).toBe('keep-alive');
    const slow = session.request({ ':path': '/slow' });
    const body = readAll(slow);
    await sleep(50);
    const ended = drain(server, { idleGrace: 1_000 });
    await sleep(50);
    expect((await get({ port, agent })).connection).toBe('close');
    expect(await body).toBe('done');
    expect(await ended).toMatchObject({ isClosed: true, requests: 2, destroyed: 0, errors: [] });
    expect(idle.destroyed).toBe(true);
    agent.destroy();
  });
});

test('a server that has no rest loses no request: nobody is told to come back while it still lets others in', async () => {
  const busy = new StartedProgram(process.execPath, ['test/fixtures/drain/busy.mjs'], {
    env: { ...process.env, PLIMSOLL_DIST: DIST },
  });
  await busy.says('listening on');
  const port = Number(/listening on (\d+)/.exec(busy.output)![1]);
  const seen = Array.from({ length: 20 }, () => ({ answered: 0 }));
  const clients = seen.map((one) => runClient(port, 0, one));
  while (seen.some(({ answered }) => answered < 3)) await sleep(20);
  busy.child.kill('SIGTERM');
  const endings = await Promise.all(clients);
  expect(endings.filter(({ code }) => code !== 'ECONNREFUSED')).toEqual([]);
  expect(await busy.ended).toMatchObject({ signal: 'SIGTERM', stderr: '' });
});

describe('the example', () => {
  test('loses no request of forty clients when it gets SIGTERM', async () => {
    await withTempDir(async (folder) => {
      const source = fs.readFileSync('examples/graceful-shutdown/server.mjs', 'utf8');
      const entry = pathToFileURL(path.join(DIST, 'scope/index.js')).href;
      const script = path.join(folder, 'server.mjs');
      fs.writeFileSync(script, source.replace("'plimsoll/scope'", `'${entry}'`));
      const program = new StartedProgram(process.execPath, [script], { env: { ...process.env, PORT: '0' } });
      await program.says('listening on');
      const port = Number(/listening on (\d+)/.exec(program.output)![1]);
      const clients = Array.from({ length: 40 }, () => runClient(port));
      await sleep(500);
      program.child.kill('SIGTERM');
      const endings = await Promise.all(clients);
      expect(endings.filter(({ code }) => code !== 'ECONNREFUSED')).toEqual([]);
      expect(Math.min(...endings.map(({ answered }) => answered))).toBeGreaterThan(2);
      const { signal, stdout, stderr } = await program.ended;
      expect(signal).toBe('SIGTERM');
      expect(stdout.toString()).toContain('store closed');
      expect(stderr).toMatch(/shut down cleanly in .* after SIGTERM/);
    });
  });
});

/** Asks over one kept-alive connection until it fails; gives the code of that. */
async function runClient(
  port: number,
  pauseMs = 20,
  seen = { answered: 0 },
): Promise<{ answered: number; code: string | undefined }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (;;) {
      await getOnce(port, agent);
      seen.answered++;
      await sleep(Math.random() * pauseMs);
    }
  } catch (error) {
    return { ...seen, code: (error as NodeJS.ErrnoException).code };
  } finally {
    agent.destroy();
  }
}

function getOnce(port: number, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get({ port, host: '127.0.0.1', agent }, (response) => response.resume().on('error', reject).on('end', resolve))
      .on('error', reject);
  });
}

async function readAll(stream: http2.ClientHttp2Stream): Promise<string> {
  let body = '';
  for await (const chunk of stream.setEncoding('utf8')) body += String(chunk);
  return body;
}
