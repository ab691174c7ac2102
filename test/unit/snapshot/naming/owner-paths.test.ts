import { describe, expect, test } from 'vitest';
import { Namer, type NamingOptions } from '../../../../src/snapshot/naming/namer.ts';
import type { OwnerPath } from '../../../../src/snapshot/naming/owner-paths.ts';
import type { Ref } from '../../../helpers/heap-builder.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';

const SCRIPT = 'file:///app/src/a.mjs';

async function namerOf(app: ProgramHeap, options: NamingOptions = {}): Promise<Namer> {
  return new Namer(await app.snapshot({ collected: false }), { root: '/app', ...options });
}

async function pathTo(app: ProgramHeap, node: Ref, options: NamingOptions = {}): Promise<OwnerPath> {
  return (await namerOf(app, options)).ownerOf(node);
}

describe('places where a path begins', () => {
  test('a variable of an ES module', async () => {
    const app = new ProgramHeap();
    expect(await pathTo(app, app.module(SCRIPT).declare('clients', app.map()))).toEqual({
      head: 'module src/a.mjs',
      headUrl: 'file:///app/src/a.mjs',
      expression: 'clients',
      variable: 'clients',
      variablePlace: null,
      lastName: 'clients',
      scope: { name: 'main', place: { url: SCRIPT, line: 0, column: 0 } },
      classPlaces: [],
      hops: ['module src/a.mjs', 'variable clients'],
      key: expect.stringMatching(/^Map\|/),
    });
  });

  test('a CommonJS module in the cache, by its file', async () => {
    const app = new ProgramHeap();
    const cache = app.property(app.root, 'cache', app.object('Object'));
    const module = app.object('Module');
    app.property(cache, '/app/src/b.cjs', module);
    app.property(module, 'filename', app.string('/app/src/b.cjs'));
    const store = app.property(app.property(module, 'exports', app.object('Object')), 'store', app.map());
    expect(await pathTo(app, store)).toMatchObject({
      head: 'module src/b.cjs',
      expression: 'exports.store',
      variable: '',
    });
  });

  test("the runtime's own modules, globalThis, process", async () => {
    const app = new ProgramHeap();
    const builtin = app.property(app.root, 'b', app.object('BuiltinModule'));
    app.property(builtin, 'id', app.string('events'));
    const events = app.property(builtin, 'exports', app.object('Object'));
    expect(await pathTo(app, app.property(events, 'hooks', app.list()))).toMatchObject({ head: 'node:events' });
    expect(await pathTo(app, app.property(app.global, 'leaks', app.list()))).toMatchObject({
      head: 'globalThis',
      hops: ['globalThis', 'leaks of global'],
    });
    const process = app.property(app.root, 'p', app.object('process'));
    expect(await pathTo(app, app.property(process, 'listeners', app.list()))).toMatchObject({ head: 'process' });
  });

  test('a variable of a function that is kept', async () => {
    const app = new ProgramHeap();
    const { made, declare } = app.closureScope('lookUp', { script: SCRIPT, line: 5 });
    app.property(app.root, 'kept', made);
    expect(await pathTo(app, declare('cache', app.map()))).toMatchObject({
      head: '',
      variable: 'cache',
      scope: { name: 'lookUp', place: { line: 4 } },
      hops: ['scope of lookUp (src/a.mjs:5)', 'variable cache'],
    });
  });

  test('a variable of a block, by a function around it', async () => {
    const app = new ProgramHeap();
    const { scope, made } = app.closureScope('lookUp', { script: SCRIPT, line: 5 });
    app.property(app.root, 'kept', made);
    const block = app.property(app.root, 'block', app.object('system / Context'));
    app.internal(block, 'previous', scope);
    expect(await pathTo(app, app.context(block, 'cache', app.map()))).toMatchObject({
      variable: 'cache',
      scope: { name: 'lookUp' },
    });
  });

  test('a group of roots, where there is nothing better', async () => {
    const app = new ProgramHeap();
    const handles = app.element(app.root, 1, app.synthetic('(Global handles)'));
    expect(await pathTo(app, app.element(handles, 1, app.object('Socket')))).toMatchObject({
      head: '(Global handles)',
      expression: '',
    });
  });

  test('the root itself, and what cannot be reached, have no path', async () => {
    const app = new ProgramHeap();
    expect(await pathTo(app, app.root)).toMatchObject({ head: '', expression: '', hops: [] });
    expect(await pathTo(app, app.object('Island'))).toMatchObject({ head: '', expression: '', hops: [] });
  });
});

describe('of several ways', () => {
  test('a variable is better than the stack', async () => {
    const app = new ProgramHeap();
    const stack = app.element(app.root, 1, app.synthetic('(Stack roots)'));
    const map = app.element(stack, 1, app.map());
    const holder = app.module(SCRIPT).declare('state', app.object('State'));
    app.property(app.property(app.property(holder, 'a', app.object('A')), 'b', app.object('B')), 'c', map);
    expect(await pathTo(app, map)).toMatchObject({ expression: 'state.a.b.c' });
  });

  test('an own property is better than a prototype or the code', async () => {
    const app = new ProgramHeap();
    const holder = app.module(SCRIPT).declare('state', app.object('State'));
    const map = app.map();
    app.property(holder, '__proto__', map);
    app.internal(holder, 'code', map);
    app.property(app.property(holder, 'own', app.object('A')), 'map2', map);
    expect(await pathTo(app, map)).toMatchObject({ expression: 'state.own.map2' });
  });

  test('what a method has as `this` is not where a reader looks', async () => {
    const app = new ProgramHeap();
    const { made, declare } = app.closureScope('tick', { script: SCRIPT, line: 5 });
    app.property(app.global, 'tick', made);
    const service = declare('this', app.instance('Service', { script: SCRIPT, line: 2 }));
    app.module(SCRIPT).declare('service', service);
    expect(await pathTo(app, app.property(service, 'clients', app.map()))).toMatchObject({
      expression: 'service.clients',
      classPlaces: [{ url: SCRIPT, line: 1 }],
    });
  });
});

