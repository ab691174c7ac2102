// make-heap.mjs --mb 50 --out FILE [--second FILE] [--grow 2013] [--seed 1]
//
// Fills this process with about so many MiB of what a service holds, and writes a heap snapshot of it. With --second it
// then grows the three planted leaks, replaces 200 sessions as ordinary churn and writes another. Prints one JSON line a
// snapshot: sizes, pause, and how many things are planted (`truth`). Large heaps need --max-old-space-size.
// oxlint-disable typescript/no-extraneous-class -- plain instances are what services hold most of
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';
import { readOptions } from '../lib/options.mjs';
import { randomSource } from '../lib/stats.mjs';

const MIB = 2 ** 20;
const WORDS = 'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa'.split(
  ' ',
);

const options = readOptions(
  {
    mb: { kind: 'number', value: 50, help: 'MiB of live heap' },
    out: { kind: 'text', value: 'heap.heapsnapshot', help: 'first snapshot' },
    second: { kind: 'text', value: undefined, help: 'snapshot after the planted leaks have grown' },
    grow: { kind: 'number', value: 2013, help: 'clients in the second snapshot' },
    seed: { kind: 'number', value: 1, help: 'of the random contents' },
  },
  process.argv.slice(2),
);

const random = randomSource(options.seed);
const below = (limit) => Math.floor(random() * limit);
const word = () => WORDS[below(WORDS.length)];

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');

/** Flat text (no rope of parts) of about `length` characters, another one each time. */
function text(length) {
  const words = [];
  for (let size = 0; size < length; size += words.at(-1).length + 1) words.push(word() + below(1e6).toString(36));
  return Buffer.from(words.join(' ')).toString('latin1');
}

class Message {
  constructor(role, id) {
    this.role = role;
    this.id = id;
    this.content = text(40 + below(400));
    this.at = 1.7e12 + below(1e9) + 0.5;
    this.tokens = below(4000);
    this.meta = random() < 0.3 ? { model: word(), usage: { in: below(900), out: below(900) } } : null;
  }
}

class Session {
  constructor(index) {
    this.id = `sess_${index.toString(36)}_${below(1e9).toString(36)}`;
    this.user = {
      name: text(12),
      email: `${text(10)}@example.test`,
      roles: WORDS.slice(0, 1 + below(3)),
      settings: { theme: 'dark', locale: 'en', flags: { a: true, b: false } },
    };
    this.messages = [];
    for (let k = 2 + below(10); k > 0; k--)
      this.messages.push(new Message(k % 2 ? 'assistant' : 'user', index * 100 + k));
    this.vars = new Map();
    for (let k = below(8); k > 0; k--) this.vars.set(`var_${k}`, k % 2 ? below(1e9) : text(20));
    this.tags = new Set([word(), text(6)]);
    this.listen();
    // Small Buffers share a pool, large ones do not.
    this.buffer = random() < 0.2 ? Buffer.alloc(256 + below(2048), 1) : null;
    this.ready = Promise.resolve(this.id);
    this.created = new Date(1.7e12 + below(1e9));
  }

  listen() {
    const counter = { n: 0 };
    this.emitter = new EventEmitter();
    this.emitter.on('message', (message) => {
      counter.n++;
      this.last = message;
    });
    this.emitter.once('close', () => {
      this.closed = counter.n;
    });
    this.toJSON = () => ({ id: this.id, n: counter.n });
  }
}

class OpenAIClient {
  constructor(index) {
    this.apiKey = `sk-${text(24)}`;
    this.baseURL = 'https://api.example.test/v1';
    this.headers = new Map([
      ['x-request', text(16)],
      ['x-client', `c${index}`],
    ]);
    this.history = Array.from({ length: 20 }, (_, k) => ({ k, text: text(60) }));
    this.onRetry = () => this.history.length;
  }
}

class Row {
  constructor(id) {
    this.id = id;
    this.name = text(10);
    this.price = random() * 1000;
    this.attributes = { colour: word(), weight: below(100), detail: text(20) };
  }
}

// What the service holds.
const sessions = new Map();
const table = [];
const index = Object.create(null);
const matrices = [];
let chain = null;

// The planted leaks.
const cachedClients = new Map();
const bus = new EventEmitter().setMaxListeners(0);
const pendingTimers = [];

function addSession(i) {
  const session = new Session(i);
  sessions.set(session.id, session);
}

function addUnit(i) {
  addSession(i);
  const row = new Row(i);
  table.push(row);
  index[`row:${text(6)}${i}`] = row;
  if (i % 16 === 0) matrices.push(new Float64Array(32 + below(64)), Array.from({ length: 64 }, random));
  if (i % 4 === 0) chain = { next: chain, value: { i, text: text(16) } };
}

function fill(bytes) {
  const used = () => v8.getHeapStatistics().used_heap_size;
  collect();
  const end = used() + bytes;
  for (let i = 0; used() < end; ) {
    for (let k = 0; k < 400; k++) addUnit(i++);
    // Only what is alive counts.
    if (used() >= end) collect();
  }
}

function leakClients(count) {
  for (let k = 0; k < count; k++)
    cachedClients.set(`client:${cachedClients.size}`, new OpenAIClient(cachedClients.size));
}

function leakListeners(count) {
  for (let k = 0; k < count; k++) {
    const payload = { blob: text(900), rows: [new Row(-k)] };
    bus.on('tick', function onTick() {
      return payload.blob.length;
    });
  }
}

function leakTimers(count) {
  for (let k = 0; k < count; k++) {
    const request = { url: text(40), body: text(300) };
    pendingTimers.push(setInterval(() => request.url, 1e6).unref());
  }
}

function churnSessions(count) {
  for (let k = 0; k < count; k++) {
    sessions.delete(sessions.keys().next().value);
    addSession(1e7 + k);
  }
}

function snapshot(file) {
  collect();
  const heapBytes = v8.getHeapStatistics().used_heap_size;
  const started = performance.now();
  v8.writeHeapSnapshot(file);
  const pauseMs = Math.round(performance.now() - started);
  const truth = {
    cachedClients: cachedClients.size,
    onTick: bus.listenerCount('tick'),
    timers: pendingTimers.length,
    sessions: sessions.size,
    rows: table.length,
  };
  console.log(JSON.stringify({ file, heapMb: heapBytes / MIB, fileMb: fs.statSync(file).size / MIB, pauseMs, truth }));
}

fill(options.mb * MIB);
leakClients(100);
leakListeners(50);
leakTimers(20);
snapshot(options.out);
if (options.second !== undefined) {
  leakClients(options.grow - 100);
  leakListeners(500);
  leakTimers(200);
  churnSessions(200);
  snapshot(options.second);
}
// Reachable to the end, or the collector would take them before the snapshot.
globalThis.held = [sessions, cachedClients, table, index, bus, matrices, chain, pendingTimers];
