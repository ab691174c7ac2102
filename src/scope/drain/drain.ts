/**
 * Ends a server so that its clients do not notice.
 *
 * A kept-alive client learns that its connection ends in one of two ways: from a response that says `Connection: close`,
 * or from the connection being closed under its next request, which it sees as a reset. So idle connections are not closed
 * at once: the server stops listening and goes on answering, with `Connection: close`; whoever stays silent for
 * `idleGrace` is closed then. HTTP/2 says the same with a GOAWAY that names no last stream, and, a grace later, with one
 * that does (RFC 9113, 6.8).
 *
 * Nobody is told before the server has stopped to listen. Who is told comes back with a new connection; told while the
 * server still accepts who is waiting, the clients of a busy one would never let that come to an end, and those in the
 * queue would be reset when it is cut off.
 *
 * Connections are looked at in turns, every 50 ms while the drain lasts; before it they cost what `trackConnections`
 * says.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { Server as NodeServer, type Server, type Socket } from 'node:net';
import type { Timer } from '../../base/clock.ts';
import { invalidOption } from '../../base/options.ts';
import { discoverSockets } from './discover.ts';
import { isEndless, kindOf, responseOf } from './kinds.ts';
import { type DrainOptions, type DrainSettings, type EndlessResponse, resolveDrainOptions } from './options.ts';
import { stopListening } from './stop-listening.ts';
import { type Connections, connectionsOf } from './tracking.ts';

/** How a drain went. */
export interface DrainResult {
  /** Whether every connection is gone. */
  readonly isClosed: boolean;
  /** Requests that were under way or came in, and were answered to their end. */
  readonly requests: number;
  /** Idle HTTP/1 connections that were closed after their grace. */
  readonly idleClosed: number;
  /** Responses without an end that were ended. */
  readonly streamsEnded: number;
  /** Upgraded and plain sockets that were ended. */
  readonly socketsEnded: number;
  /** What was still open at the deadline. */
  readonly destroyed: number;
  /** How long it took, ms. */
  readonly ms: number;
  /** What the hooks threw. */
  readonly errors: readonly unknown[];
}

const SWEEP_MS = 50;
/** How long the server may take to notice that its last connection was destroyed. */
const SETTLE_MS = 1_000;
/**
 * A server to which somebody comes in every turn of its event loop stops to listen all the same, after this share of its
 * deadline. One connection is accepted in a turn, and some hundreds may be waiting.
 */
const ACCEPTING_SHARE = 0.25;
/**
 * Who connects after the event loop has looked, and before listening ends, is reset: that span is to be short. A turn may
 * take this long, or, of a server whose turns all take longer, this share of the time that was waited for a shorter one.
 */
const SHORT_TURN_MS = 1;
const SHORT_TURN_SHARE = 0.1;
const LAST_STREAM_ID = 2 ** 31 - 1;

/** What is remembered of one connection between two looks. */
interface Look {
  bytes: number;
  quietSince: number;
  isTold: boolean;
  isEnded: boolean;
}

type Counts = { -readonly [K in 'requests' | 'idleClosed' | 'streamsEnded' | 'socketsEnded' | 'destroyed']: number };

class ServerDrain {
  readonly #server: Server;
  readonly #settings: DrainSettings;
  readonly #connections: Connections;
  readonly #looks: WeakMap<Socket, Look> = new WeakMap();
  /** Responses that have been counted, and those that we ended. */
  readonly #counted: WeakSet<object> = new WeakSet();
  readonly #ended: WeakSet<object> = new WeakSet();
  readonly #counts: Counts = { requests: 0, idleClosed: 0, streamsEnded: 0, socketsEnded: 0, destroyed: 0 };
  readonly #errors: unknown[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #begunAt: number;
  #sweepTimer: Timer | undefined;
  /** When clients began to be told that the server goes. */
  #toldAt = Infinity;
  #haveSessionsClosed = false;
  #isOver = false;
  #finish: (isClosed: boolean) => void = () => {};

