import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';

const CACHE = pathToFileURL(path.join(DIST, 'cache/index.js')).href;
const LOOK_UPS = `import(${JSON.stringify(CACHE)}).then(({ Cache }) => {
  const cache = new Cache({ maxEntries: 10 });
  cache.set('key', 1);
  cache.get('key') + cache.get('none');
});`;

/** The lengths of the bytecode of all functions of that name, by how many parameters they have. */
async function bytecodeOf(name: string): Promise<Map<number, number>> {
  const { stdout } = await bareNode(['--print-bytecode', `--print-bytecode-filter=${name}`, '-e', LOOK_UPS]);
  const found = stdout.toString().matchAll(/Bytecode length: (\d+)\nParameter count (\d+)/g);
  return new Map(Array.from(found, ([, length, parameters]) => [Number(parameters) - 1, Number(length)]));
}

/** V8 puts no more bytecode than this into a caller, with all that was put into it in turn. */
const ALL = 920 / 1.2;

test('a look-up with its hash is short enough to be compiled into its callers', async () => {
  const gets = await bytecodeOf('get');
  const hashes = await bytecodeOf('ofString');
  expect(gets.get(1)! + hashes.get(1)!).toBeLessThan(ALL);
});
