import { expect, test } from 'vitest';
import { mayCompileInMemory } from '../../../../src/diagnose/probe/script-loaders.ts';

const PLAIN = {
  execArgv: ['--max-old-space-size=512', '--no-warnings'],
  nodeOptions: ['--require', '"/a', 'folder/register.js"', '--enable-source-maps'],
  extensions: ['.js', '.json', '.node'],
};

test('a plain program has all its scripts on disk', () => {
  expect(mayCompileInMemory(PLAIN)).toBe(false);
});

test.each([
  [{ execArgv: ['--import', 'tsx'] }],
  [{ execArgv: ['--import=tsx'] }],
  [{ execArgv: ['-r', 'ts-node/register'] }],
  [{ execArgv: ['--loader', 'ts-node/esm'] }],
  [{ nodeOptions: ['--import', 'tsx', ...PLAIN.nodeOptions] }],
  [{ extensions: [...PLAIN.extensions, '.ts', '.tsx'] }],
])('%j may put code between the file and V8', (change) => {
  expect(mayCompileInMemory({ ...PLAIN, ...change })).toBe(true);
});
