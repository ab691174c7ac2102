/** Real sockets, and time that the test moves: a drain is looked at between two of its sweeps. */
import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drain, type DrainOptions, type DrainResult, trackConnections } from '../../../../src/scope/drain/index.ts';
import { connectionsOf } from '../../../../src/scope/drain/tracking.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';

let clock: FakeClock;
const cleanUp: (() => unknown)[] = [];

beforeEach(() => {
  clock = new FakeClock();
});
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function begin(server: net.Server, options: DrainOptions = {}): Promise<DrainResult> {
  return drain(server, { clock, ...options });
}

/** Moves the clock in steps, with turns of the real event loop between them, until `promise` has settled. */
async function during<T>(promise: Promise<T>): Promise<T> {
  const isPending = Symbol('pending');
  const turn = async (): Promise<symbol> => {
    clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
    return isPending;
  };
  for (;;) {
    const result = await Promise.race([promise, turn()]);
    if (result !== isPending) return promise;
  }
}

/** Turns of the event loop, in which the sockets of both sides say what they have to say. */
async function turns(count = 50): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

interface Answer {
  readonly body: string;
  readonly connection: string | undefined;
}

/** A client with one kept-alive connection. */
class Client {
  readonly agent: http.Agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
    cleanUp.push(() => this.agent.destroy());
  }

  get(path = '/'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.get({ port: this.#port, host: '127.0.0.1', path, agent: this.agent }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('error', reject).on('end', () => resolve({ body, connection: response.headers.connection }));
      });
      request.on('error', reject);
    });
  }
}

