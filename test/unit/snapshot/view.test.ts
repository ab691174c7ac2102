import { expect, test } from 'vitest';
import { HeapView, WORD } from '../../../src/snapshot/view.ts';
import { openBytes } from '../../helpers/open-bytes.ts';
import { ProgramHeap } from '../../helpers/program-heap.ts';

const viewOf = async (app: ProgramHeap): Promise<HeapView> => new HeapView(await app.snapshot({ collected: false }));

test('units are what a program can pile up', async () => {
  const app = new ProgramHeap();
  const units = [
    app.object('Client'),
    app.closure('f'),
    app.string('text'),
    app.node('sliced string', 'text'),
    app.node('concatenated string', 'text'),
    app.node('regexp', 'x'),
    app.node('bigint', 'bigint'),
    app.node('hidden', 'system / PromiseReaction'),
  ];
  const others = [
    app.array(),
    app.node('hidden', 'system / Cell'),
    app.node('code', 'f'),
    app.native('x'),
    app.node('symbol', 's'),
    app.synthetic('(x)'),
    app.node('object shape', 'x'),
    app.number(5),
    app.string('5', { self: 0 }),
  ];
  const view = await viewOf(app);
  expect(units.map((node) => view.isUnit(node))).toEqual(units.map(() => true));
  expect(others.map((node) => view.isUnit(node))).toEqual(others.map(() => false));
});

test('code, shapes and groups of roots are no data of the program', async () => {
  const app = new ProgramHeap();
  const nodes = [app.object('A'), app.array(), app.native('x'), app.node('code', 'f'), app.synthetic('(x)')];
  nodes.push(app.node('object shape', 'x'));
  const view = await viewOf(app);
  expect(nodes.map((node) => view.isProgramData(node))).toEqual([true, true, true, false, false, false]);
});

test('edges are looked up by name and kind', async () => {
  const app = new ProgramHeap();
  const node = app.object('A');
  const [a, b, c] = [app.object('B'), app.object('C'), app.object('D')];
  app.property(node, 'context', a);
  app.internal(node, 'context', b);
  app.internal(node, 'previous', c);
  app.property(node, 'exports', c);
  const view = await viewOf(app);
  expect(view.internal(node, WORD.context)).toBe(b);
  expect(view.internal(node, WORD.table, WORD.previous)).toBe(c);
  expect(view.internal(node, WORD.table)).toBe(-1);
  expect(view.property(node, 'context')).toBe(a);
  expect(view.property(node, 'exports')).toBe(c);
  expect(view.property(node, 'previous')).toBe(-1);
});

test('names of edges are told apart', async () => {
  const app = new ProgramHeap();
  const names = ['__proto__', 'map', 'elements', '0', '4711', 'x', '', '1a'];
  for (const name of names) app.internal(app.global, name, app.object('A'));
  const view = await viewOf(app);
  const start = view.graph.firstEdge[app.global]!;
  const words = names.map((_, i) => view.word(start + i));
  const { proto, map, elements, digits, other } = WORD;
  expect(words).toEqual([proto, map, elements, digits, digits, other, other, other]);
  expect(names.map((_, i) => view.word(start + i))).toEqual(words);
});

test('a file without its strings has edges that are called nothing', async () => {
  const app = new ProgramHeap();
  app.internal(app.global, 'map', app.object('A'));
  const text = app.toText();
  const view = new HeapView(await openBytes(Buffer.from(text.slice(0, text.indexOf('"strings"')))));
  expect(view.word(view.graph.firstEdge[app.global]!)).toBe(WORD.other);
  expect(view.nameOf(app.global)).toBe('');
});

test('the nearest object that dominates, past the parts of the engine', async () => {
  const app = new ProgramHeap();
  const map = app.property(app.global, 'map', app.map());
  const entry = app.put(map, app.string('k'), app.object('Entry', { self: 100 }));
  const view = await viewOf(app);
  expect(view.dominatingObject(entry)).toBe(map);
  expect(view.dominatingObject(map)).toBe(app.global);
  expect(view.dominatingObject(app.global)).toBe(-1);
  expect(view.retained(entry)).toBe(100);
  expect(view.retained(map)).toBe(32 + 64 + 16 + 100);
});

test('what the root does not lead to cannot be reached', async () => {
  const app = new ProgramHeap();
  const island = app.object('Island');
  const view = await viewOf(app);
  expect([app.root, app.global, island].map((node) => view.isReachable(node))).toEqual([true, true, false]);
});
