/** Servers: drained, so that their clients do not notice, and then closed. */
import type { Server } from 'node:net';
import { TimeoutError } from '../../base/errors.ts';
import { readDuration } from '../../base/options.ts';
import { drain, type DrainOptions, trackConnections } from '../drain/index.ts';
import type { Ending, Entry, EntryKind, EntryOptions } from '../entry.ts';
import { forceAfter, gentleMs, hasMethods, WatchingEntry } from './events.ts';
import { wrongKind } from './kind.ts';

/** A server of `node:net`, `http`, `https` or `http2`, a `WebSocketServer`, or one of `Bun.serve`. */
export type ServerLike = { close(...args: never[]): unknown } | { stop(...args: never[]): unknown };

/** How a server ends; what concerns HTTP is without effect on others. @see {@link DrainOptions} */
export interface ServerOptions extends EntryOptions, Omit<DrainOptions, 'clock' | 'signal'> {}

/** How long what is still open may stay, ms; as a drain has it. */
const DEADLINE = '10s';
/** How long the client of a WebSocket has to say goodbye, ms; as a drain has it. */
const SOCKET_GRACE = '1s';
/** WebSocket close code "going away" (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;

class NodeServerEntry extends WatchingEntry<Server> {
  readonly #options: ServerOptions;
  #untrack: (() => void) | undefined;

  constructor(server: Server, options: ServerOptions = {}) {
    super(server, 'close', options);
    this.#options = options;
    readDuration('deadline', options.deadline ?? DEADLINE);
  }

  get kind(): EntryKind {
    return 'server';
  }

  override start(): void {
    super.start();
    this.#untrack = trackConnections(this.value);
  }

  async end(ending: Ending): Promise<void> {
    const wanted = readDuration('deadline', this.#options.deadline ?? DEADLINE);
    const deadline = gentleMs(ending, this, wanted);
    const { isClosed, errors } = await drain(this.value, { ...this.#options, deadline, clock: ending.clock });
    if (errors.length > 0) throw errors[0];
    if (!isClosed)
      throw new TimeoutError('PLIM_ERR_SCOPE_TIMEOUT', 'The server did not close, though nothing is open.');
  }

  protected override detach(): void {
    super.detach();
    this.#untrack?.();
  }
}

interface WebSocketServerLike {
  readonly clients: Iterable<{ close(code: number): void; terminate(): void }>;
  close(done: () => void): void;
}

/** A server of the `ws` package: says goodbye to its clients, and closes no HTTP server but its own. */
class WebSocketServerEntry extends WatchingEntry<WebSocketServerLike> {
  readonly #graceMs: number;

  constructor(server: WebSocketServerLike, options?: ServerOptions) {
    super(server, 'close', options);
    this.#graceMs = readDuration('socketGrace', options?.socketGrace ?? SOCKET_GRACE);
  }

  get kind(): EntryKind {
    return 'server';
  }

  async end(ending: Ending): Promise<void> {
    const server = this.value;
    for (const client of server.clients) client.close(GOING_AWAY);
    const timer = forceAfter(ending, this, this.#graceMs, () => {
      for (const client of server.clients) client.terminate();
    });
    // One that is closed already says so by an error, which is no concern of ours.
    await new Promise<void>((resolve) => server.close(() => resolve()));
    timer.cancel();
  }
}

interface StoppableServer {
  stop(closeActive: boolean): unknown;
}

/** A server of `Bun.serve`. */
class BunServerEntry extends WatchingEntry<StoppableServer> {
  readonly #deadlineMs: number;

  constructor(server: StoppableServer, options?: ServerOptions) {
    super(server, 'close', options);
    this.#deadlineMs = readDuration('deadline', options?.deadline ?? DEADLINE);
  }

  get kind(): EntryKind {
    return 'server';
  }

  async end(ending: Ending): Promise<void> {
    const timer = forceAfter(ending, this, this.#deadlineMs, () => void this.value.stop(true));
    try {
      await this.value.stop(ending.isSync);
    } finally {
      timer.cancel();
    }
  }
}

/** The entry for a server of any kind. */
export function serverEntry(server: unknown, options?: ServerOptions): Entry & { start(): void } {
  if (hasMethods(server, 'close', 'on')) {
    if ('clients' in server) return new WebSocketServerEntry(server as WebSocketServerLike, options);
    return new NodeServerEntry(server as Server, options);
  }
  if (hasMethods(server, 'stop')) return new BunServerEntry(server as StoppableServer, options);
  throw wrongKind('server', 'a server', server);
}
