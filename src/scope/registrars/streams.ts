/** Streams of Node's kind and of the web's. */
import { type Ending, Entry, type EntryKind, type EntryOptions } from '../entry.ts';
import { forceAfter, hasMethods, WatchingEntry } from './events.ts';
import { wrongKind } from './kind.ts';

/** As much of a Node stream as is used: readable, writable, socket, request or response. */
export interface StreamLike {
  destroy(error?: Error): unknown;
}

/** A readable stream of the web's, or its reader: whoever has the lock. */
export interface CancelableLike {
  cancel(reason?: unknown): PromiseLike<unknown>;
}

/** A writable stream of the web's, or its writer: whoever has the lock. */
export interface AbortableLike {
  abort(reason?: unknown): PromiseLike<unknown>;
}

/** @see {@link Scope.stream} */
export interface StreamOptions extends EntryOptions {
  /** Ends a writable stream and waits until all that was written has gone out, before it is destroyed. @default false */
  readonly flush?: boolean;
}

/** What Node's streams tell of themselves. */
interface StreamState {
  readonly closed?: boolean;
  readonly destroyed?: boolean;
  readonly writable?: boolean;
  readonly socket?: unknown;
  readonly _readableState?: { readonly emitClose?: boolean };
  readonly _writableState?: { readonly emitClose?: boolean };
  end?(): unknown;
}

/**
 * Whether it says when it is closed: it may have been made with `emitClose: false`, or be the response to a pipelined
 * request, which has no socket before those ahead of it are answered.
 */
function saysClose(stream: StreamState): boolean {
  const { _readableState, _writableState } = stream;
  if ('assignSocket' in stream && stream.socket === null) return false;
  return _readableState?.emitClose !== false && _writableState?.emitClose !== false;
}

class NodeStreamEntry extends WatchingEntry<StreamLike & StreamState> {
  readonly #flush: boolean;

  constructor(stream: StreamLike, options?: StreamOptions) {
    super(stream, 'close', options);
    this.#flush = options?.flush === true;
  }

  get kind(): EntryKind {
    return 'stream';
  }

  override start(): void {
    if (this.value.closed === true) this.leave();
    else super.start();
  }

  end(ending: Ending): unknown {
    const stream = this.value;
    if (stream.closed === true) return undefined;
    if (!saysClose(stream)) return void stream.destroy();
    if (this.#flush && !ending.isSync && stream.writable === true) return this.#flushOut(ending);
    return this.untilEnd(() => void stream.destroy());
  }

  #flushOut(ending: Ending): Promise<void> {
    const stream = this.value;
    const timer = forceAfter(ending, this, Infinity, () => void stream.destroy());
    const closed = this.untilEnd(() => {
      // Without `autoDestroy` it would stay open once all is written.
      (stream as { once?(event: string, listener: () => void): void }).once?.('finish', () => stream.destroy());
      stream.end?.();
    });
    return closed.finally(() => timer.cancel());
  }
}

class WebStreamEntry extends Entry {
  readonly #stream: object;

  constructor(stream: object, options?: EntryOptions) {
    super(options);
    this.#stream = stream;
  }

  get kind(): EntryKind {
    return 'stream';
  }

  override isFor(value: unknown): boolean {
    return this.#stream === value;
  }

  /** Readers and writers tell of the end; the streams themselves do not. */
  start(): void {
    const { closed } = this.#stream as { closed?: unknown };
    if (!(closed instanceof Promise)) return;
    const leave = (): void => this.leave();
    closed.then(leave, leave);
  }

  end({ reason }: Ending): unknown {
    const stream = this.#stream as Partial<CancelableLike & AbortableLike>;
    return stream.cancel === undefined ? stream.abort!(reason) : stream.cancel(reason);
  }
}

/** The entry for a stream of either kind. */
export function streamEntry(stream: unknown, options?: StreamOptions): Entry & { start(): void } {
  if (hasMethods(stream, 'destroy')) return new NodeStreamEntry(stream as StreamLike, options);
  if (hasMethods(stream, 'cancel') || hasMethods(stream, 'abort')) return new WebStreamEntry(stream, options);
  throw wrongKind('stream', 'a stream of Node.js or of the web', stream);
}
