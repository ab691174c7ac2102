import { WebSocket } from 'ws';
import { messageOf } from '../../base/errors.ts';
import { unreachable } from './node-process.ts';

/** Longest message that is accepted: pieces of a snapshot are about 100 KB. */
const MAX_MESSAGE_BYTES = 64 * 1024 ** 2;
const CONNECT_TIMEOUT_MS = 5_000;

export type Parameters = Readonly<Record<string, unknown>>;

interface Pending {
  readonly resolve: (result: Parameters) => void;
  readonly reject: (error: Error) => void;
}

/** One connection to the inspector of a Node.js process. Nothing is enabled in it but what is called. */
export class InspectorSession {
  /** Called for every event, in order. When it throws, what is waiting fails with that, and no more events come. */
  onEvent: (method: string, parameters: Parameters) => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #closed: Promise<void>;
  #nextId = 1;
  #end: Error | undefined;

  /** @throws {PLIM_ERR_PROCESS_UNREACHABLE} when nobody answers within 5 s. */
  static async connect(url: string): Promise<InspectorSession> {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: CONNECT_TIMEOUT_MS,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (error) =>
        reject(unreachable(`The inspector at ${url} did not let us in: ${messageOf(error)}`, error)),
      );
    });
    return new InspectorSession(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#fail(unreachable('The inspector connection was closed by the process.'));
        resolve();
      });
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) this.#receive(data.toString('utf8'));
    });
  }

  /** Calls a method of the protocol; rejects with what the process answers, or when the connection ends. */
  send(method: string, parameters: Parameters = {}): Promise<Parameters> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params: parameters }));
    });
  }

  /** Evaluates an expression in the main thread, `require` at hand, and gives its value (which must fit JSON). */
  async evaluate(expression: string): Promise<unknown> {
    const answer = (await this.send('Runtime.evaluate', {
      expression,
      includeCommandLineAPI: true,
      returnByValue: true,
      silent: true,
    })) as { result?: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
    if (answer.exceptionDetails !== undefined) {
      throw unreachable(
        `The process could not say its figures: ${answer.exceptionDetails.exception?.description ?? 'it threw'}`,
      );
    }
    return answer.result?.value;
  }

  /** Hangs up; what is waiting fails. */
  async close(): Promise<void> {
    this.#socket.close();
    // A process that is busy does not answer the closing handshake.
    const impatience = setTimeout(() => this.#socket.terminate(), 500);
    await this.#closed;
    clearTimeout(impatience);
  }

  /** Ends once the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  #receive(text: string): void {
    if (this.#end !== undefined) return;
    try {
      const message = JSON.parse(text) as {
        id?: number;
        method?: string;
        params?: Parameters;
        result?: Parameters;
        error?: { message?: string };
      };
      if (message.id === undefined) {
        if (message.method !== undefined) this.onEvent(message.method, message.params ?? {});
        return;
      }
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.error === undefined) pending?.resolve(message.result ?? {});
      else pending?.reject(unreachable(`The inspector refused: ${message.error.message ?? 'no reason given'}`));
    } catch (error) {
      this.onEvent = () => undefined;
      this.#rejectPending(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #fail(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#rejectPending(error);
  }

  #rejectPending(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
