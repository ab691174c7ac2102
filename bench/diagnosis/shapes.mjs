// shapes.mjs NAME: one small leak, two units of work a millisecond, for SECONDS (6). Without a name: lists the shapes.
//
// Each shape is another way of holding on to what is finished with, beside the words that must stand in what is said of
// it. What is held lives in variables of this module, as it does in most programs; the names are part of the expectation.
// oxlint-disable typescript/no-extraneous-class -- plain instances are what services hold most of
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const HOUR_MS = 3_600_000;

/** Shapes by name: `words` that a diagnosis must contain, `work` done once per unit. */
export const shapes = new Map();

function shape(name, words, work) {
  shapes.set(name, { words, work });
}

// ---- what the shapes hold ----

const payload = (i) => ({ id: i, tag: `tag-${i}`, list: [i, i + 1, i + 2, i + 3], at: i * 1.5 });

class Job {
  constructor(i) {
    this.i = i;
    this.body = payload(i);
  }
}

class Link {
  next = null;
  prev = null;

  constructor(value) {
    this.value = value;
  }
}

class TrieNode {
  left = null;
  right = null;
  value = null;
}

// ---- linked structures ----

let linkHead = null;
let linkTail = null;
shape('list-append', ['linkHead', 'Link'], (i) => {
  const link = new Link(payload(i));
  if (linkTail === null) linkHead = link;
  else linkTail.next = link;
  linkTail = link;
});

let stackTop = null;
shape('list-prepend', ['stackTop', 'Link'], (i) => {
  const link = new Link(payload(i));
  link.next = stackTop;
  stackTop = link;
});

const ring = new Link(null);
ring.next = ring;
ring.prev = ring;
shape('list-ring', ['ring', 'Link'], (i) => {
  const link = new Link(payload(i));
  link.prev = ring.prev;
  link.next = ring;
  ring.prev.next = link;
  ring.prev = link;
});

const trie = new TrieNode();
shape('trie', ['trie', 'TrieNode'], (i) => {
  let node = trie;
  let hash = Math.imul(i, 2654435761) >>> 0;
  for (let bit = 0; bit < 24; bit++) {
    const side = hash % 2 === 1 ? 'left' : 'right';
    hash >>>= 1;
    node = node[side] ??= new TrieNode();
  }
  node.value = payload(i);
});

const lru = { map: new Map(), head: null };
shape('map-and-list', ['lru'], (i) => {
  const link = new Link(payload(i));
  link.next = lru.head;
  if (lru.head !== null) lru.head.prev = link;
  lru.head = link;
  lru.map.set(i, link);
});

// ---- maps, sets, arrays and objects in their place ----

const byToken = {};
shape('object-as-map', ['byToken', 'Job'], (i) => {
  byToken[`token-${i}`] = new Job(i);
});

const byNumber = Object.create(null);
shape('object-numeric-keys', ['byNumber', 'Job'], (i) => {
  byNumber[i * 7] = new Job(i);
});

const groups = new Map([
  ['a', new Set()],
  ['b', new Set()],
]);
shape('set-in-constant-map', ['groups', 'Job'], (i) => {
  groups.get(i % 2 === 1 ? 'a' : 'b').add(new Job(i));
});

const lanes = new Map([
  ['x', []],
  ['y', []],
]);
shape('array-in-constant-map', ['lanes', 'Job'], (i) => {
  lanes.get(i % 2 === 1 ? 'x' : 'y').push(new Job(i));
});

let frozenList = Object.freeze([]);
shape('immutable-array', ['frozenList', 'Job'], (i) => {
  if (i % 4 === 0) frozenList = Object.freeze([...frozenList, new Job(i)]);
});

const routes = { users: { cache: { hot: {} } } };
shape('deep-object-path', ['routes', 'users', 'cache', 'hot'], (i) => {
  routes.users.cache.hot[`/u/${i}`] = payload(i);
});

globalThis.__seen = new Map();
shape('global-map', ['__seen', 'Job'], (i) => {
  globalThis.__seen.set(i, new Job(i));
});

class Registry {
  #entries = new Map();

  add(i) {
    this.#entries.set(`k${i}`, new Job(i));
  }
}
const registry = new Registry();
shape('private-field', ['registry', '#entries', 'Job'], (i) => {
  registry.add(i);
});

const sockets = Array.from({ length: 300 }, (_, fd) => ({ fd, history: [] }));
shape('spread-over-owners', ['sockets', 'history', 'Job'], (i) => {
  sockets[i % 300].history.push(new Job(i));
});

