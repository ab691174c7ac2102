/**
 * What must be released: calls that give something open, and the names by which it is closed again.
 *
 * Names alone would say too much (`open`, `connect`), so every row names the module that the call comes from, or the
 * kind of receiver that it is called on. `settings.plimsoll.handles` adds rows.
 */
import { describeValue, invalidOption } from '../../base/options.ts';

export interface HandleApi {
  /** The function or method that opens. */
  readonly call: string;
  /** Modules that the function or its object may come from. */
  readonly from?: readonly string[];
  /** What the name of the receiver ends in, where it is no module: `pool`, `browser`. */
  readonly on?: readonly string[];
  /** Methods of the result that release it, or functions that it is given to. */
  readonly release: readonly string[];
  /** Whether it goes on by itself until it is closed, so that dropping it is a leak too. @default false */
  readonly isLive?: boolean;
  /** Whether it is made with `new`. @default false */
  readonly isMade?: boolean;
  /** What a message calls it. */
  readonly what: string;
}

const FS_PROMISES = ['node:fs/promises', 'fs/promises'];
const FS = ['node:fs', 'fs', 'graceful-fs', 'fs-extra'];

/** What Node and the most used packages give out open. */
export const HANDLE_APIS: readonly HandleApi[] = [
  { call: 'open', from: [...FS_PROMISES, ...FS], release: ['close'], what: 'file handle' },
  { call: 'openSync', from: FS, release: ['closeSync', 'close'], what: 'file descriptor' },
  { call: 'watch', from: [...FS, 'chokidar'], release: ['close'], isLive: true, what: 'watcher' },
  { call: 'opendir', from: [...FS_PROMISES, ...FS], release: ['close', 'closeSync'], what: 'folder handle' },
  {
    call: 'getConnection',
    on: ['pool', 'cluster', 'datasource'],
    release: ['release', 'close', 'end', 'destroy', 'releaseConnection'],
    what: 'connection',
  },
  { call: 'connect', on: ['pool'], release: ['release', 'end', 'close', 'destroy'], what: 'connection' },
  { call: 'acquire', on: ['pool'], release: ['release', 'destroy', 'close', 'end'], what: 'pooled resource' },
  { call: 'createQueryRunner', release: ['release'], what: 'query runner' },
  {
    call: 'startSession',
    on: ['client', 'mongoose', 'connection', 'mongo', 'conn', 'mongoClient'],
    release: ['endSession'],
    what: 'session',
  },
  {
    call: 'launch',
    from: ['puppeteer', 'puppeteer-core', 'playwright', 'playwright-core', '@playwright/test'],
    release: ['close'],
    what: 'browser',
  },
  { call: 'newPage', on: ['browser', 'context'], release: ['close'], what: 'page' },
  { call: 'newContext', on: ['browser'], release: ['close'], what: 'browser context' },
  { call: 'createChannel', on: ['connection', 'conn', 'amqp'], release: ['close'], what: 'channel' },
  { call: 'createConfirmChannel', on: ['connection', 'conn', 'amqp'], release: ['close'], what: 'channel' },
  {
    call: 'createConnection',
    from: ['mysql', 'mysql2', 'mysql2/promise', 'oracledb'],
    release: ['end', 'destroy', 'close', 'release'],
    what: 'connection',
  },
  { call: 'Client', from: ['pg', 'ssh2'], release: ['end', 'destroy'], isMade: true, what: 'client' },
  { call: 'Pool', from: ['pg'], release: ['end'], isMade: true, what: 'pool' },
  { call: 'MongoClient', from: ['mongodb'], release: ['close'], isMade: true, what: 'client' },
  {
    call: 'Worker',
    from: ['node:worker_threads', 'worker_threads'],
    release: ['terminate'],
    isMade: true,
    what: 'worker',
  },
];

/** The table with the rows of the user's settings; throws `PLIM_ERR_OPTION_INVALID` for a row that is none. */
export function handleApis(settings: unknown): readonly HandleApi[] {
  const added = (settings as { readonly handles?: unknown } | undefined)?.handles;
  if (added === undefined) return HANDLE_APIS;
  if (!Array.isArray(added)) throw invalidOption('settings.plimsoll.handles', 'a list of { call, release }', added);
  return [...HANDLE_APIS, ...added.map(readRow)];
}

function readRow(row: unknown): HandleApi {
  const { call, from, on, release, what } = (typeof row === 'object' && row !== null ? row : {}) as Partial<
    Record<keyof HandleApi, unknown>
  >;
  if (
    typeof call !== 'string' ||
    !isNames(release) ||
    (from !== undefined && !isNames(from)) ||
    (on !== undefined && !isNames(on))
  ) {
    throw invalidOption(
      'settings.plimsoll.handles',
      `rows of { call: 'open', release: ['close'], from?: [...], on?: [...] } (one is ${describeValue(row)})`,
      row,
    );
  }
  const places = { ...(from === undefined ? {} : { from }), ...(on === undefined ? {} : { on }) };
  return { call, release, what: typeof what === 'string' ? what : 'handle', ...places };
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
}
