import type { Server } from 'node:net';
import { OptionsError } from '../base/errors.ts';
import { invalidOption } from '../base/options.ts';
import type { LoadLine, Monitor, Shedder } from '../monitor/index.ts';
import type { ServerPartOptions, Shutdown } from '../scope/index.ts';
import type { NodeRequest, NodeResponse, SystemApi } from '../system/index.ts';
import { Entrance } from './entrance.ts';
import { intercept } from './intercept.ts';
import { type GuardOptions, readWishes } from './options.ts';
import { type GuardEnds, type GuardParts, makeParts } from './parts.ts';

/** Which guard a server has. */
const guarded = new WeakMap<object, Guard>();

/**
 * What looks after a service: made by {@link guard}, or by the entries for Express and Fastify.
 *
 * **Cost:** for a request a comparison of its path and a look at the monitor's newest figures; else what its parts cost.
 */
export class Guard implements AsyncDisposable {
  readonly #parts: GuardParts;
  readonly #ends: GuardEnds;
  readonly #entrance: Entrance;
  readonly #drain: ServerPartOptions | false;
  /** How to let go of the servers, */
  readonly #entered: Set<() => void> = new Set();
  /** and how to take back what takes part in the shutdown. */
  readonly #undo: Set<() => void> = new Set();
  #isClosed = false;

  /** @throws {PLIM_ERR_OPTION_INVALID} */
  constructor(options: GuardOptions = {}) {
    const wishes = readWishes(options);
    const { parts, ends } = makeParts(wishes);
    this.#parts = parts;
    this.#ends = ends;
    this.#entrance = new Entrance(parts);
    this.#drain = wishes.drain;
    this.#endWithProcess();
  }

  /** `undefined` when it was switched off. */
  get monitor(): Monitor | undefined {
    return this.#parts.monitor;
  }

  /** `undefined` when it was switched off. */
  get loadLine(): LoadLine | undefined {
    return this.#parts.loadLine;
  }

  /** `undefined` when it was switched off, or the monitor was. */
  get shedder(): Shedder | undefined {
    return this.#parts.shedder;
  }

  /** The process's way out: what the program owns is handed to it by `use`. What is added here is taken back by {@link close}. */
  get shutdown(): Shutdown {
    return this.#parts.shutdown;
  }

  /** `undefined` when it was switched off. */
  get system(): SystemApi | undefined {
    return this.#parts.system;
  }

  /**
   * Guards a server, or one more: its requests pass here first, and it is drained when the process ends.
   *
   * @returns a function that lets go of the server.
   * @throws {PLIM_ERR_OPTION_INVALID} when it is no server, or guarded already.
   */
  add(server: Server): () => void {
    return this.#adopt(server, () => intercept(server, (request, response) => this.takes(request, response)));
  }

  /** As {@link add}, for a server whose framework has the requests pass here itself. */
  drain(server: Server): () => void {
    return this.#adopt(server, () => () => {});
  }

  /**
   * Answers a request that is not for the program: one of the system API, or one that is refused because memory is short. For
   * whoever mounts a guard in a framework by hand.
   *
   * @returns whether it has answered; the program leaves the request alone then.
   */
  takes(request: NodeRequest, response: NodeResponse): boolean {
    return this.#entrance.takes(request, response);
  }

  /** As {@link takes}, of the system API alone. */
  answers(request: NodeRequest, response: NodeResponse): boolean {
    return this.#entrance.answers(request, response);
  }

  /**
   * Ends everything that was started and lets go of its servers, which go on as they were; does nothing the second time. A
   * shutdown that has begun goes on, with all that takes part in it.
   */
  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    const isEnding = this.shutdown.state !== 'running';
    for (const leave of this.#entered) leave();
    for (const end of this.#ends.parts) end();
    if (isEnding) return Promise.resolve();
    for (const undo of this.#undo) undo();
    this.#ends.shutdown();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #adopt(server: Server, enter: () => () => void): () => void {
    readServer(server);
    if (this.#isClosed) throw invalidOption('server', 'given to a guard that is not closed', server);
    const undrain = keep(this.#undo, this.#drainAtEnd(server));
    const off = enter();
    guarded.set(server, this);
    const leave = keep(this.#entered, () => {
      off();
      guarded.delete(server);
    });
    return () => {
      leave();
      undrain();
    };
  }

  #drainAtEnd(server: Server): () => void {
    return this.#drain === false ? () => {} : this.shutdown.drain(server, this.#drain);
  }

  /** Of a process that does not exit nothing of ours is to stay. */
  #endWithProcess(): void {
    try {
      keep(
        this.#undo,
        this.shutdown.on('close', () => this.close(), { name: 'guard' }),
      );
    } catch (error) {
      for (const end of [...this.#ends.parts, this.#ends.shutdown]) end();
      throw error;
    }
  }
}

/** Remembers how to take something back, until it has been. */
function keep(list: Set<() => void>, undo: () => void): () => void {
  const run = (): void => {
    if (list.delete(run)) undo();
  };
  list.add(run);
  return run;
}

/**
 * Looks after a service by one call: a monitor watches its memory, a load line has caches give memory back, requests are refused while
 * memory is short, the process ends in good order on SIGTERM and SIGINT with its server drained, and `/api/system` tells how it
 * is, to whoever has the token.
 *
 * ```ts
 * const server = http.createServer(app).listen(8080);
 * const guarded = guard(server, optionsFromEnv(process.env));
 * guarded.shutdown.use(database);
 * ```
 *
 * Takes what `node:http`, `https` and `http2` make (of HTTP/2 the requests that come as `'request'`), and what `app.listen()` of
 * Express gives. A second guard in the process shares with the first what it asks for without options.
 *
 * @throws {PLIM_ERR_OPTION_INVALID} for options outside their rules.
 * @throws {PLIM_ERR_GUARD_TWICE} when the server is guarded already.
 * @throws {PLIM_ERR_SHUTDOWN_OVER} when the process is ending already.
 */
export function guard(server: Server, options: GuardOptions = {}): Guard {
  readServer(server);
  const made = new Guard(options);
  try {
    made.add(server);
    return made;
  } catch (error) {
    void made.close();
    throw error;
  }
}

function readServer(server: Server): void {
  const { on, close, emit, listening } = (server ?? {}) as { readonly [Name in keyof Server]?: unknown };
  const isServer = typeof on === 'function' && typeof close === 'function' && typeof emit === 'function';
  if (typeof server !== 'object' || !isServer || typeof listening !== 'boolean') {
    throw invalidOption(
      'server',
      'a server of node:http, https or http2: what `app.listen()` of Express gives',
      server,
    );
  }
  if (!guarded.has(server)) return;
  throw new OptionsError(
    'PLIM_ERR_GUARD_TWICE',
    'Expected `server` to have no guard yet. Use what the first `guard()` gave, or `close()` that before.',
  );
}
