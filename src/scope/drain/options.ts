import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../../base/clock.ts';
import { invalidOption, readDuration } from '../../base/options.ts';

/** How a server is drained; durations are ms or text such as `'5s'`, counted from the drain's beginning unless said. */
export interface DrainOptions {
  /** When all that is still open is destroyed. @default '10s' */
  readonly deadline?: number | string;
  /** How long a kept-alive connection may be silent before it is closed, counted from its last byte. @default 300 */
  readonly idleGrace?: number | string;
  /** When responses without an end (server-sent events) are ended. @default '1s' */
  readonly streamGrace?: number | string;
  /** When upgraded sockets, and the sockets of a plain `net` server that are silent, are ended. @default '1s' */
  readonly socketGrace?: number | string;
  /** Called when the grace of a response without an end is over, in place of `end()`: say goodbye and end it. */
  readonly endStream?: (response: EndlessResponse) => unknown;
  /**
   * Called at the beginning for every upgraded socket and every socket of a plain `net` server: say goodbye. One that is
   * still open when `socketGrace` is over is ended.
   */
  readonly endSocket?: (socket: Duplex) => unknown;
  /** Brings the deadline forward: what is open when it aborts is destroyed. */
  readonly signal?: AbortSignal;
  /** @default the system's */
  readonly clock?: Clock;
}

/** A response that stays open until somebody ends it. */
export type EndlessResponse = ServerResponse | ServerHttp2Stream;

/** {@link DrainOptions} with every default in place. */
export interface DrainSettings {
  readonly deadline: number;
  readonly idleGrace: number;
  readonly streamGrace: number;
  readonly socketGrace: number;
  readonly endStream: ((response: EndlessResponse) => unknown) | undefined;
  readonly endSocket: ((socket: Duplex) => unknown) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

const DEFAULTS = { deadline: 10_000, idleGrace: 300, streamGrace: 1_000, socketGrace: 1_000 };

function readHook<T>(name: string, value: T | undefined): T | undefined {
  if (value !== undefined && typeof value !== 'function') throw invalidOption(name, 'a function', value);
  return value;
}

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function resolveDrainOptions(options: DrainOptions): DrainSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { signal } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw invalidOption('signal', 'an AbortSignal', signal);
  }
  return Object.freeze({
    deadline: readDuration('deadline', options.deadline ?? DEFAULTS.deadline),
    idleGrace: readDuration('idleGrace', options.idleGrace ?? DEFAULTS.idleGrace),
    streamGrace: readDuration('streamGrace', options.streamGrace ?? DEFAULTS.streamGrace),
    socketGrace: readDuration('socketGrace', options.socketGrace ?? DEFAULTS.socketGrace),
    endStream: readHook('endStream', options.endStream),
    endSocket: readHook('endSocket', options.endSocket),
    signal,
    clock: options.clock ?? systemClock,
  });
}