const multiMap = new Map();
const multiSet = new Set();
const multiList = [];
shape('three-owners', ['multi*', 'Job'], (i) => {
  const job = new Job(i);
  multiMap.set(i, job);
  multiSet.add(job);
  multiList.push(job);
});

const errors = [];
shape('errors', ['errors', 'Error'], (i) => {
  errors.push(new Error(`failed ${i}`));
});

// ---- weak things that are not ----

const sideTable = new WeakMap();
const anchors = [];
shape('weakmap-live-keys', ['anchors'], (i) => {
  const key = { k: i };
  anchors.push(key);
  sideTable.set(key, new Job(i));
});

const finalizers = new FinalizationRegistry(() => {});
const immortal = {};
shape('finalization-held', ['FinalizationRegistry', 'Job'], (i) => {
  finalizers.register(immortal, new Job(i));
});

const ghosts = [];
shape('dead-weakrefs', ['ghosts', 'WeakRef'], (i) => {
  ghosts.push(new WeakRef(payload(i)));
});

// ---- bytes and text ----

const shortNames = new Set();
shape('sliced-in-set', ['shortNames', 'sliced string', 'parent'], (i) => {
  const filling = Buffer.alloc(3000, 97 + (i % 26)).toString('latin1');
  const page = `<title>a page that is number ${i} of many</title>${filling}`;
  shortNames.add(page.slice(7, 40));
});

const headers = [];
shape('buffer-slice', ['headers', 'Buffer'], (i) => {
  const frame = Buffer.alloc(9000, i % 256);
  headers.push(frame.subarray(0, 8));
});

const typed = [];
shape('typed-arrays', ['typed', 'Float64Array'], () => {
  typed.push(new Float64Array(200));
});

// ---- callbacks ----

let handler = (x) => x;
shape('closure-chain', ['handler', 'wrapped'], (i) => {
  const inner = handler;
  const extra = payload(i);
  handler = function wrapped(x) {
    return x === extra ? x : inner(x);
  };
});

shape('interval', ['Timeout', 'pollOnce'], (i) => {
  const held = payload(i);
  setInterval(function pollOnce() {
    return held;
  }, HOUR_MS).unref();
});

const bus = new EventEmitter().setMaxListeners(0);
shape('emitter', ['bus', 'tick', 'onTick'], (i) => {
  const held = payload(i);
  bus.on('tick', function onTick() {
    return held;
  });
});

const stopper = new AbortController();
shape('abort-listener', ['stopper', 'abort', 'onAbort'], (i) => {
  const held = payload(i);
  stopper.signal.addEventListener('abort', function onAbort() {
    return held;
  });
});

const bound = [];
shape('bound-functions', ['bound', 'Job'], (i) => {
  const job = new Job(i);
  bound.push(
    function self() {
      return this;
    }.bind(job),
  );
});

// ---- promises, generators, contexts ----

const endless = new Promise(() => {});
shape('promise-then-pending', ['endless', 'onDone'], (i) => {
  const held = payload(i);
  void endless.then(function onDone() {
    return held;
  });
});

const never = new Promise(() => {});
shape('promise-race', ['never', 'Promise'], (i) => {
  void Promise.race([never, Promise.resolve(new Job(i))]);
});

let tailPromise = Promise.resolve();
shape('promise-tail', ['never'], () => {
  tailPromise = Promise.any([never, tailPromise]);
});

const pendingCalls = new Map();
shape('pending-replies', ['pendingCalls', 'resolve'], (i) => {
  void new Promise((resolve) => {
    pendingCalls.set(i, { resolve, at: payload(i) });
  });
});

const paused = [];
function* gen(i) {
  const held = payload(i);
  yield held;
}
shape('generators', ['paused', 'gen'], (i) => {
  const generator = gen(i);
  generator.next();
  paused.push(generator);
});

const requestContext = new AsyncLocalStorage();
shape('async-context', ['Timeout', 'Job'], (i) => {
  requestContext.run(new Job(i), () => {
    setTimeout(() => {}, 2 * HOUR_MS).unref();
  });
});

// ---- running one ----

/** Reads what is otherwise only written, so that no engine may do without it. */
export const held = () => [linkHead, stackTop, handler, frozenList, tailPromise];

async function runShape({ work }, seconds) {
  const end = Date.now() + 1000 * seconds;
  for (let i = 0; Date.now() < end; await sleep(1)) {
    work(++i);
    work(++i);
  }
  // Timers that nobody clears must not keep the program alive, nor may a clean end put anything away.
  process.exit(0);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const chosen = shapes.get(process.argv[2]);
  if (chosen === undefined) for (const [name, { words }] of shapes) console.log(name, words.join(' '));
  else await runShape(chosen, Number(process.env.SECONDS ?? 6));
}
