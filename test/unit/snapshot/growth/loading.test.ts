import { expect, test } from 'vitest';
import { isLoadingModules } from '../../../../src/snapshot/growth/loading.ts';
import { Namer } from '../../../../src/snapshot/naming/namer.ts';
import { ProgramHeap } from '../../../helpers/program-heap.ts';

/** Whether modules of these files look like a program that loads. */
async function isLoading(files: readonly string[], className = 'Module', property = 'filename'): Promise<boolean> {
  const app = new ProgramHeap();
  const nodes = files.map((file) => {
    const node = app.element(app.root, app.nodeCount, app.object(className));
    app.property(node, property, app.string(file));
    return node;
  });
  return isLoadingModules(new Namer(await app.snapshot({ collected: false })), className, nodes);
}

const many = (file: (i: number) => string): string[] => Array.from({ length: 150 }, (_, i) => file(i));

test('files of packages and of many folders are loaded', async () => {
  expect(await isLoading(many((i) => `/app/node_modules/lodash/m${i}.js`))).toBe(true);
  expect(await isLoading(many((i) => `/app/src/part-${i % 12}/m${i}.js`))).toBe(true);
  expect(
    await isLoading(
      many((i) => `file:///app/src/part-${i % 12}/m${i}.js`),
      'ModuleWrap',
      'url',
    ),
  ).toBe(true);
});

test('so are a few of one folder', async () => {
  expect(await isLoading(['/app/src/a.js', '/app/src/b.js'])).toBe(true);
});

test('many of one folder, versions of one file and texts are made', async () => {
  expect(await isLoading(many((i) => `/tmp/plugins/m${i}.cjs`))).toBe(false);
  expect(
    await isLoading(
      many((i) => `file:///app/src/hot.mjs?v=${i}`),
      'ModuleWrap',
      'url',
    ),
  ).toBe(false);
  expect(
    await isLoading(
      many((i) => `data:text/javascript,export default ${i}/2`),
      'ModuleWrap',
      'url',
    ),
  ).toBe(false);
});

test('nothing is said of other things, or of modules without a name', async () => {
  expect(
    await isLoading(
      many((i) => `/app/src/part-${i % 12}/m${i}.js`),
      'Client',
    ),
  ).toBe(false);
  expect(
    await isLoading(
      many((i) => `/app/${i}`),
      'Module',
      'other',
    ),
  ).toBe(false);
});
