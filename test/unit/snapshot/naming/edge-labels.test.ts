import { describe, expect, test } from 'vitest';
import { EdgeLabels } from '../../../../src/snapshot/naming/edge-labels.ts';
import { HeapView } from '../../../../src/snapshot/view.ts';
import type { EDGE_TYPES, Ref } from '../../../helpers/heap-builder.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';

/** Labels of the edges of `node`, in order. */
async function labelsOf(app: ProgramHeap, node: Ref, showStrings = false): Promise<string[]> {
  const view = new HeapView(await app.snapshot({ collected: false }));
  const labels = new EdgeLabels(view, showStrings);
  const { firstEdge } = view.graph;
  const count = firstEdge[node + 1]! - firstEdge[node]!;
  return Array.from({ length: count }, (_, i) => labels.of(firstEdge[node]! + i, node));
}

async function labelOf(type: (typeof EDGE_TYPES)[number], name: string | number): Promise<string> {
  const app = new ProgramHeap();
  const node = app.object('Holder');
  app.edge(type, node, name, app.object('Held'));
  return (await labelsOf(app, node))[0]!;
}

test.each([
  ['property', 'clients', 'clients'],
  ['property', '#clients', '#clients'],
  ['property', 'user:created', '["user:created"]'],
  ['property', 'ann@example.org', '[key]'],
  ['property', 'Ann Lee', '[key]'],
  ['property', '<symbol kEvents>', '<symbol kEvents>'],
  ['property', '<symbol nodejs.util.inspect.custom>', '<symbol nodejs.util.inspect.custom>'],
  ['property', '<symbol>', '<symbol>'],
  ['property', '<symbol ann@example.org>', '<symbol>'],
  ['context', 'clients', 'clients'],
  ['context', 'größe', 'größe'],
  ['element', 7, '[]'],
  ['hidden', 7, ''],
  ['internal', 'table', ''],
  ['internal', 'elements', ''],
  ['internal', 'reactions_or_result', '<reactions_or_result>'],
  ['internal', '4 / part of key (Object @5) -> value (ann@example.org', '<internal>'],
] as const)('%s %s is written %s', async (type, name, label) => {
  expect(await labelOf(type, name)).toBe(label);
});

test('a list of timers is known by its delay', async () => {
  const app = new ProgramHeap();
  const lists = app.object('Lists');
  app.element(lists, 5000, app.object('TimersList'));
  expect(await labelsOf(app, lists)).toEqual(['[5000 ms]']);
});

describe('the key of a Map', () => {
  const valueLabel = async (key: (app: ProgramHeap) => Ref, entries: number, showStrings = false): Promise<string> => {
    const app = new ProgramHeap();
    const map = app.map();
    times(entries, () => app.put(map, key(app), app.object('Value')));
    return (await labelsOf(app, map + 1, showStrings)).at(-1)!;
  };

  test('is content: it is not shown, whatever it looks like', async () => {
    expect(await valueLabel((app) => app.string('tick'), 3)).toBe('[key]');
    expect(await valueLabel((app) => app.string('4eC39HqLyjWDarjtT1zdp7dc'), 3)).toBe('[key]');
    expect(await valueLabel((app) => app.object('tick'), 3)).toBe('[key]');
  });

  test('is shown where it is an event of the runtime itself', async () => {
    expect(await valueLabel((app) => app.string('abort'), 3)).toBe('["abort"]');
    expect(await valueLabel((app) => app.string('abort'), 101)).toBe('[key]');
  });

  test('is shown cut off to those who want to see strings, where the table is small', async () => {
    expect(await valueLabel((app) => app.string('user "7"'), 3, true)).toBe('["user \\"7\\""]');
    expect(await valueLabel((app) => app.string('x'.repeat(99)), 3, true)).toBe(`["${'x'.repeat(40)}"]`);
    expect(await valueLabel((app) => app.string('tick'), 101, true)).toBe('[key]');
  });
});

describe('an entry of a WeakMap', () => {
  const entryLabel = async (hold: (app: ProgramHeap, map: Ref) => void): Promise<string> => {
    const app = new ProgramHeap();
    const map = app.object('WeakMap');
    const table = app.internal(map, 'table', app.array());
    const key = app.object('Key');
    app.ephemeron(table, key, app.string('a text\nof two lines'));
    hold(app, map);
    return (await labelsOf(app, key))[0]!;
  };

  test('is called by the variable or property of the map', async () => {
    expect(await entryLabel((app, map) => app.context(app.object('system / Context'), 'cache', map))).toBe(
      '<value in WeakMap cache>',
    );
    expect(await entryLabel((app, map) => app.property(app.root, 'cache', map))).toBe('<value in WeakMap cache>');
    expect(await entryLabel((app, map) => app.property(app.root, 'ann@example.org', map))).toBe(
      '<value in WeakMap [key]>',
    );
  });

  test('has a label without one too', async () => {
    expect(await entryLabel(() => {})).toBe('<value in a WeakMap>');
    expect(await entryLabel((app, map) => app.element(app.root, 3, map))).toBe('<value in a WeakMap>');
  });
});

test('what every object has is structure; a property of that name is too', async () => {
  const app = new ProgramHeap();
  const node = app.object('Holder');
  const names = ['__proto__', 'map', 'shared', 'code', 'feedback_cell', 'constructor', 'prototype', 'context', 'x'];
  for (const name of names) app.internal(node, name, app.object('Held'));
  app.element(node, 1, app.object('Held'));
  const view = new HeapView(await app.snapshot({ collected: false }));
  const labels = new EdgeLabels(view);
  const start = view.graph.firstEdge[node]!;
  const structural = [...names, 'element'].filter((_, i) => labels.isStructural(start + i));
  expect(structural).toEqual(names.slice(0, 7));
});