  constructor(server: Server, settings: DrainSettings) {
    this.#server = server;
    this.#settings = settings;
    this.#connections = connectionsOf(server);
    this.#begunAt = settings.clock.steadyNow();
  }

  async run(): Promise<DrainResult> {
    this.#undo.push(this.#connections.watch());
    for (const socket of discoverSockets(this.#server, this.#connections.sockets)) this.#note(socket);
    const isClosed = this.#hasNothingOpen() ? true : await this.#untilClosed();
    this.#isOver = true;
    this.#sweepTimer?.cancel();
    for (const undo of this.#undo.reverse()) undo();
    const ms = this.#settings.clock.steadyNow() - this.#begunAt;
    return { isClosed, ...this.#counts, ms, errors: this.#errors };
  }

  #note(socket: Socket): void {
    const { sockets } = this.#connections;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  /** A server that never listened, or that is closed already. */
  #hasNothingOpen(): boolean {
    return !this.#server.listening && this.#connections.sockets.size === 0;
  }

  #untilClosed(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#listen('close', () => resolve(true));
      this.#listen('request', (request, response) => {
        if ((request as IncomingMessage).httpVersionMajor < 2) this.#lookAtResponse(response as ServerResponse);
      });
      this.#listen('stream', (stream) => this.#count(stream as ServerHttp2Stream, 'close'));
      for (const stream of this.#connections.streams) this.#count(stream, 'close');
      this.#stopListening();
      this.#armDeadline();
      this.#sweep(this.#settings.clock.steadyNow());
    });
  }

  /** Ahead of the program's own listeners, which may answer at once. */
  #listen(event: string, listener: (first: unknown, second: unknown) => void): void {
    this.#server.prependListener(event, listener);
    this.#undo.push(() => void this.#server.off(event, listener));
  }

  #stopListening(): void {
    const stop = (): void => {
      if (this.#server.listening) stopListening(this.#server, this.#connections.sessions);
    };
    if (!this.#server.listening) return this.#tell();
    if (this.#server instanceof NodeServer) {
      return this.#afterLastAccepted(() => {
        stop();
        this.#tell();
      });
    }
    // Bun's HTTP server cuts its idle connections whenever it stops to listen: they get their grace before.
    this.#tell();
    const timer = this.#settings.clock.startTimer(stop, this.#settings.idleGrace, { keepAlive: true });
    this.#undo.push(() => timer.cancel());
  }

  /**
   * Calls `stop` when a whole and short turn of the event loop has brought no connection. Who has connected by the system's word and
   * was not accepted yet is reset when the server stops to listen, in the midst of its first request.
   */
  #afterLastAccepted(stop: () => void): void {
    const { clock, deadline } = this.#settings;
    const until = this.#begunAt + deadline * ACCEPTING_SHARE;
    let hasCome = true;
    let lookedAt = -Infinity;
    this.#listen('connection', () => (hasCome = true));
    const look = (): void => {
      if (this.#isOver) return;
      const now = clock.steadyNow();
      const isShort = now - lookedAt <= Math.max(SHORT_TURN_MS, (now - this.#begunAt) * SHORT_TURN_SHARE);
      if ((!hasCome && isShort) || now >= until) return stop();
      hasCome = false;
      lookedAt = now;
      setImmediate(look);
    };
    // The first look may come before any accepting: a turn counts from there.
    setImmediate(() => setImmediate(look));
  }

  #armDeadline(): void {
    const { clock, deadline, signal } = this.#settings;
    const end = (): void => this.#destroyAll();
    const timer = clock.startTimer(end, deadline, { keepAlive: true });
    this.#undo.push(() => timer.cancel());
    if (signal === undefined) return;
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    this.#undo.push(() => signal.removeEventListener('abort', end));
  }

  /** From now on clients are told. */
  #tell(): void {
    this.#toldAt = this.#settings.clock.steadyNow();
    for (const session of this.#connections.sessions) this.#safely(() => session.goaway(0, LAST_STREAM_ID));
    for (const socket of this.#connections.sockets) this.#look(socket, this.#toldAt);
  }

  get #isTelling(): boolean {
    return this.#toldAt !== Infinity;
  }

  /** @param now - a moment of which all that had come by then was read */
  #sweep(now: number): void {
    if (this.#isOver) return;
    const { clock, idleGrace } = this.#settings;
    for (const socket of this.#connections.sockets) this.#look(socket, now);
    if (now - this.#toldAt >= idleGrace) this.#closeSessions();
    for (const stream of this.#connections.streams) this.#endIfEndless(stream, now);
    // Timers come before sockets are read: what has come meanwhile is read first, or on a busy event loop a request that
    // waits to be read would pass for silence. What blocks the loop after that does not count as silence yet.
    const sweep = (): void => {
      const readBy = clock.steadyNow();
      setImmediate(() => this.#sweep(readBy));
    };
    this.#sweepTimer = clock.startTimer(sweep, SWEEP_MS, { keepAlive: true });
  }

  #look(socket: Socket, now: number): void {
    const look = this.#lookOf(socket, now);
    switch (kindOf(this.#server, socket)) {
      case 'http':
        return this.#lookAtHttp(socket, look, now);
      case 'upgraded':
        return this.#lookAtOther(socket, look, now - this.#begunAt);
      case 'raw':
        return this.#lookAtOther(socket, look, now - look.quietSince);
      case 'foreign':
        if (now - this.#toldAt >= this.#settings.idleGrace) closeIdle(this.#server);
    }
  }

  #lookOf(socket: Socket, now: number): Look {
    const bytes = socket.bytesRead + socket.bytesWritten;
    let look = this.#looks.get(socket);
    if (look === undefined) {
      this.#looks.set(socket, (look = { bytes, quietSince: now, isTold: false, isEnded: false }));
    } else if (look.bytes !== bytes) {
      look.bytes = bytes;
      look.quietSince = now;
    }
    return look;
  }

  #lookAtHttp(socket: Socket, look: Look, now: number): void {
    const response = responseOf(socket);
    if (response !== undefined) {
      look.quietSince = now;
      this.#lookAtResponse(response);
      this.#endIfEndless(response, now);
    } else if (now - Math.max(look.quietSince, this.#toldAt) >= this.#settings.idleGrace && !look.isEnded) {
      look.isEnded = true;
      this.#counts.idleClosed++;
      // Not `end()`: a request that comes now must not be carried out by a server that can no longer answer it.
      socket.destroy();
    }
  }

  #lookAtResponse(response: ServerResponse): void {
    this.#count(response, 'finish');
    if (this.#isTelling && !response.headersSent) response.setHeader('Connection', 'close');
  }

  #lookAtOther(socket: Socket, look: Look, waitedMs: number): void {
    const { endSocket, socketGrace } = this.#settings;
    if (!this.#isTelling) return;
    if (!look.isTold) {
      look.isTold = true;
      if (endSocket !== undefined) this.#safely(() => endSocket(socket));
    }
    if (look.isEnded || waitedMs < socketGrace) return;
    look.isEnded = true;
    this.#counts.socketsEnded++;
    // The program may write to it once more, which nobody but an `error` listener should hear of.
    socket.on('error', () => {});
    socket.destroySoon();
  }

  #endIfEndless(response: EndlessResponse, now: number): void {
    const { endStream, streamGrace } = this.#settings;
    if (now - this.#begunAt < streamGrace || this.#ended.has(response) || !isEndless(response)) return;
    this.#ended.add(response);
    this.#counts.streamsEnded++;
    this.#safely(() => (endStream === undefined ? response.end() : endStream(response)));
  }

  #closeSessions(): void {
    if (this.#haveSessionsClosed) return;
    this.#haveSessionsClosed = true;
    for (const session of this.#connections.sessions) this.#safely(() => session.close());
  }

  #count(response: EndlessResponse, event: 'finish' | 'close'): void {
    if (this.#counted.has(response)) return;
    this.#counted.add(response);
    (response as ServerResponse).once(event, () => {
      const isAnswered = (response as ServerHttp2Stream).rstCode === undefined || wasAnswered(response);
      if (isAnswered && !this.#ended.has(response)) this.#counts.requests++;
    });
  }

  #destroyAll(): void {
    if (this.#isOver) return;
    const { sockets, sessions } = this.#connections;
    for (const socket of discoverSockets(this.#server, sockets)) this.#note(socket);
    this.#counts.destroyed += sockets.size;
    for (const session of sessions) this.#safely(() => session.destroy());
    for (const socket of sockets) socket.destroy();
    if (this.#server.listening) stopListening(this.#server, sessions);
    closeAll(this.#server);
    const timer = this.#settings.clock.startTimer(() => this.#finish(false), SETTLE_MS, { keepAlive: true });
    this.#undo.push(() => timer.cancel());
  }

  /** Runs what may throw or reject, and remembers it. */
  #safely(run: () => unknown): void {
    const note = (thrown: unknown): void => void this.#errors.push(thrown);
    try {
      Promise.resolve(run()).catch(note);
    } catch (thrown) {
      note(thrown);
    }
  }
}

function wasAnswered(stream: EndlessResponse): boolean {
  return (stream as ServerHttp2Stream).rstCode === 0 && stream.headersSent;
}

/** The methods of HTTP servers alone. */
interface HttpServerMethods {
  closeIdleConnections?(): void;
  closeAllConnections?(): void;
}

function closeIdle(server: Server): void {
  (server as HttpServerMethods).closeIdleConnections?.();
}

function closeAll(server: Server): void {
  (server as HttpServerMethods).closeAllConnections?.();
}

const running = new WeakMap<Server, Promise<DrainResult>>();

/** @throws {PLIM_ERR_OPTION_INVALID} when it is no server of Node.js. */
export function readServer(server: unknown): Server {
  const { close, on } = (server ?? {}) as { close?: unknown; on?: unknown };
  if (typeof server === 'object' && typeof close === 'function' && typeof on === 'function') return server as Server;
  throw invalidOption('server', 'a server of node:net, http, https or http2', server);
}

/**
 * Stops listening and ends every connection at the first moment at which its client does not notice: requests under way
 * are answered, requests on kept-alive connections still served (with `Connection: close`), then idle connections,
 * endless responses, upgraded sockets and HTTP/2 sessions are ended by their graces, and at the deadline what is left is
 * destroyed. The promise never rejects once the options are right; what hooks throw is in the result. A second drain
 * of the same server joins the first.
 *
 * ```ts
 * const server = http.createServer(app).listen(8080);
 * process.once('SIGTERM', () => drain(server));
 * ```
 *
 * Works on the server of Express, Fastify (`app.server`) and Koa alike. For HTTPS and HTTP/2, and where WebSockets are
 * spoken, call {@link trackConnections} when the server is made; a server handed to a `Shutdown` is tracked from then on.
 *
 * **Cost:** nothing before it is called. Then a look at every connection each 50 ms.
 *
 * @throws {PLIM_ERR_OPTION_INVALID} at once, as a rejection.
 */
export async function drain(server: Server, options: DrainOptions = {}): Promise<DrainResult> {
  const settings = resolveDrainOptions(options);
  const known = running.get(readServer(server));
  if (known !== undefined) return known;
  const result = new ServerDrain(server, settings).run();
  running.set(server, result);
  try {
    return await result;
  } finally {
    // It may listen again.
    running.delete(server);
  }
}

/**
 * Notes the connections of `server` from now on, until the returned function is called, so that a later {@link drain}
 * knows all of them. Call it when the server is made.
 *
 * **Cost:** a listener and an entry in a set for each connection and each HTTP/2 stream, which go with it; nothing for an
 * HTTP/1 request.
 *
 * @throws {PLIM_ERR_OPTION_INVALID} when it is no server of Node.js.
 */
export function trackConnections(server: Server): () => void {
  return connectionsOf(readServer(server)).watch();
}