/** An HTTP server that answers at once, but for `/held`, which waits for `release`, and `/events`, which has no end. */
class TestServer {
  readonly #held: http.ServerResponse[] = [];
  readonly server: http.Server = http.createServer((request, response) => {
    if (request.url === '/held') this.#held.push(response);
    else if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write('data: 1\n\n');
    } else response.end('done');
  });

  async heldCount(count: number): Promise<void> {
    while (this.#held.length < count) await turns(1);
  }

  release(): void {
    for (const response of this.#held.splice(0)) response.end('released');
  }
}

describe('an HTTP server', () => {
  test('goes on answering kept-alive clients, says that it ends, and refuses new ones', async () => {
    const { server } = new TestServer();
    const client = new Client(await listen(server));
    const late = new Client((server.address() as AddressInfo).port);
    expect((await client.get()).connection).toBe('keep-alive');
    const ended = begin(server);
    // Who was waiting at the door is let in first, and nobody is told before that.
    await turns(5);
    expect(await client.get()).toEqual({ body: 'done', connection: 'close' });
    await expect(late.get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await during(ended)).toMatchObject({ isClosed: true, requests: 1, idleClosed: 0, destroyed: 0 });
  });

  test('closes an idle connection after its grace, not before', async () => {
    const { server } = new TestServer();
    const client = new Client(await listen(server));
    await client.get();
    const ended = begin(server, { idleGrace: 300 });
    await clock.advanceAsync(299);
    await turns();
    expect(await getConnections(server)).toBe(1);
    expect(await during(ended)).toMatchObject({ isClosed: true, idleClosed: 1 });
    expect(clock.steadyNow()).toBeGreaterThanOrEqual(300);
    expect(clock.pendingTimers).toBe(0);
  });

  test('closes a connection on which nothing was ever asked', async () => {
    const { server } = new TestServer();
    const socket = net.connect(await listen(server), '127.0.0.1');
    await once(server, 'connection');
    expect(await during(begin(server))).toMatchObject({ isClosed: true, idleClosed: 1 });
    socket.destroy();
  });

  test.each([true, false])('answers what is under way, and closes with it (tracked before: %s)', async (isTracked) => {
    const held = new TestServer();
    if (isTracked) cleanUp.push(trackConnections(held.server));
    const client = new Client(await listen(held.server));
    const answer = client.get('/held');
    await held.heldCount(1);
    const ended = begin(held.server);
    await turns(5);
    await clock.advanceAsync(5_000);
    held.release();
    expect(await answer).toEqual({ body: 'released', connection: 'close' });
    expect(await during(ended)).toMatchObject({ isClosed: true, requests: 1, idleClosed: 0, destroyed: 0 });
  });

  test('gives a connection whose answer had begun its grace once it is through', async () => {
    const { server } = new TestServer();
    server.prependListener('request', (_request, response: http.ServerResponse) => {
      response.setHeader('content-length', 4);
      response.flushHeaders();
    });
    const held = new Promise<http.ServerResponse>((resolve) =>
      server.on('request', (request, response) => request.url === '/slow' && resolve(response)),
    );
    server.removeListener('request', server.listeners('request')[1] as () => void);
    server.on('request', (request, response) => request.url !== '/slow' && response.end('done'));
    const client = new Client(await listen(server));
    const answer = client.get('/slow');
    const response = await held;
    await turns();
    const ended = begin(server);
    await clock.advanceAsync(1_000);
    response.end('slow');
    expect((await answer).connection).toBe('keep-alive');
    await clock.advanceAsync(200);
    await turns();
    expect(await client.get()).toMatchObject({ body: 'done' });
    expect(await during(ended)).toMatchObject({ isClosed: true, requests: 2 });
  });

  test('ends responses without an end after their grace', async () => {
    const { server } = new TestServer();
    const client = new Client(await listen(server));
    const events = client.get('/events');
    await once(server, 'request');
    const result = await during(begin(server, { streamGrace: 700 }));
    expect(result).toMatchObject({ isClosed: true, streamsEnded: 1, requests: 0, destroyed: 0 });
    expect((await events).body).toBe('data: 1\n\n');
    expect(clock.steadyNow()).toBeGreaterThanOrEqual(700);
  });

  test('lets the program say goodbye, and keeps what that throws', async () => {
    const { server } = new TestServer();
    const port = await listen(server);
    const events = [new Client(port), new Client(port)].map((client) =>
      client.get('/events').catch((error: NodeJS.ErrnoException) => error.code),
    );
    for (let requests = 0; requests < 2; requests++) await once(server, 'request');
    await turns();
    let calls = 0;
    const problem = new Error('no goodbye');
    const ended = begin(server, {
      deadline: 2_000,
      endStream: (response) => {
        if (calls++ > 0) throw problem;
        (response as http.ServerResponse).end('data: bye\n\n');
      },
    });
    expect(await during(ended)).toMatchObject({ streamsEnded: 2, destroyed: 1, errors: [problem] });
    const answers = await Promise.all(events);
    expect(answers).toContainEqual({ body: 'data: 1\n\ndata: bye\n\n', connection: 'keep-alive' });
    expect(answers).toContain('ECONNRESET');
    expect(calls).toBe(2);
  });

  test('ends upgraded sockets after their grace, once the program was asked to', async () => {
    const { server } = new TestServer();
    server.on('upgrade', (_request, socket: net.Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
    });
    const port = await listen(server);
    const sockets = await Promise.all([upgrade(port), upgrade(port)]);
    const asked: unknown[] = [];
    const ended = begin(server, {
      socketGrace: 400,
      endSocket: (socket) => {
        asked.push(socket);
        if (asked.length === 1) socket.end();
        else return Promise.reject(new Error('no goodbye'));
        return undefined;
      },
    });
    const result = await during(ended);
    expect(result).toMatchObject({ isClosed: true, destroyed: 0, errors: [{ message: 'no goodbye' }] });
    expect(result.socketsEnded).toBeGreaterThanOrEqual(1);
    expect(asked).toHaveLength(2);
    for (const socket of sockets) socket.destroy();
  });

  test('destroys at the deadline what is left', async () => {
    const held = new TestServer();
    const client = new Client(await listen(held.server));
    const answer = client.get('/held').catch((error: NodeJS.ErrnoException) => error.code);
    await held.heldCount(1);
    const result = await during(begin(held.server, { deadline: 2_000 }));
    expect(result).toMatchObject({ isClosed: true, requests: 0, destroyed: 1 });
    expect(result.ms).toBeGreaterThanOrEqual(2_000);
    expect(await answer).toBe('ECONNRESET');
  });

  test('destroys what is left when its signal aborts', async () => {
    const held = new TestServer();
    const client = new Client(await listen(held.server));
    const answer = client.get('/held').catch((error: NodeJS.ErrnoException) => error.code);
    await held.heldCount(1);
    const abort = new AbortController();
    const ended = begin(held.server, { signal: abort.signal });
    await clock.advanceAsync(100);
    abort.abort();
    expect((await during(ended)).destroyed).toBe(1);
    expect(await answer).toBe('ECONNRESET');
  });

  test('leaves nothing of itself behind, and can listen again', async () => {
    const { server } = new TestServer();
    const untrack = trackConnections(server);
    await listen(server);
    const listeners = (): number[] => server.eventNames().map((name) => server.listenerCount(name));
    const before = listeners();
    const close = Object.getOwnPropertyNames(server);
    const first = begin(server);
    const [result, joined] = await during(Promise.all([first, begin(server)]));
    expect(joined).toBe(result);
    expect(listeners()).toEqual(before);
    expect(Object.getOwnPropertyNames(server).filter((name) => !close.includes(name))).toEqual([]);
    await listen(server);
    expect(await during(begin(server))).toMatchObject({ isClosed: true });
    untrack();
    untrack();
    expect(server.listenerCount('connection')).toBe(1);
  });

  test('keeps nothing of connections that have ended by themselves', async () => {
    const { server } = new TestServer();
    const untrack = trackConnections(server);
    const port = await listen(server);
    for (let i = 0; i < 20; i++) {
      const client = new Client(port);
      await client.get();
      client.agent.destroy();
    }
    while ((await getConnections(server)) > 0) await turns(1);
    await turns();
    expect(connectionsOf(server).sockets.size).toBe(0);
    untrack();
  });

  test('that never listened, or is closed, is drained at once', async () => {
    const { server } = new TestServer();
    let closes = 0;
    server.on('close', () => closes++);
    expect(await begin(server)).toMatchObject({ isClosed: true, ms: 0 });
    await listen(server);
    server.close();
    await once(server, 'close');
    expect(await begin(server)).toMatchObject({ isClosed: true, ms: 0 });
    expect(closes).toBe(1);
  });

  test('that was closed with a connection open is drained all the same', async () => {
    const held = new TestServer();
    const client = new Client(await listen(held.server));
    const answer = client.get('/held');
    await held.heldCount(1);
    held.server.close();
    const ended = begin(held.server);
    held.release();
    expect((await answer).connection).toBe('close');
    expect(await during(ended)).toMatchObject({ isClosed: true, requests: 1 });
  });
});

describe('a server that is not one of Node.js (Bun)', () => {
  class OtherServer extends EventEmitter {
    listening = true;
    closedAt: number | undefined;

    close(): void {
      this.listening = false;
      this.closedAt = clock.steadyNow();
      this.emit('close');
    }
  }

  test.each([
    [{}, 300],
    [{ deadline: 200 }, 200],
  ])(
    'goes on listening until the grace of its idle connections, or the deadline, is over (%o)',
    async (options, at) => {
      const server = new OtherServer();
      expect(await during(begin(server as never, options))).toMatchObject({ isClosed: true });
      expect(server.closedAt).toBe(at);
      expect(clock.pendingTimers).toBe(0);
    },
  );
});

describe('a net server', () => {
  test('is told of its sockets, and ends those that are silent', async () => {
    const server = net.createServer((socket) => socket.on('data', (data) => socket.write(data)));
    cleanUp.push(trackConnections(server));
    const socket = net.connect(await listen(server), '127.0.0.1');
    await once(server, 'connection');
    const ended = begin(server, { socketGrace: 400, endSocket: (one) => one.write('bye') });
    await clock.advanceAsync(300);
    socket.write('still here');
    while (socket.bytesRead < 'byestill here'.length) {
      socket.resume();
      await turns(1);
    }
    await clock.advanceAsync(350);
    await turns();
    expect(await getConnections(server)).toBe(1);
    expect(await during(ended)).toMatchObject({ isClosed: true, socketsEnded: 1, destroyed: 0 });
    expect(clock.steadyNow()).toBeGreaterThanOrEqual(700);
  });
});

describe('an HTTP/2 server', () => {
  test('goes on serving its sessions, then tells them to go', async () => {
    const server = http2.createServer((request, response) => {
      if (request.url === '/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: 1\n\n');
      } else response.end('done');
    });
    cleanUp.push(trackConnections(server));
    const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
    const idle = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const told: number[] = [];
    session.on('goaway', (_code: number, last: number) => told.push(last));
    await Promise.all([once(session, 'connect'), once(idle, 'connect')]);
    const events = session.request({ ':path': '/events' });
    const received = collectBody(events);
    await once(events, 'response');
    const ended = begin(server);
    expect(await during(ended)).toMatchObject({ isClosed: true, streamsEnded: 1, destroyed: 0, errors: [] });
    expect(await received).toBe('data: 1\n\n');
    expect(told[0]).toBe(2 ** 31 - 1);
    expect(session.destroyed && idle.destroyed).toBe(true);
  });

  test('destroys at the deadline what does not end', async () => {
    const server = http2.createServer(() => {});
    cleanUp.push(trackConnections(server));
    const session = http2.connect(`http://127.0.0.1:${await listen(server)}`);
    const request = session.request({ ':path': '/' });
    request.on('error', () => {});
    session.on('error', () => {});
    await once(server, 'stream');
    const result = await during(begin(server, { deadline: 1_500 }));
    expect(result).toMatchObject({ isClosed: true, requests: 0, destroyed: 1 });
  });
});

