import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Places } from '../../../../src/diagnose/sources/places.ts';
import { statedBound } from '../../../../src/diagnose/suspects/stated-bound.ts';
import type { Bound, Suspect } from '../../../../src/snapshot/index.ts';
import { ownerPath, suspectOf } from '../../../helpers/suspects.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

/** What a file says of a store called `name` that holds 2,013 things. */
function boundIn(source: string, name: string = 'sessions', parts: Partial<Suspect> = {}): Bound | null {
  return withTempDir((dir) => {
    writeTree(dir, { 'app.ts': source });
    const declared = { url: pathToFileURL(path.join(dir, 'app.ts')).href, line: 0, column: 0 };
    const suspect = suspectOf({ owner: ownerPath({ lastName: name }), ...parts });
    return statedBound(suspect, declared, new Places({ root: dir }));
  });
}

const evict = 'sessions.delete(sessions.keys().next().value);';

describe('a bound is read', () => {
  test.each([
    ['sessions.size', `if (sessions.size > 5000) ${evict}`, '5000'],
    ['a number with separators', `while (sessions.size >= 5_000) ${evict}`, '5_000'],
    ['the other way round', `if (5000 < sessions.size) ${evict}`, '5000'],
    ['a constant', `const MAX_OPEN = 5000;\nif (sessions.size > MAX_OPEN) ${evict}`, 'MAX_OPEN'],
    ['a product', `const LIMIT = 5 * 1000;\nif (sessions.size > LIMIT) ${evict}`, 'LIMIT'],
    ['an option with a default', `function open({ most = 5000 } = {}) { if (sessions.size > most) ${evict} }`, 'most'],
    ['an option', `const options = { most: 5000 };\nif (sessions.size > options.most) ${evict}`, 'options.most'],
  ])('from %s', (_, source, name) => {
    expect(boundIn(source)).toEqual({ name, value: 5000 });
  });

  test.each([
    ['an array', 'if (log.length > 5000) log.shift();'],
    ['an array that is cut', 'if (log.length > 5000) log.length = 0;'],
    ['an array made anew', 'if (log.length > 5000) log = log.slice(-100);'],
    ['an object', 'if (Object.keys(log).length > 5000) delete log[oldest];'],
  ])('of %s', (_, source) => {
    expect(boundIn(source, 'log')).toEqual({ name: '5000', value: 5000 });
  });

  test('of a private field', () => {
    const source =
      'class Hub { #open = new Map(); add() { if (this.#open.size > this.#most) this.#open.clear(); } #most = 9000; }';
    expect(boundIn(source, '#open')).toEqual({ name: 'this.#most', value: 9000 });
  });

  test('the smallest that is not passed', () => {
    const source = `if (sessions.size > 100) warn(); if (sessions.size > 9000) stop(); if (sessions.size > 5000) ${evict}`;
    expect(boundIn(source)?.value).toBe(5000);
  });
});

describe('no bound', () => {
  test.each([
    ['that is passed', `if (sessions.size > 2000) ${evict}`],
    ['of another store', `if (oldSessions.size > 5000) ${evict} if (sessions.user > 5000) stop();`],
    ['where nothing is ever taken out', 'if (sessions.size > 5000) console.warn("many sessions");'],
    ['of an unknown size', `if (sessions.size > limitOf(user)) ${evict}`],
    ['whose number is no count', `const MOST = 0.5;\nif (sessions.size > MOST) ${evict}`],
    ['at all', evict],
  ])('%s', (_, source) => {
    expect(boundIn(source)).toBeNull();
  });

  test('of what has no name, no file, or is one of many', () => {
    const source = `if (sessions.size > 5000) ${evict}`;
    expect(boundIn(source, '[key]')).toBeNull();
    expect(boundIn(source, 'sessions', { alike: 3 })).toBeNull();
    const places = new Places({ root: '' });
    expect(statedBound(suspectOf({}), null, places)).toBeNull();
    expect(statedBound(suspectOf({}), { url: 'file:///gone.js', line: 0, column: 0 }, places)).toBeNull();
  });
});
