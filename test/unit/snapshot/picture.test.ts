import { describe, expect, test } from 'vitest';
import { Namer } from '../../../src/snapshot/naming/namer.ts';
import { type HeapBox, heapTree, type HeapTreeOptions } from '../../../src/snapshot/picture.ts';
import { ProgramHeap, times } from '../../helpers/program-heap.ts';

const AGENT = 'file:///app/src/agent.mjs';

async function treeOf(app: ProgramHeap, options?: HeapTreeOptions): Promise<HeapBox> {
  return heapTree(new Namer(await app.snapshot(), { root: '/app' }), options);
}

function* boxesIn(box: HeapBox): Generator<HeapBox> {
  yield box;
  for (const child of box.children) yield* boxesIn(child);
}

const find = (root: HeapBox, name: string): HeapBox | undefined => [...boxesIn(root)].find((box) => box.name === name);

describe('the boxes of a heap', () => {
  test('what is large has its own with its variable, what is alike is together', async () => {
    const app = new ProgramHeap();
    const clients = app.module(AGENT).declare('clients', app.map());
    times(50, () => app.put(clients, app.string('a key', { self: 32 }), app.object('Client', { self: 4096 })));
    const tree = await treeOf(app);
    const map = find(tree, 'clients: Map')!;
    expect(map.bytes).toBe(32 + 64 + 50 * (4096 + 32));
    const table = map.children[0]!;
    expect(table).toMatchObject({ name: '(array)', count: 1 });
    expect(table.children).toMatchObject([
      { name: 'clients[key]: Client', count: 50, bytes: 50 * 4096 },
      { name: '(string)', count: 50, bytes: 50 * 32 },
    ]);
  });

  test('a chain of one class is one', async () => {
    const app = new ProgramHeap();
    let link = app.module(AGENT).declare('head', app.object('Link', { self: 1024 }));
    times(200, () => (link = app.property(link, 'next', app.object('Link', { self: 1024 }))));
    const chain = find(await treeOf(app), 'head: Link')!;
    expect(chain).toMatchObject({ count: 201, bytes: 201 * 1024, children: [] });
  });

  test('no text of the program is in a name', async () => {
    const app = new ProgramHeap();
    const { declare } = app.module(AGENT);
    declare('text', app.string('s3cret', { self: 9_000 }));
    declare('pattern', app.node('regexp', 's3cret', { self: 9_000 }));
    declare('mark', app.node('symbol', 's3cret', { self: 9_000 }));
    declare('joined', app.node('concatenated string', 's3cret', { self: 9_000 }));
    declare('table', app.record({ 's3cret-4242424242': app.string('s3cret', { self: 9_000 }) }));
    declare('code', app.node('code', 's3cret', { self: 9_000 }));
    const text = JSON.stringify(await treeOf(app));
    expect(text).toContain('(regexp)');
    expect(text).not.toContain('s3cret');
  });

  test('are as many as asked for, the largest ones', async () => {
    const app = new ProgramHeap();
    const { declare } = app.module(AGENT);
    times(40, (i) => declare(`v${i}`, app.object(`Class${i}`, { self: 1_000 * (i + 1) })));
    const tree = await treeOf(app, { boxes: 10 });
    const names = [...boxesIn(tree)].map(({ name }) => name);
    expect(names).toHaveLength(10);
    expect(names).toContain('v39: Class39');
    expect(names).not.toContain('v0: Class0');
  });
});
