/** Servers under load that are told to end, by their real clients' eyes. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
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
    const request = https.get({ ...trust, ...options }, (response) => {
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
    expect(await get({ port, agent: agents[1] })).toEqual({ body: 'done', connection: 'close' });
    expect(await slow).toEqual({ body: 'done', connection: 'close' });
    expect(await ended).toMatchObject({ isClosed: true, requests: 2, destroyed: 0, errors: [] });
    await upgradedEnd;
    for (const agent of agents) agent.destroy();
    handshaking.destroy();
    silent.destroy();
  });
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
    expect((await get({ port, agent })).connection).toBe('close');
    expect(await body).toBe('done');
    expect(await ended).toMatchObject({ isClosed: true, requests: 2, destroyed: 0, errors: [] });
    expect(idle.destroyed).toBe(true);
    agent.destroy();
  });
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
async function runClient(port: number): Promise<{ answered: number; code: string | undefined }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let answered = 0;
  try {
    for (;;) {
      await getOnce(port, agent);
      answered++;
      await sleep(Math.random() * 20);
    }
  } catch (error) {
    return { answered, code: (error as NodeJS.ErrnoException).code };
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
