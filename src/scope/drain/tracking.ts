/**
 * The connections of a server, noted as they come, so that a drain knows them all: Node.js lists neither upgraded sockets
 * nor HTTP/2 sessions.
 *
 * What depends on HTTP/2 is told by events that only such a server emits; nothing of `node:http` is loaded for it.
 */
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Server, Socket } from 'node:net';

/** What is open on one server. */
export class Connections {
  readonly sockets: Set<Socket> = new Set();
  readonly sessions: Set<ServerHttp2Session> = new Set();
  readonly streams: Set<ServerHttp2Stream> = new Set();
  readonly #server: Server;
  /** How many have asked for it. */
  #users = 0;
  readonly #onSocket: (socket: Socket) => void;
  readonly #onSession: (session: ServerHttp2Session) => void;
  readonly #onStream: (stream: ServerHttp2Stream) => void;

  constructor(server: Server) {
    this.#server = server;
    this.#onSocket = noter(this.sockets);
    this.#onSession = noter(this.sessions);
    this.#onStream = noter(this.streams);
  }

  /** Notes what comes from now on, until the returned function is called. */
  watch(): () => void {
    if (this.#users++ === 0) this.#listen();
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      if (--this.#users === 0) this.#unlisten();
    };
  }

  #listen(): void {
    this.#server.on(socketEventOf(this.#server), this.#onSocket);
    this.#server.on('session', this.#onSession);
    this.#server.on('stream', this.#onStream);
  }

  #unlisten(): void {
    this.#server.off(socketEventOf(this.#server), this.#onSocket);
    this.#server.off('session', this.#onSession);
    this.#server.off('stream', this.#onStream);
    tracked.delete(this.#server);
    for (const set of [this.sockets, this.sessions, this.streams]) set.clear();
  }
}

interface Closing {
  once(event: 'close', listener: () => void): unknown;
}

/** Adds to `set` until the thing closes; one pair of functions serves all. */
function noter<T extends Closing>(set: Set<T>): (thing: T) => void {
  function forget(this: T): void {
    set.delete(this);
  }
  return (thing) => {
    set.add(thing);
    thing.once('close', forget);
  };
}

/** TLS is known by what only such a server has. */
export function isSecure(server: Server): boolean {
  return typeof (server as { setSecureContext?: unknown }).setSecureContext === 'function';
}

function socketEventOf(server: Server): 'connection' | 'secureConnection' {
  return isSecure(server) ? 'secureConnection' : 'connection';
}

const tracked = new WeakMap<Server, Connections>();

/** The connections of `server`, noted since somebody first asked. */
export function connectionsOf(server: Server): Connections {
  let connections = tracked.get(server);
  if (connections === undefined) tracked.set(server, (connections = new Connections(server)));
  return connections;
}
