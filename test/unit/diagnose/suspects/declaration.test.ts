import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { declarationPlace } from '../../../../src/diagnose/suspects/declaration.ts';
import { Places } from '../../../../src/diagnose/sources/places.ts';
import type { CodePlace, Suspect } from '../../../../src/snapshot/index.ts';
import { sourceMapOf } from '../../../helpers/source-map.ts';
import { AGENT, ownerPath, suspectOf, unitFacts } from '../../../helpers/suspects.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const NODE: CodePlace = { url: 'node:events', line: 5, column: 0 };
const POOL: CodePlace = { url: 'file:///app/src/pool.mjs', line: 6, column: 0 };
const inNode = { name: 'f', place: NODE };
/** No variable of the program, no module. */
const NOWHERE = ownerPath({ scope: inNode, variable: '', expression: '<symbol x>', head: '', headUrl: null });

const at = (suspect: Partial<Suspect>): string => {
  const place = declarationPlace(suspectOf(suspect), new Places({ root: '/app' }));
  return place === null ? 'nowhere' : `${place.url.replace('file:///app/', '')}:${place.line + 1}`;
};

/** Line of the declaration in a program of these files; the scope's function stands on line 10 of `script`. */
function lineIn(
  files: Readonly<Record<string, string>>,
  script: string,
  suspect: (scope: CodePlace) => Partial<Suspect>,
) {
  return withTempDir((dir) => {
    writeTree(dir, files);
    const scope = { url: pathToFileURL(path.join(dir, script)).href, line: 9, column: 0 };
    const place = declarationPlace(suspectOf(suspect(scope)), new Places({ root: dir }));
    return place === null ? 'nowhere' : `${path.basename(place.url)}:${place.line + 1}`;
  });
}

test('the variable at which the path begins, in its file', () => {
  const files = { 'agent.mjs': 'let other;\nconst cachedClients = new Map();\n' };
  const inScope = (place: CodePlace) => ({ owner: ownerPath({ scope: { name: 'main', place } }) });
  expect(lineIn(files, 'agent.mjs', inScope)).toBe('agent.mjs:2');
  expect(lineIn({ 'agent.mjs': 'nothing' }, 'agent.mjs', inScope)).toBe('agent.mjs:10');
});

test('for a scope that holds, the variable that its path begins with', () => {
  const files = { 'agent.mjs': 'let other;\nlet queue;\n' };
  const held = (place: CodePlace) => ({
    holder: 'system / Context',
    expression: 'queue.tail',
    owner: ownerPath({ scope: { name: 'main', place }, variable: '' }),
  });
  expect(lineIn(files, 'agent.mjs', held)).toBe('agent.mjs:2');
});

test('in a bundle, whose scope says nothing, the class before the scope', () => {
  const files = {
    'dist/bundle.js': `${'x;\n'.repeat(10)}//# sourceMappingURL=bundle.js.map`,
    'dist/bundle.js.map': JSON.stringify(sourceMapOf('../src/pool.ts', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
    'src/pool.ts': 'export class Pool {}',
  };
  const inScope = (place: CodePlace) => ({
    owner: ownerPath({ scope: { name: 'a', place }, variable: 'q', headUrl: null }),
  });
  expect(lineIn(files, 'dist/bundle.js', inScope)).toBe('pool.ts:10');
  expect(lineIn(files, 'dist/bundle.js', (place) => ({ ...inScope(place), holderPlace: POOL }))).toBe('pool.mjs:7');
});

test('the innermost class on the path, or that of the holder', () => {
  expect(at({ owner: { ...NOWHERE, classPlaces: [AGENT, POOL] } })).toBe('src/pool.mjs:7');
  expect(at({ owner: NOWHERE, holderPlace: AGENT })).toBe('src/agent.mjs:42');
});

test('the module at which the path begins', () => {
  expect(at({ owner: { ...NOWHERE, headUrl: POOL.url } })).toBe('src/pool.mjs:1');
  expect(at({ owner: { ...NOWHERE, headUrl: NODE.url } })).toBe('nowhere');
});

test("the callback, then the units' class", () => {
  const callback = { name: 'expire', place: POOL };
  expect(at({ owner: NOWHERE, facts: unitFacts({ callback, site: AGENT }) })).toBe('src/pool.mjs:7');
  expect(at({ owner: NOWHERE, facts: unitFacts({ site: AGENT }) })).toBe('src/agent.mjs:42');
});

test('timers by their callback, wherever their list is', () => {
  const callback = { name: 'expire', place: POOL };
  expect(
    at({ holder: 'TimersList', owner: { ...NOWHERE, classPlaces: [AGENT] }, facts: unitFacts({ callback }) }),
  ).toBe('src/pool.mjs:7');
});

test('nothing of the program is near', () => {
  expect(at({ owner: NOWHERE })).toBe('nowhere');
  expect(at({ owner: { ...NOWHERE, scope: null } })).toBe('nowhere');
});