describe('bad input', () => {
  test.each<[string, unknown, RegExp]>([
    ['options', null, /`options` to be an object/],
    ['a deadline', { deadline: 'soon' }, /`deadline` to be a duration/],
    ['a grace', { idleGrace: -1 }, /`idleGrace` to be a duration/],
    ['a hook', { endSocket: true }, /`endSocket` to be a function/],
    ['a signal', { signal: {} }, /`signal` to be an AbortSignal/],
  ])('%s of the wrong kind', async (_what, options, message) => {
    const server = new net.Server();
    await expect(drain(server, options as DrainOptions)).rejects.toThrow(message);
    await expect(drain(server, options as DrainOptions)).rejects.toMatchObject({ code: 'PLIM_ERR_OPTION_INVALID' });
  });

  test.each([null, undefined, 7, {}, { close() {} }])('%o is no server', async (server) => {
    await expect(drain(server as never)).rejects.toThrow(/`server` to be a server of node:net/);
    expect(() => trackConnections(server as never)).toThrow(/`server` to be a server of node:net/);
  });
});

function getConnections(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}

async function upgrade(port: number): Promise<net.Socket> {
  const request = http.request({ port, host: '127.0.0.1', headers: { connection: 'Upgrade', upgrade: 'test' } });
  request.end();
  const [, socket] = (await once(request, 'upgrade')) as [unknown, net.Socket];
  socket.on('error', () => {}).resume();
  return socket;
}

async function collectBody(stream: http2.ClientHttp2Stream): Promise<string> {
  let body = '';
  for await (const chunk of stream.setEncoding('utf8')) body += String(chunk);
  await settle();
  return body;
}
