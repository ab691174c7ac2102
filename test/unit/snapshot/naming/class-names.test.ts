import { expect, test } from 'vitest';
import { isGenericClass, isMapLike } from '../../../../src/snapshot/naming/class-names.ts';
import { ClassNaming } from '../../../../src/snapshot/naming/namer.ts';
import { NODE_TYPES, type Ref } from '../../../helpers/heap-builder.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';

/** What a thing is called; the heap must hold it. */
async function nameIn(app: ProgramHeap, node: Ref): Promise<string> {
  app.property(app.root, 'it', node);
  return new ClassNaming(await app.snapshot({ collected: false }), { root: '/app' }).classes.of(node);
}

const record = (...keys: string[]): Promise<string> => {
  const app = new ProgramHeap();
  return nameIn(app, app.record(Object.fromEntries(keys.map((key) => [key, app.string('x')]))));
};

test('objects are called by their class', async () => {
  const app = new ProgramHeap();
  expect(await nameIn(app, app.object('Client'))).toBe('Client');
});

test('plain objects are called by their keys, of which data is not shown', async () => {
  expect(await record()).toBe('Object');
  expect(await record('id', 'name')).toBe('Object {id, name}');
  expect(await record('ann@example.org', 'x')).toBe('Object {[key], x}');
  expect(await record('a', 'b', 'c', 'd', 'e', 'f', 'g')).toBe('Object {a, b, c, d, e, f, g}');
  expect(await record('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')).toBe('Object {a, b, c, d, e, f, g, ...}');
  expect(await record('__proto__', 'constructor', 'prototype', 'map')).toBe('Object');
});

test('those with many keys are maps', async () => {
  const keys = Array.from({ length: 25 }, (_, i) => `k${i}`);
  expect(isMapLike(await record(...keys))).toBe(true);
  expect(isMapLike(await record(...keys.slice(1)))).toBe(false);
});

test('functions are called by name and place', async () => {
  const app = new ProgramHeap();
  const source = { script: 'file:///app/src/a.mjs', line: 12 };
  expect(await nameIn(app, app.fn('go', source))).toBe('go() src/a.mjs:12');
  expect(await nameIn(app, app.fn('', source))).toBe('(anonymous)() src/a.mjs:12');
  expect(await nameIn(app, app.closure('native'))).toBe('native()');
});

test('what is data by its name is called by its kind', async () => {
  const app = new ProgramHeap();
  const names = [];
  for (const type of NODE_TYPES) names.push([type, await nameIn(app, app.node(type, 'Text'))]);
  expect(Object.fromEntries(names)).toEqual({
    hidden: 'Text',
    array: '(array)',
    string: '(string)',
    object: 'Text',
    code: 'Text',
    closure: 'Text()',
    regexp: 'RegExp',
    number: '(number)',
    native: 'Text',
    synthetic: 'Text',
    'concatenated string': '(concatenated string)',
    'sliced string': '(sliced string)',
    symbol: '(symbol)',
    bigint: 'Text',
    'object shape': 'Text',
  });
  expect(await nameIn(app, app.node('hidden', ''))).toBe('(hidden)');
});

test('one class has one name in all snapshots of a process', async () => {
  const app = new ProgramHeap();
  const one = app.property(app.root, 'one', app.record({ id: app.string('a') }));
  const before = new ClassNaming(await app.snapshot({ collected: false })).classes.of(one);
  times(50, () => app.property(app.root, 'more', app.object('Other')));
  expect(new ClassNaming(await app.snapshot({ collected: false })).classes.of(one)).toBe(before);
});

test('generic classes say nothing of what is in them', () => {
  expect(['Map', 'Object', 'Client', 'Object {id}'].map(isGenericClass)).toEqual([true, true, false, false]);
});

test('bound functions are called by what was bound', async () => {
  const app = new ProgramHeap();
  const target = app.fn('render', { script: 'file:///app/src/a.mjs', line: 12 });
  const bound = app.closure('native_bind');
  app.internal(bound, 'bound_function', target);
  expect(await nameIn(app, bound)).toBe('bound render() src/a.mjs:12');
  const again = app.closure('native_bind');
  app.internal(again, 'bound_function', bound);
  expect(await nameIn(app, again)).toBe('bound()');
  expect(await nameIn(app, app.closure('native_bind'))).toBe('bound()');
});

test('shortened names are looked up, those of the program only', async () => {
  const app = new ProgramHeap();
  const at = { script: 'file:///app/dist/app.mjs', line: 1 };
  const nodes = [app.instance('a', at), app.fn('b', at), app.object('c'), app.instance('Order', at)];
  for (const node of nodes) app.property(app.root, 'it', node);
  const names = {
    ofCode: (_: unknown, name: string) => `Original${name}`,
    ofVariable: () => null,
    ofPrivate: (_: unknown, name: string) => name,
  };
  const naming = new ClassNaming(await app.snapshot({ collected: false }), { root: '/app', names });
  expect(nodes.map((node) => naming.classes.of(node))).toEqual([
    'Originala',
    'Originalb() dist/app.mjs:1',
    'c',
    'Order',
  ]);
});
