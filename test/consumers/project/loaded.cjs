// node loaded.cjs import|require SPECIFIER
// Loads a module and prints, as JSON, what that did to the process besides: [] when it did nothing.
'use strict';
const { createHook } = require('node:async_hooks');
const Module = require('node:module');

/** Builtin modules that people patch, whole or their prototypes. */
const PATCHABLE = ['async_hooks', 'child_process', 'events', 'fs', 'fs/promises', 'http', 'net', 'timers', 'v8'];

/** Functions whose call starts something that no resource shows. */
const STARTERS = [
  { holder: require('node:perf_hooks').PerformanceObserver.prototype, name: 'observe' },
  { holder: require('node:diagnostics_channel').Channel.prototype, name: 'subscribe' },
  { holder: require('node:inspector').Session.prototype, name: 'connect' },
  { holder: require('node:v8'), name: 'setFlagsFromString' },
  { holder: Module, name: 'register' },
];

/** What happens as it happens: calls, looks at the environment, asynchronous resources. */
let events = new Set();

function watchEnvironment() {
  const note = (key) => events.add(`environment: ${typeof key === 'string' ? key : 'all of it'}`);
  process.env = new Proxy(process.env, {
    get: (env, key) => (note(key), env[key]),
    has: (env, key) => (note(key), key in env),
    ownKeys: (env) => (note(), Reflect.ownKeys(env)),
  });
}

function watchStarters() {
  for (const { holder, name } of STARTERS) {
    const original = holder[name];
    holder[name] = function (...args) {
      events.add(`call: ${name}`);
      return Reflect.apply(original, this, args);
    };
  }
  Module.syncBuiltinESMExports();
}

/** What Node.js makes when it is first read would look new. */
function wakeLazyOnes() {
  for (const object of [globalThis, ...PATCHABLE.map((name) => require(`node:${name}`))]) {
    for (const name of Object.keys(Object.getOwnPropertyDescriptors(object))) {
      // Reading one of the two browser stores warns that they are experimental.
      if (!name.endsWith('Storage')) void object[name];
    }
  }
}

/** Every property of the globals, of their prototypes and of what is patchable, as what stands there. */
function lookAround() {
  const seen = new Map(
    process.eventNames().map((name) => [`listener: ${String(name)}`, [process.listenerCount(name)]]),
  );
  const look = (path, object, deeper) => {
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      const name = `${path}.${String(key)}`;
      seen.set(
        name,
        ['value', 'get', 'set'].map((part) => descriptor[part]),
      );
      const { value } = descriptor;
      const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
      if (isHolder && deeper > 0 && value !== globalThis) look(name, value, deeper - 1);
    }
  };
  look('globalThis', globalThis, 2);
  for (const name of PATCHABLE) look(name, require(`node:${name}`), 2);
  return seen;
}

/** Names of what differs, without what differs only because its holder does. */
function differences(before, after) {
  const names = new Set([...before.keys(), ...after.keys()]);
  const isSame = (name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return was !== undefined && is !== undefined && was.every((part, at) => Object.is(part, is[at]));
  };
  const different = [...names].filter((name) => !isSame(name));
  return different.filter((name) => !different.some((holder) => name.startsWith(`${holder}.`)));
}

/** What `work` did, and what it left behind a turn of the event loop later. */
async function effectsOf(work) {
  events = new Set();
  const before = lookAround();
  const hook = createHook({ init: (_id, kind) => void events.add(`resource: ${kind}`) }).enable();
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  hook.disable();
  return [...events, ...differences(before, lookAround())];
}

async function main([way, specifier]) {
  const load = (name) => (way === 'import' ? import(name) : require(name));
  wakeLazyOnes();
  watchEnvironment();
  watchStarters();
  // What the loaders do of themselves shows by a package of empty modules, the first of which makes them ready.
  await load('nothing/first.mjs');
  const usual = new Set(await effectsOf(() => load('nothing/second.mjs')));
  const effects = await effectsOf(() => load(specifier));
  console.log(JSON.stringify(effects.filter((effect) => !usual.has(effect)).sort((a, b) => (a < b ? -1 : 1))));
}

void main(process.argv.slice(2));
