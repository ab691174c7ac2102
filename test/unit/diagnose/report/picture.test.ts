import { expect, test } from 'vitest';
import { pictureAllocations, pictureHeap } from '../../../../src/diagnose/report/picture.ts';
import { Places } from '../../../../src/diagnose/sources/places.ts';
import { profileOf } from '../../../helpers/profile.ts';
import { ProgramHeap, times } from '../../../helpers/program-heap.ts';

const places = new Places({ root: '/app' });
const MAIN = 'main@file:///app/src/main.mjs:3';
const LOAD = 'load@file:///app/src/load.mjs:9';

test('allocations by their calls, with what they have gained', () => {
  const first = profileOf([[MAIN, LOAD], 1_000]);
  const last = profileOf([[MAIN, LOAD], 5_000], [[MAIN], 500], [['@node:internal/timers:1'], 100]);
  expect(pictureAllocations({ first, last }, places)).toMatchObject({
    bytes: 5_600,
    grownBytes: 4_600,
    children: [
      {
        function: 'main',
        file: 'src/main.mjs',
        line: 3,
        bytes: 5_500,
        grownBytes: 4_500,
        children: [{ function: 'load', file: 'src/load.mjs', line: 9, bytes: 5_000, grownBytes: 4_000, children: [] }],
      },
      { function: '(anonymous)', file: 'node:internal/timers', bytes: 100 },
    ],
  });
});

test('a profile without a sample is no picture', () => {
  expect(pictureAllocations({ first: undefined, last: profileOf() }, places)).toBeUndefined();
});

test('endless recursion and crowds of functions are cut', () => {
  const deep = Array.from({ length: 500 }, (_, i) => `f${i}@file:///app/a.mjs:${i + 1}`);
  const wide = Array.from({ length: 5_000 }, (_, i): [string[], number] => [[`g${i}@file:///app/b.mjs:${i + 1}`], 1]);
  const text = JSON.stringify(
    pictureAllocations({ first: undefined, last: profileOf([deep, 90_000], ...wide) }, places),
  );
  expect(text.match(/"function"/g)!.length).toBeLessThan(2_100);
  expect(text).toContain('"bytes":90000');
});

test('a heap by classes and boxes', async () => {
  const app = new ProgramHeap();
  const clients = app.module('file:///app/src/agent.mjs').declare('clients', app.map());
  times(50, () => app.put(clients, app.string('k'), app.object('Client', { self: 4096 })));
  const heap = pictureHeap(await app.snapshot(), 1_000.4, { root: '/app' });
  expect(heap).toMatchObject({ at: 1_000, classCount: heap.classes.length });
  expect(heap.classes.map(({ name }) => name)).toContain('Client');
  expect(heap.classes.map(({ name }) => name)).not.toContain('(synthetic)');
  expect(JSON.stringify(heap.tree)).toContain('clients: Map');
});
