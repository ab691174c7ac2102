// What the code in the docs takes as given: the parts of a reader's own program. Everything else that it names, it imports.
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';
import { Cache } from 'plimsoll/cache';
import { LoadLine } from 'plimsoll/monitor';
import { Scope, Shutdown } from 'plimsoll/scope';
import { SessionBroker } from 'plimsoll/session';
import { createToken } from 'plimsoll/system';
import { RetentionWatcher } from 'plimsoll/watch';
import promClient from 'prom-client';

/** @type {(...any: any[]) => any} */
const nothing = () => {};

// oxlint-disable-next-line typescript/no-extraneous-class -- a stand-in; its size is what matters.
class ApiClient {
  constructor(url, token) {
    Object.assign(this, { url, token });
  }
}

class Thread {
  constructor(scope, id) {
    this.id = id;
    this.lines = scope.use({ lines: [], [Symbol.dispose]: nothing }).lines;
  }

  append(line) {
    this.lines.push(line);
  }
}

class Parser {
  parse(text) {
    return [...text];
  }

  clear() {}

  free() {}
}

// oxlint-disable-next-line typescript/no-extraneous-class -- a stand-in.
class Document {
  constructor(id) {
    this.id = id;
  }
}

/** Something to talk to: made by `connect`. */
const connect = async (key) => ({
  key,
  ask: async (question) => `${key}: ${question}`,
  end: async () => {},
  quit: nothing,
});
const broker = new SessionBroker({ maxSessions: 2, perSession: '1MB' });

export const given = {
  // Node.js's own, where a block shows something else.
  fs,
  http,
  file: process.execPath,
  path: process.execPath,
  // The program: its server, its data, what it keeps.
  app: { use: nothing, addHook: nothing },
  server: http.createServer((_request, response) => response.end()),
  request: Object.assign(Readable.from(['{"items":[1,2,3]}']), { sessionId: 's1', url: '/', method: 'GET' }),
  database: { name: 'database', ping: async () => true, close: async () => {}, [Symbol.asyncDispose]: async () => {} },
  db: { findUser: async (id) => ({ id, name: 'Ada' }), query: async (_sql) => [], reconnect: async () => {} },
  mail: { queueLength: async () => 3 },
  connection: await connect('db'),
  connect,
  webSockets: { clients: new Set([{ close: nothing }]) },
  bus: new EventEmitter(),
  settings: new EventEmitter(),
  id: 'u1',
  changed: { id: 'u1', name: 'Grace' },
  profile: { name: 'Ada' },
  text: 'text',
  html: '<p>',
  input: [1],
  value: { any: ['thing'] },
  rows: Array.from({ length: 1_000 }, (_, id) => ({ id, name: `row ${id}` })),
  token: createToken(),
  // Functions and classes of the program.
  ApiClient,
  Thread,
  Parser,
  Document,
  handle: (request) => request.id,
  requestFor: (id) => ({ id }),
  work: nothing,
  receive: nothing,
  flush: nothing,
  metrics: { flush: nothing },
  page: Object.assign((_message) => {}, { byteLength: 1_000 }),
  render: async (path) => `<p>${path}`,
  draw: (page, profile) => `${page} ${profile}`,
  store: async (_item) => {},
  open: () => ({ close: nothing }),
  start: async (scope) => scope.server(http.createServer()),
  requestToken: async (_client, _options) => ({ expiresInMs: 60_000 }),
  fetchRate: async (currency) => currency.length,
  loadModel: async (_options) => ({ run: (input) => input.length, free: nothing }),
  userSchema: { parse: (value) => value },
  pino: () => ({ debug: nothing, info: nothing, warn: nothing, error: nothing }),
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  afterEach: (check) => check(),
  expect: (found) => ({ toEqual: (wanted) => wanted === found }),
  // Ours, made by an earlier block of the page or elsewhere in the program.
  cache: new Cache({ maxEntries: 10 }),
  caches: ['a', 'b'].map((name) => new Cache({ name, maxEntries: 10 })),
  clients: new Cache({ name: 'clients', maxEntries: 10, dispose: nothing }),
  users: new Cache({ name: 'users', maxEntries: 10 }),
  pages: new Cache({ name: 'pages', maxEntries: 10 }),
  sessions: { bytes: 0 },
  scope: new Scope({ name: 'given' }),
  shutdown: Shutdown.shared(),
  loadLine: new LoadLine(),
  watcher: new RetentionWatcher(),
  group: { fingerprint: '27gbg3bzojq' },
  broker,
  session: await broker.open('s0'),
  // What a program comes from.
  inflight: (_key, callback) => callback,
  closeWithGrace: nothing,
  createTerminus: nothing,
  // Libraries of the program.
  promClient,
  meterProvider: new MeterProvider(),
};

Object.assign(globalThis, given);

// Ports in the docs are those that readers know; another program may have them here.
// oxlint-disable-next-line typescript/unbound-method -- it is called on the server.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...more) {
  if (typeof first === 'number')
    return Reflect.apply(listen, this, [0, '127.0.0.1', ...more.filter((it) => typeof it === 'function')]);
  const { port } = first ?? {};
  return Reflect.apply(listen, this, [port === undefined ? first : { ...first, port: 0 }, ...more]);
};
