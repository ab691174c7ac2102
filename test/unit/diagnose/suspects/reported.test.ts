import { describe, expect, test } from 'vitest';
import { Places } from '../../../../src/diagnose/sources/places.ts';
import type { ReportedSuspect } from '../../../../src/diagnose/report/report.ts';
import { type ReportContext, reportSuspect } from '../../../../src/diagnose/suspects/reported.ts';
import type { Suspect } from '../../../../src/snapshot/index.ts';
import { AGENT, ownerPath, suspectOf, unitFacts } from '../../../helpers/suspects.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const context = (parts: Partial<ReportContext> = {}): ReportContext => ({
  places: new Places({ root: '/app' }),
  minutes: 10,
  parts: [],
  rounds: 0,
  hasStopped: false,
  ...parts,
});

const report = (suspect: Partial<Suspect> = {}, parts: Partial<ReportContext> = {}): ReportedSuspect =>
  reportSuspect(suspectOf(suspect), null, context(parts));

test('figures, in all and by the minute', () => {
  const site = { name: 'getClient', place: { url: 'file:///app/a.mjs', line: 4, column: 0 } };
  expect(reportSuspect(suspectOf({ bytes: 1000.4, steps: [500.2, 500.2] }), site, context())).toEqual({
    kind: 'leak',
    sentence: expect.stringContaining('allocated in getClient (a.mjs:5)'),
    advice: expect.stringContaining('`cachedClients`'),
    holder: 'Map',
    leaked: 'OpenAIClient',
    owner: 'cachedClients',
    file: 'src/agent.mjs',
    line: 42,
    count: 1000,
    total: 2013,
    perMinute: 100,
    bytes: 1000,
    bytesPerMinute: 100,
    steps: [500, 500],
    allocatedIn: 'getClient (a.mjs:5)',
    path: ['module src/agent.mjs', 'variable cachedClients', '[key] of Map', 'OpenAIClient'],
    fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

test('what the runtime holds is looked for where it is made', () => {
  const site = { name: 'loadPlugin', place: { url: 'file:///app/src/plugins.mjs', line: 11, column: 2 } };
  const owner = ownerPath({ expression: 'Module._cache', variable: '', scope: null, headUrl: null });
  const suspect = suspectOf({ owner, holderPlace: null, facts: unitFacts({ site: null, callback: null }) });
  expect(reportSuspect(suspect, site, context())).toMatchObject({ file: 'src/plugins.mjs', line: 12 });
  expect(reportSuspect(suspect, null, context())).toMatchObject({ file: null, line: null });
});

test('modules that are loaded fill', () => {
  expect(report({ isLoading: true }).kind).toBe('filling');
});

test('without times there are no rates', () => {
  expect(report({}, { minutes: null })).toMatchObject({ perMinute: 0, bytesPerMinute: 0 });
  expect(report({}, { minutes: 0 })).toMatchObject({ perMinute: 0, bytesPerMinute: 0 });
});

describe('kind', () => {
  const kind = (steps: readonly number[], parts: readonly number[], more: Partial<Suspect> = {}): string =>
    report({ steps, ...more }, { parts }).kind;

  test.each([
    ['even growth', [100, 100], [1, 1], 'leak'],
    ['half the rate', [100, 50], [1, 1], 'leak'],
    ['a third of the rate', [100, 33], [1, 1], 'filling'],
    ['next to nothing', [100, 5], [1, 1], 'step'],
    ['less again', [100, -50], [1, 1], 'step'],
    ['as much in a tenth of the time', [100, 10], [10, 1], 'leak'],
    ['growth in the second part only', [0, 100], [1, 1], 'leak'],
    ['parts without length', [100, 0], [0, 0], 'leak'],
  ])('%s', (_, steps, parts, expected) => {
    expect(kind(steps, parts)).toBe(expected);
  });

  test('a stated limit, or floors that stand, make it filling', () => {
    expect(report({ bound: { name: 'max', value: 5000 } }).kind).toBe('filling');
    expect(report({}, { hasStopped: true }).kind).toBe('filling');
    expect(kind([100, 5], [1, 1], { bound: { name: 'max', value: 5000 } })).toBe('step');
  });
});

describe('the path', () => {
  test('ends with the units and the place of their class', () => {
    expect(report({ facts: unitFacts({ site: AGENT }) }).path.at(-1)).toBe('OpenAIClient (src/agent.mjs:42)');
  });

  test('functions carry theirs', () => {
    const unit = 'onTick() src/bus.mjs:12';
    expect(report({ unit, facts: unitFacts({ site: AGENT }) }).path.at(-1)).toBe('closures onTick (src/bus.mjs:12)');
  });
});

describe('the fingerprint', () => {
  const print = (suspect: Partial<Suspect> = {}): string => report(suspect).fingerprint;
  const fn = (line: number): Partial<Suspect> => ({ holder: `f() a.mjs:${line}`, unit: `g() a.mjs:${line + 2}` });

  test('stays after a restart, when lines move, and as the leak grows', () => {
    const moved = ownerPath({ scope: { name: 'getClient', place: { ...AGENT, line: 99, column: 1 } } });
    expect(print({ owner: moved, holderId: 12_345, count: 5, bytes: 1, totals: [0, 5], share: 0.1 })).toBe(print());
    expect(print(fn(3))).toBe(print(fn(300)));
    expect(print({ expression: 'list.next(x7)["a"]' })).toBe(print({ expression: 'list.next(x80)[key]' }));
  });

  test('is the same in every checkout and from every working folder, and tells packages apart', () =>
    withTempDir((dir) => {
      writeTree(dir, {
        'one/package.json': '{"name":"service"}',
        'one/src/agent.mjs': '',
        'two/deep/package.json': '{"name":"service"}',
        'three/package.json': '{"name":"other"}',
      });
      const at = (folder: string): string =>
        print({
          owner: ownerPath({
            scope: { name: 'getClient', place: { ...AGENT, url: `file://${dir}/${folder}/src/agent.mjs` } },
          }),
        });
      expect(at('two/deep')).toBe(at('one'));
      expect(at('three')).not.toBe(at('one'));
    }));

  test('differs for different leaks', () => {
    const elsewhere = ownerPath({ scope: { name: 'getClient', place: { ...AGENT, url: 'file:///app/b.mjs' } } });
    const all = [{}, { unit: 'User' }, { holder: 'Set' }, { expression: 'users[key]' }, { owner: elsewhere }, fn(3)];
    expect(new Set(all.map(print)).size).toBe(all.length);
  });
});
