/** Loading an entry does nothing but load it: no timer, no listener, no patch, no look at the environment. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { ENTRIES, specifierOf } from '../../scripts/entries.mjs';
import { writeTree } from '../helpers/temp-dir.ts';

const { project } = inject('packed');
const WAYS = ['import', 'require'];
/** What an entry may leave behind, and why. */
const INERT: Readonly<Record<string, string>> = {
  'resource: plimsoll.cache':
    'remembers the async context outside all requests; it holds nothing open and calls nothing',
};

/** What loading a module did to its process. */
function effectsOf(way: string, specifier: string): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, ['loaded.cjs', way, specifier], {
    cwd: project,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
}

beforeAll(() => {
  writeTree(path.join(project, 'node_modules', 'nothing'), {
    'package.json': '{ "name": "nothing", "version": "1.0.0" }',
    // As our own modules are: with an import and a source map, which the loaders look at in ways of their own.
    'first.mjs': "export * from './inner-1.mjs';\n//# sourceMappingURL=first.mjs.map",
    'inner-1.mjs': 'export const nothing = null;',
    'second.mjs': "export * from './inner-2.mjs';\n//# sourceMappingURL=second.mjs.map",
    'inner-2.mjs': 'export const nothing = null;',
  });
});

test.each(ENTRIES.flatMap((entry) => WAYS.map((way) => [way, specifierOf(entry)] as const)))(
  '%s of %s',
  (way, entry) => {
    expect(effectsOf(way, entry).filter((effect) => !Object.hasOwn(INERT, effect))).toEqual([]);
  },
);

test.each(WAYS)('%s of a module that starts much is seen through', (way) => {
  expect(effectsOf(way, './busy.cjs')).toEqual([
    'call: observe',
    'environment: HOME',
    'fs.patched',
    'globalThis.Array.prototype.mine',
    'globalThis.leftBehind',
    'listener: SIGUSR2',
    'resource: SIGNALWRAP',
    'resource: Timeout',
  ]);
});