describe('scripts of others', () => {
  test("a scope of the runtime's does not end a path", async () => {
    const app = new ProgramHeap();
    const runtime = app.closureScope('wrapped', { script: 'node:internal/util', line: 5 });
    const list = runtime.declare('list', app.list());
    app.property(app.module(SCRIPT).declare('holder', app.object('Holder')), 'fn', runtime.made);
    expect(await pathTo(app, list)).toMatchObject({ variable: 'holder', head: 'module src/a.mjs' });
  });

  test("nor does one of the watcher's", async () => {
    const app = new ProgramHeap();
    const watcher = app.closureScope('sample', { script: 'file:///plimsoll/probe.mjs', line: 5 });
    const list = watcher.declare('series', app.list());
    app.property(app.root, 'timer', watcher.made);
    const isForeign = (url: string): boolean => url.includes('/plimsoll/');
    expect((await pathTo(app, list)).scope?.name).toBe('sample');
    expect(await pathTo(app, list, { isForeign })).toMatchObject({ head: '' });
    expect((await namerOf(app, { isForeign })).places.ofProgram(watcher.made)).toBe(null);
  });
});

test('a long chain is written short', async () => {
  const app = new ProgramHeap();
  let link = app.module(SCRIPT).declare('first', app.object('Link'));
  times(6, () => (link = app.property(link, 'next', app.object('Link'))));
  expect((await pathTo(app, link)).expression).toBe('first.next(x6)');
  expect((await pathTo(app, link)).hops).toEqual(['module src/a.mjs', 'variable first', 'next of Link']);
});

test('a path of any length ends', async () => {
  const app = new ProgramHeap();
  let link = app.module(SCRIPT).declare('first', app.object('Link'));
  times(500, (i) => (link = app.property(link, i % 2 === 0 ? 'left' : 'right', app.object('Link'))));
  expect((await pathTo(app, link)).head).toBe('');
});

describe('owners are alike', () => {
  const keys = async (app: ProgramHeap, nodes: readonly Ref[]): Promise<Set<string>> => {
    const namer = await namerOf(app);
    return new Set(nodes.map((node) => namer.ownerOf(node).key));
  };

  test('at one place of many objects', async () => {
    const app = new ProgramHeap();
    const sockets = app.module(SCRIPT).declare('sockets', app.list());
    const chunks: Ref[] = [];
    times(5, () => chunks.push(app.property(app.push(sockets, app.object('Socket')), 'chunks', app.list())));
    expect(await keys(app, chunks)).toHaveProperty('size', 1);
  });

  test('in scopes of one function', async () => {
    const app = new ProgramHeap();
    const seen: Ref[] = [];
    times(5, (i) => {
      const { made, declare } = app.closureScope('handler', { script: SCRIPT, line: 5 });
      app.property(app.root, `h${i}`, made);
      seen.push(declare('seen', app.set()));
    });
    expect(await keys(app, seen)).toHaveProperty('size', 1);
  });

  test('not at other properties, in other files, or of another class', async () => {
    const app = new ProgramHeap();
    const state = app.module(SCRIPT).declare('state', app.object('State'));
    const nodes = [
      app.property(state, 'a', app.map()),
      app.property(state, 'b', app.map()),
      app.property(state, 'a', app.set()),
      app.module(SCRIPT).declare('cache', app.map()),
      app.module('file:///app/src/b.mjs').declare('cache', app.map()),
    ];
    expect(await keys(app, nodes)).toHaveProperty('size', 5);
  });
});

test('places are written as the caller wants them', async () => {
  const app = new ProgramHeap();
  const fn = app.fn('go', { script: SCRIPT, line: 3 });
  app.property(app.root, 'go', fn);
  const namer = await namerOf(app, { placeText: ({ line }) => `src/a.ts:${line + 10}` });
  expect(namer.classes.of(fn)).toBe('go() src/a.ts:12');
});

test('a script is found behind debug info, and under the name that newer engines give it', async () => {
  const app = new ProgramHeap();
  const closure = app.location(app.closure('go'), { script: 77, line: 1 });
  const shared = app.internal(closure, 'shared', app.node('code', 'go'));
  const debug = app.internal(shared, 'script_or_debug_info', app.node('code', 'system / DebugInfo'));
  app.internal(debug, 'script', app.node('code', 'system / Script / file:///app/src/c.mjs'));
  const stray = app.location(app.closure('stray'), { script: 78 });
  const { places } = await namerOf(app);
  expect(places.of(closure)).toEqual({ url: 'file:///app/src/c.mjs', line: 1, column: 0 });
  expect(places.of(stray)).toBe(null);
  expect(places.of(app.root)).toBe(null);
});
